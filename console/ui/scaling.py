"""Scaling: a 4K screen whose system enlarges nothing would show the desk in letters of two millimetres."""

from collections.abc import MutableMapping

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

_SET_BY_PERSON = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_ENABLE_HIGHDPI_SCALING", "QT_USE_PHYSICAL_DPI")
_USUAL_DPI = 96.0
_LARGE_DPI = 110.0


def fit_to_screen(environment: MutableMapping[str, str]) -> None:
    """Have Qt enlarge the desk where nobody else does; to be called before the application is made.

    What a person has set stays. Qt reads its factor once, before it knows any screen: so one is asked beforehand.
    """
    if any(name in environment for name in _SET_BY_PERSON) or QGuiApplication.instance() is not None:
        return
    asking = QGuiApplication([])
    screen = asking.primaryScreen()
    factor = fitting_factor(
        screen.size(), screen.devicePixelRatio(), screen.logicalDotsPerInch(), screen.physicalDotsPerInch()
    )
    del screen
    asking.shutdown()
    del asking
    if factor != 1:
        environment["QT_SCALE_FACTOR"] = str(factor)


def fitting_factor(size: QSize, ratio: float, logical_dpi: float, physical_dpi: float) -> float:
    """How much larger to draw on a screen of ``size`` pixels: 1 where the system scales, or the screen is large.

    A physical resolution of exactly the usual one is what a display says that does not know its size.
    """
    is_scaled = ratio > 1 or logical_dpi > 1.05 * _USUAL_DPI
    is_large = physical_dpi < _LARGE_DPI and abs(physical_dpi - _USUAL_DPI) > 1
    if is_scaled or is_large:
        return 1
    return 2 if size.width() >= 3840 and size.height() >= 2000 else 1.5 if size.width() >= 3000 else 1
