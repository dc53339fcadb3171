"""The tokens reach the contrast that LOOK asks for, and levels differ by shape as well as by colour."""

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication
from pytestqt.qtbot import QtBot

from console.domain.rule import Level
from console.ui.theme import DARK, LIGHT, Palette, contrast, shape, style_sheet, theme

SCHEMES = [pytest.param(DARK, id="dark"), pytest.param(LIGHT, id="light")]


def levels(palette: Palette) -> tuple[QColor, ...]:
    return palette.notice, palette.warning, palette.serious, palette.critical


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", SCHEMES)
def test_every_text_is_legible_on_every_surface(palette: Palette) -> None:
    surfaces = {"ground": palette.ground, "panel": palette.panel, "raised": palette.raised, "sel": palette.selection}
    texts = [palette.text1, palette.text2, palette.text3, palette.accent, palette.positive, *levels(palette)]
    for name, surface in surfaces.items():
        for text in texts:
            assert contrast(text, surface) >= 4.5, (name, text.name())


@pytest.mark.parametrize("palette", SCHEMES)
def test_text_on_filled_areas_is_legible(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.on_level, palette.serious) >= 4.5
    assert contrast(palette.on_level, palette.critical) >= 4.5


@pytest.mark.parametrize("palette", SCHEMES)
def test_bars_stand_out_and_climb_away_from_the_ground(palette: Palette) -> None:
    for ramp in (palette.burning, palette.calm):
        ratios = [contrast(step, palette.panel) for step in ramp]
        assert ratios[0] >= 2.9
        assert ratios == sorted(ratios)


def test_the_four_shapes_differ_without_colour() -> None:
    for one, other in combinations(Level, 2):
        assert shape(one) != shape(other)
    assert shape(Level.CRITICAL, 24).boundingRect().width() == 2 * shape(Level.CRITICAL, 12).boundingRect().width()


def test_only_faces_that_are_installed_are_asked_for_chinese_first_for_chinese(qapp: QGuiApplication) -> None:
    known = set(QFontDatabase.families())
    for language in ("zh_CN", "en"):
        families = theme("dark", language).font().families()
        assert set(families) <= known or not known & {"Noto Sans CJK SC", "Noto Sans", "Microsoft YaHei UI"}
    assert theme("dark", "zh_CN").font().pixelSize() == 13
    assert theme("dark", "en").font(20, bold=True).weight() == QFont.Weight.DemiBold


def test_the_system_scheme_is_one_of_ours(qapp: QGuiApplication) -> None:
    assert theme("system", "en") in (theme("dark", "en"), theme("light", "en"))


def test_platforms_of_high_tiers_take_late_steps(qtbot: QtBot) -> None:
    look = theme("dark", "en")
    assert look.platform("weibo", burning=True) == look.burning[0]
    assert look.platform("forum", burning=True) == look.burning[1]
    assert look.platform("press", burning=True) == look.burning[3]
    assert look.platform("blog", burning=False) == look.calm[2]


def test_the_style_sheet_is_understood_by_qt(qapp: QGuiApplication, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setStyleSheet(style_sheet(theme("light", "en")))  # Qt warns of a sheet it cannot parse, and that fails here
    widget.show()
