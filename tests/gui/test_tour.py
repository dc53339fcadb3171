"""The tour points, never blocks, and closes for good."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.ui.callout import Side
from console.ui.theme import theme
from console.ui.tour import CRITICAL, STOPS, Stop, Tour
from console.words import Words

THEME = theme("dark", "en")
PLACES = {
    "topBar": QRect(0, 0, 1280, 56),
    "feedPanel": QRect(248, 430, 688, 340),
    "spreadPlot": QRect(248, 104, 688, 300),
    "matterAcknowledge": QRect(1100, 300, 90, 28),
    "matterExport": QRect(1190, 70, 80, 28),
}


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    for name, place in PLACES.items():
        button = QPushButton(window)
        button.setObjectName(name)
        button.setGeometry(place)
    window.show()
    qtbot.waitExposed(window)
    return window


def a_tour(window: QWidget, language: str = "en") -> Tour:
    return Tour(window, Words(language), THEME)


def named(window: QWidget, name: str) -> QPushButton:
    button = window.findChild(QPushButton, name)
    assert button is not None
    return button


def stood(tour: Tour) -> QRect:
    return tour.callout.geometry()


def test_it_waits_for_the_alert_and_ends_after_the_last(qtbot: QtBot, window: QWidget) -> None:
    tour = a_tour(window)
    tour.begin()
    assert tour.stop is STOPS[0]
    qtbot.mouseClick(tour.callout.next, Qt.MouseButton.LeftButton)
    assert tour.stop is STOPS[1]
    qtbot.mouseClick(tour.callout.next, Qt.MouseButton.LeftButton)
    assert tour.stop is None
    assert not tour.callout.isVisible()
    tour.reach(CRITICAL)
    assert tour.stop is STOPS[2]
    with qtbot.waitSignal(tour.finished):
        for _ in STOPS[2:]:
            qtbot.mouseClick(tour.callout.next, Qt.MouseButton.LeftButton)
    assert tour.stop is None


def test_the_alert_calls_a_dawdler_on_but_never_back(qtbot: QtBot, window: QWidget) -> None:
    tour = a_tour(window)
    tour.begin()
    tour.reach(CRITICAL)
    assert tour.stop is STOPS[2]
    tour.go_on()
    tour.reach(CRITICAL)
    assert tour.stop is STOPS[3]


def test_nobody_is_led_who_did_not_begin(window: QWidget) -> None:
    tour = a_tour(window)
    tour.reach(CRITICAL)
    assert tour.stop is None
    assert not tour.callout.isVisible()
    tour.begin()
    tour.go_on()
    tour.go_on()
    assert tour.stop is STOPS[2]


def test_closed_is_closed(qtbot: QtBot, window: QWidget) -> None:
    tour = a_tour(window)
    tour.begin()
    with qtbot.waitSignal(tour.finished):
        qtbot.mouseClick(tour.callout.close_, Qt.MouseButton.LeftButton)
    tour.reach(CRITICAL)
    tour.go_on()
    assert not tour.callout.isVisible()


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: str(stop.target))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_callout_stands_inside_beside_what_it_speaks_of(window: QWidget, stop: Stop, language: str) -> None:
    tour = Tour(window, Words(language), THEME, [Stop(stop.target, stop.title, stop.text)])
    tour.begin()
    place, target = stood(tour), PLACES[stop.target]
    assert window.rect().contains(place)
    assert not place.intersects(target.adjusted(20, 20, -20, -20)) or stop.target == "topBar"
    assert tour.callout.text.height() >= tour.callout.text.heightForWidth(tour.callout.text.width())
    assert tour.callout.title.whole() == Words(language).say(stop.title)


def test_it_follows_its_target_and_survives_its_absence(qtbot: QtBot, window: QWidget) -> None:
    tour = Tour(
        window, Words("en"), THEME, [Stop("matterAcknowledge", "Next", "Next"), Stop("nowhere", "Done", "Done")]
    )
    tour.begin()
    before = stood(tour)
    target = named(window, "matterAcknowledge")
    target.move(target.pos() + QPoint(0, 200))
    assert stood(tour).center().y() - before.center().y() == 200
    target.hide()
    assert window.rect().contains(stood(tour))
    tour.go_on()
    assert tour.callout.isVisible()
    window.resize(1000, 600)
    assert window.rect().contains(stood(tour))


def test_it_blocks_nothing_and_takes_no_focus(qtbot: QtBot, window: QWidget) -> None:
    pressed: list[str] = []
    for name in PLACES:
        named(window, name).clicked.connect(lambda _=False, name=name: pressed.append(name))
    focused = named(window, "feedPanel")
    focused.setFocus()
    tour = a_tour(window)
    tour.begin()
    assert window.focusWidget() is focused
    for name in PLACES:
        qtbot.mouseClick(named(window, name), Qt.MouseButton.LeftButton)
    assert pressed == list(PLACES)


def test_it_changes_language_and_look_while_it_stands(window: QWidget) -> None:
    tour = a_tour(window)
    tour.begin()
    tour.retranslate(Words("zh_CN"))
    assert tour.callout.title.whole() == "帖子正在进来"
    assert tour.callout.next.text() == "下一步"
    tour.restyle(theme("light", "zh_CN"))
    middle = tour.callout.grab().toImage().pixelColor(16, tour.callout.height() // 2)
    assert middle == theme("light", "zh_CN").raised


def test_the_arrow_points_from_the_side_it_stands_on(window: QWidget) -> None:
    tour = Tour(window, Words("en"), THEME, [Stop("matterExport", "Next", "Next")])
    tour.begin()
    assert tour.callout.side is Side.LEFT
