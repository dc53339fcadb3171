"""Colours, type, level shapes and the style sheet made from them: dark and light, Chinese and English."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPainter, QPainterPath, QPalette, QTransform
from PySide6.QtWidgets import QApplication, QStyleFactory

from console.domain.mention import Label, Tier, tier_of
from console.domain.rule import Level


@dataclass(frozen=True)
class Palette:
    """The tokens of one scheme. Text tokens reach a contrast of 4.5:1 on every surface they stand on."""

    is_dark: bool
    ground: QColor
    panel: QColor
    raised: QColor
    selection: QColor
    line: QColor
    text1: QColor
    text2: QColor
    text3: QColor
    accent: QColor
    on_accent: QColor
    notice: QColor
    warning: QColor
    serious: QColor
    critical: QColor
    on_level: QColor
    positive: QColor
    burning: tuple[QColor, ...]
    calm: tuple[QColor, ...]


def _ramp(*hexes: str) -> tuple[QColor, ...]:
    return tuple(QColor(h) for h in hexes)


DARK = Palette(
    is_dark=True,
    ground=QColor("#0F1419"),
    panel=QColor("#151B22"),
    raised=QColor("#1D2630"),
    selection=QColor("#1F2B38"),
    line=QColor("#2C3743"),
    text1=QColor("#E6EBF0"),
    text2=QColor("#AEB9C5"),
    text3=QColor("#8793A1"),
    accent=QColor("#5AA2FF"),
    on_accent=QColor("#0B1622"),
    notice=QColor("#6AABFF"),
    warning=QColor("#F2C94C"),
    serious=QColor("#FF9F43"),
    critical=QColor("#FF6B6B"),
    on_level=QColor("#1C0A0A"),
    positive=QColor("#3FBFAD"),
    burning=_ramp("#B84A3A", "#E5715E", "#FFA391", "#FFE0D9"),
    calm=_ramp("#5F6C7A", "#7C8996", "#9DA9B4", "#C8D0D8"),
)

LIGHT = Palette(
    is_dark=False,
    ground=QColor("#F5F7FA"),
    panel=QColor("#FFFFFF"),
    raised=QColor("#ECF0F4"),
    selection=QColor("#E3EDF8"),
    line=QColor("#D3DAE2"),
    text1=QColor("#17202B"),
    text2=QColor("#45515F"),
    text3=QColor("#5F6B79"),
    accent=QColor("#1762C4"),
    on_accent=QColor("#FFFFFF"),
    notice=QColor("#1762C4"),
    warning=QColor("#7A5600"),
    serious=QColor("#A84300"),
    critical=QColor("#C3242B"),
    on_level=QColor("#FFFFFF"),
    positive=QColor("#0B6B5F"),
    burning=_ramp("#D97B6D", "#BC4835", "#8A2A1B", "#4A0F08"),
    calm=_ramp("#8793A0", "#6A7682", "#4B5663", "#2E3742"),
)

HINT, BODY, TITLE, KEY, WALL = 12, 13, 15, 20, 32
"""The sizes of type, in device-independent pixels."""

_CHINESE = ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei")
_LATIN = ("Segoe UI", "SF Pro Text", "Noto Sans")
_FAMILIES = {"zh_CN": (*_CHINESE, "sans-serif"), "en": (*_LATIN, *_CHINESE, "sans-serif")}


@dataclass(frozen=True)
class Theme(Palette):
    """A palette with the type of a language: Chinese faces first for Chinese, Latin first for English."""

    language: str = "en"

    def font(self, size: int = BODY, *, bold: bool = False) -> QFont:
        """The system's face at ``size`` pixels; its digits all have one width."""
        return QFont(_font(self.language, size, bold))

    def level(self, level: Level) -> QColor:
        """The colour of a level's word and shape."""
        return (self.notice, self.warning, self.serious, self.critical)[level]

    def label(self, label: Label | None) -> QColor:
        """The colour of a judgement's word: not a level, so never a level's colour."""
        if label is Label.POSITIVE:
            return self.positive
        return self.text1 if label is Label.NEGATIVE else self.text3

    def platform(self, platform: str, *, burning: bool) -> QColor:
        """A platform's step of the ramp: low tiers near the ground, press far from it; calm until a rule fires."""
        ramp = self.burning if burning else self.calm
        tier = tier_of(platform)
        step = 0 if tier in {Tier.OFFLINE, Tier.SOCIAL} else min(int(tier), len(ramp)) - 1
        return ramp[step]


@lru_cache(maxsize=2)
def _installed(language: str) -> list[str]:
    """The faces of a language that this machine has. Qt would take every absent one's Latin from a face of its own."""
    known = set(QFontDatabase.families())
    found = [family for family in _FAMILIES[language] if family in known]
    return found or list(_FAMILIES[language])


@lru_cache(maxsize=64)
def _font(language: str, size: int, bold: bool) -> QFont:
    font = QFont(_installed(language))
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if hasattr(QFont, "Tag"):
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def theme(scheme: str, language: str) -> Theme:
    """The theme for ``scheme``: ``dark``, ``light`` or ``system``; and ``language``: ``zh_CN`` or ``en``."""
    if scheme == "system":
        hints = QGuiApplication.styleHints()
        scheme = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    palette = {"dark": DARK, "light": LIGHT}[scheme]
    return Theme(**{f.name: getattr(palette, f.name) for f in fields(Palette)}, language=language)


def with_alpha(colour: QColor, share: float) -> QColor:
    """The colour at ``share`` (0..1) of its strength."""
    faded = QColor(colour)
    faded.setAlphaF(share)
    return faded


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, 1..21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


# Level shapes, drawn in a box of 12 x 12 so that the four look equally heavy.


def _circle(path: QPainterPath) -> None:
    path.addEllipse(QPointF(6, 6), 4.5, 4.5)


def _polygon(*points: tuple[float, float]) -> Callable[[QPainterPath], None]:
    def draw(path: QPainterPath) -> None:
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.closeSubpath()

    return draw


_SHAPES = {
    Level.NOTICE: _circle,
    Level.WARNING: _polygon((6, 1.2), (11.2, 10.6), (0.8, 10.6)),
    Level.SERIOUS: _polygon((6, 0.4), (11.6, 6), (6, 11.6), (0.4, 6)),
    Level.CRITICAL: _polygon((1.5, 1.5), (10.5, 1.5), (10.5, 10.5), (1.5, 10.5)),
}


def shape(level: Level, size: float = 12) -> QPainterPath:
    """The shape of a level in a box of ``size`` pixels at the origin: circle, triangle, diamond, square."""
    path = QPainterPath()
    _SHAPES[level](path)
    return QTransform.fromScale(size / 12, size / 12).map(path)


def draw_shape(painter: QPainter, level: Level, box: QRectF, colour: QColor) -> None:
    """Fill a level's shape into the square ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.fillPath(shape(level, box.width()), colour)
    painter.restore()


def apply(app: QApplication, look: Theme) -> None:
    """Dress the whole application, also what stands already."""
    app.setStyleSheet("")
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_qt_palette(look))
    app.setFont(look.font())
    # A widget under a style sheet does not take the application's font any more: it must have come before.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.ApplicationFontChange.value)
    app.setStyleSheet(style_sheet(look))


def _qt_palette(look: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: look.ground,
        QPalette.ColorRole.Base: look.panel,
        QPalette.ColorRole.AlternateBase: look.raised,
        QPalette.ColorRole.Button: look.panel,
        QPalette.ColorRole.WindowText: look.text1,
        QPalette.ColorRole.Text: look.text1,
        QPalette.ColorRole.ButtonText: look.text1,
        QPalette.ColorRole.BrightText: look.text1,
        QPalette.ColorRole.PlaceholderText: look.text3,
        QPalette.ColorRole.Highlight: look.accent,
        QPalette.ColorRole.HighlightedText: look.on_accent,
        QPalette.ColorRole.Link: look.accent,
        QPalette.ColorRole.ToolTipBase: look.raised,
        QPalette.ColorRole.ToolTipText: look.text1,
        QPalette.ColorRole.Accent: look.accent,
        QPalette.ColorRole.Light: look.raised,
        QPalette.ColorRole.Midlight: look.raised,
        QPalette.ColorRole.Mid: look.line,
        QPalette.ColorRole.Dark: look.line,
        QPalette.ColorRole.Shadow: look.ground,
    }
    for role, colour in roles.items():
        palette.setColor(role, colour)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, look.text3)
    return palette


def style_sheet(look: Theme) -> str:
    """The style sheet of the whole application, from tokens alone.

    Dynamic properties choose: ``tone`` (``2``, ``3``) a label's text token, ``type`` (``hint``, ``title``, ``key``,
    ``reading``) its type, ``weight`` (``bold``); ``primary`` fills a button, ``compact`` fits it into a dock's head,
    ``segment`` joins it to its neighbours; ``surface`` (``panel``, ``ground``) paints a widget, ``rule`` makes a frame
    a separator.
    """
    names = {f.name: getattr(look, f.name).name() for f in fields(Palette) if isinstance(getattr(look, f.name), QColor)}
    return _SHEET.format(**names)


_SHEET = """
QWidget {{ color: {text1}; }}
QMainWindow, QDialog {{ background: {ground}; }}
QMainWindow::separator {{ background: {panel}; border-left: 1px solid {line}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ border-left: 1px solid {accent}; }}
QDockWidget {{ border: none; }}
QSplitter::handle {{ background: {panel}; border-top: 1px solid {line}; }}
QSplitter::handle:hover {{ border-top: 1px solid {accent}; }}
*[surface="panel"] {{ background: {panel}; }}
*[surface="ground"] {{ background: {ground}; }}
QFrame[rule="true"] {{ background: {line}; border: none; }}

QLabel {{ background: transparent; }}
QLabel[tone="2"] {{ color: {text2}; }}
QLabel[tone="3"] {{ color: {text3}; }}
QLabel[type="hint"] {{ font-size: 12px; }}
QLabel[type="title"] {{ font-size: 15px; font-weight: 600; }}
QLabel[type="key"] {{ font-size: 20px; font-weight: 600; }}
QLabel[type="reading"] {{ font-size: 20px; }}
QLabel[weight="bold"] {{ font-weight: 600; }}

QToolTip {{ background: {raised}; color: {text1}; border: 1px solid {line}; padding: 4px 8px; }}

QPushButton, QToolButton {{
    background: transparent; border: 1px solid {line}; border-radius: 6px; padding: 0 12px;
    min-height: 30px; color: {text1};
}}
QPushButton[compact="true"], QToolButton[compact="true"] {{ min-height: 26px; padding: 0 10px; }}
QPushButton:hover, QToolButton:hover {{ background: {raised}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {line}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {text3}; background: transparent; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {accent}; padding: 0 11px; min-height: 28px; }}
QPushButton[compact="true"]:focus, QToolButton[compact="true"]:focus {{ min-height: 24px; padding: 0 9px; }}
QPushButton[primary="true"] {{
    background: {accent}; border-color: {accent}; color: {on_accent}; font-weight: 600;
}}
QPushButton[primary="true"]:focus {{ border: 2px solid {text1}; }}
QPushButton[primary="true"]:disabled {{ background: {raised}; border-color: {line}; color: {text3}; }}
QToolButton[segment="true"] {{
    border-radius: 0; border-left-width: 0; padding: 0 10px; min-height: 26px; font-size: 12px; color: {text2};
}}
QToolButton[segment="true"]:checked {{ background: {raised}; color: {text1}; font-weight: 600; }}
QToolButton[segment="true"][place="first"] {{
    border-left-width: 1px; border-top-left-radius: 6px; border-bottom-left-radius: 6px;
}}
QToolButton[segment="true"][place="last"] {{ border-top-right-radius: 6px; border-bottom-right-radius: 6px; }}
QToolButton[segment="true"]:focus {{ border: 2px solid {accent}; padding: 0 9px; min-height: 24px; }}
QToolButton::menu-indicator {{ image: none; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
    background: {ground}; border: 1px solid {line}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{
    border: 2px solid {accent}; padding: 3px 7px;
}}
QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0; height: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QTextEdit[reading="true"] {{
    background: transparent; border: 2px solid transparent; padding: 0; border-radius: 0; font-size: 20px;
}}
QTextEdit[reading="true"]:focus {{ border: 2px solid {accent}; padding: 0; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {line}; outline: none; }}

QAbstractItemView {{ background: {panel}; border: 2px solid transparent; outline: none; }}
QAbstractItemView:focus {{ border: 2px solid {accent}; }}
QListWidget::item {{ padding: 7px 12px; border: none; }}
QListWidget::item:selected {{ background: {selection}; color: {text1}; }}
QHeaderView, QHeaderView::section {{ background: {panel}; color: {text3}; border: none; font-size: 12px; }}

QMenuBar, QMenu {{ background: {panel}; color: {text1}; }}
QMenu {{ border: 1px solid {line}; padding: 4px 0; }}
QMenu::item {{ padding: 6px 24px 6px 28px; }}
QMenu::indicator {{ left: 8px; width: 14px; height: 14px; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {text3}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 0; }}

QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {text3}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; width: 0; height: 0;
}}
QStatusBar {{ background: {ground}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QTabBar::tab {{ padding: 6px 12px; border: none; color: {text2}; }}
QTabBar::tab:selected {{ color: {text1}; border-bottom: 2px solid {accent}; }}
QCheckBox::indicator:unchecked {{ background: {ground}; border: 1px solid {text3}; border-radius: 3px; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {accent}; border-radius: 4px; }}
"""
