"""The tray: level as shape and colour, and nothing that breaks where no tray is."""

from datetime import UTC

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from console.domain.rule import Level
from console.ui import theme
from console.ui.tray import Tray, icon
from console.words import Words

pytestmark = pytest.mark.usefixtures("qapp")

ENGLISH, CHINESE = Words("en", UTC), Words("zh_CN", UTC)


@pytest.fixture
def tray(qtbot: QtBot) -> Tray:
    return Tray(ENGLISH)


def host(tray: Tray) -> QSystemTrayIcon:
    (found,) = tray.findChildren(QSystemTrayIcon)
    return found


def picture(level: Level | None, size: int = 32) -> QImage:
    return icon(level).pixmap(QSize(size, size), 1.0).toImage()


@pytest.mark.parametrize("level", list(Level))
def test_a_level_s_icon_has_its_colour(level: Level) -> None:
    assert picture(level).pixelColor(16, 16) == theme.theme("dark", "en").level(level)


def test_the_four_levels_and_calm_differ_in_shape_not_only_in_colour() -> None:
    def silhouette(level: Level | None) -> frozenset[tuple[int, int]]:
        image, ground = picture(level), theme.DARK.panel
        return frozenset((x, y) for x in range(32) for y in range(32) if _differs(image.pixelColor(x, y), ground))

    shapes = [silhouette(level) for level in (None, *Level)]
    assert all(len(one ^ other) > 20 for one in shapes for other in shapes if one is not other)


def _differs(one: QColor, other: QColor) -> bool:
    return one.alpha() > 128 and abs(one.lightness() - other.lightness()) > 60


@pytest.mark.parametrize("size", [16, 22, 64])
def test_an_icon_is_drawn_for_every_size_a_panel_may_ask_for(size: int) -> None:
    assert picture(Level.CRITICAL, size).size() == QSize(size, size)


def test_its_words_follow_the_state_and_the_language(tray: Tray) -> None:
    assert host(tray).toolTip() == "Crisis console: no alert"
    tray.show_state(Level.CRITICAL, 2)
    assert host(tray).toolTip() == "Crisis console: ■ Critical; 2 incidents unanswered"
    tray.retranslate(CHINESE)
    assert host(tray).toolTip() == "舆情值守：■ 红；2 起事件未认领"
    tray.show_state(None, 0)
    assert host(tray).toolTip() == "舆情值守：无预警"


def test_the_menu_shows_the_desk_and_quits(tray: Tray, qtbot: QtBot) -> None:
    menu = host(tray).contextMenu()
    assert isinstance(menu, QMenu)
    desk, quit_ = [action for action in menu.actions() if not action.isSeparator()]
    assert [desk.text(), quit_.text()] == ["Show the desk", "Quit"]
    with qtbot.waitSignal(tray.desk_wanted):
        desk.trigger()
    with qtbot.waitSignal(tray.quit_wanted):
        quit_.trigger()


@pytest.mark.parametrize(
    ("reason", "is_wanted"),
    [
        (QSystemTrayIcon.ActivationReason.Trigger, True),
        (QSystemTrayIcon.ActivationReason.DoubleClick, True),
        (QSystemTrayIcon.ActivationReason.Context, False),
    ],
)
def test_a_click_on_the_icon_brings_the_desk(
    tray: Tray, qtbot: QtBot, reason: QSystemTrayIcon.ActivationReason, is_wanted: bool
) -> None:
    told = []
    tray.desk_wanted.connect(lambda: told.append(True))
    host(tray).activated.emit(reason)
    assert bool(told) is is_wanted


def test_without_a_tray_host_nothing_breaks_and_a_window_may_not_hide(tray: Tray) -> None:
    assert not QSystemTrayIcon.isSystemTrayAvailable()  # the off-screen platform has none
    tray.begin()
    tray.show_state(Level.SERIOUS, 1)
    assert not tray.can_hide
    tray.close()
