"""What every dialog is made of: text that is said anew in another language, labelled fields, an answer in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.services.desk import Desk
from console.ui.bridge import Bridge
from console.ui.parts import label
from console.ui.plain import PlainLabel, PlainParagraph
from console.ui.query import Query
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say

INSET, GAP = 24, 12
LIST_WIDTH = 264

W = TypeVar("W", bound=QWidget)
Setter = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Hands:
    """What a dialog works with: it reads by ``query`` and acts by ``desk`` through ``bridge``."""

    query: Query
    bridge: Bridge
    desk: Desk
    clock: Clock


class Sayings:
    """The fixed texts of a widget, each with where it goes."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._said: list[tuple[Setter, str]] = []

    def put(self, setter: Setter, message: str) -> None:
        """Say a source string of ours there, now and in every later language."""
        self._said.append((setter, message))
        setter(self._words.say(message))

    def anew(self, words: Words) -> None:
        """Say everything in another language."""
        self._words = words
        for setter, message in self._said:
            setter(words.say(message))


class Page(QWidget):
    """A part of a dialog that can be said anew and dressed anew without losing what was typed."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.theme = words, theme
        self.sayings = Sayings(words)

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        self.words = words
        self.sayings.anew(words)

    def restyle(self, theme: Theme) -> None:
        """Take another look from now on."""
        self.theme = theme


class Dialog(QDialog):
    """A window beside the desk; it never bars the way to the desk. Escape closes it."""

    def __init__(self, name: str, title: str, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.words, self.theme = words, theme
        self.sayings = Sayings(words)
        self.sayings.put(self.setWindowTitle, title)

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        self.words = words
        self.sayings.anew(words)
        for page in self._pages():
            page.retranslate(words)

    def restyle(self, theme: Theme) -> None:
        """Take another look from now on."""
        self.theme = theme
        for page in self._pages():
            page.restyle(theme)

    def come(self) -> None:
        """Stand before the person who asked for it, no larger than the screen."""
        self.resize(self.size().boundedTo(self.screen().availableSize() - QSize(32, 64)))
        self.show()
        self.raise_()
        self.activateWindow()

    def _pages(self) -> list[Page]:
        return self.findChildren(Page)


class Answer(PlainParagraph):
    """What came of an act, in words; nothing while nothing was done."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName(name)
        self.setProperty("tone", "2")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def set(self, text: str) -> None:
        super().set(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def fault(words: Words, error: Exception) -> str:
    """What went wrong and what to do."""
    if isinstance(error, ConsoleError):
        return words.error(error)
    return words.say("It did not work, and nothing is known of why. The log says more.")


class Fields(QGridLayout):
    """Labels at the left, fields at the right; a label is its field's accessible name and shortcut."""

    def __init__(self, sayings: Sayings) -> None:
        super().__init__()
        self._sayings = sayings
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(10)
        self.setColumnStretch(1, 1)

    def line(self, message: str, field: QWidget, hint: str = "", *, focus: QWidget | None = None) -> None:
        """Add a field; ``focus`` is what the name belongs to where the field is made of several."""
        row = self.rowCount()
        name = label(tone="2")
        name.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        name.setMinimumHeight(30)
        self._sayings.put(lambda text: _fit(name, text), message)
        self._sayings.put((focus or field).setAccessibleName, message)
        self.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        is_fixed = field.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Fixed
        self.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft if is_fixed else Qt.AlignmentFlag(0))
        if hint:
            below = paragraph(tone="3")
            self._sayings.put(below.set, hint)
            self._sayings.put((focus or field).setAccessibleDescription, hint)
            self.addWidget(below, row + 1, 1)


def _fit(name: PlainLabel, text: str) -> None:
    name.set(text)
    name.setMinimumWidth(name.fontMetrics().horizontalAdvance(text) + 4)


def paragraph(*, tone: str = "2") -> PlainParagraph:
    """A few lines that wrap at whatever width there is."""
    one = PlainParagraph()
    one.setProperty("tone", tone)
    if tone == "3":
        one.setProperty("type", "hint")
    one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return one


def named(one: W, name: str) -> W:
    """The widget, under its object name."""
    one.setObjectName(name)
    return one


def button(name: str, *, is_primary: bool = False) -> QPushButton:
    """A button; only the primary one answers Enter."""
    one = QPushButton()
    one.setObjectName(name)
    one.setAutoDefault(False)
    one.setDefault(is_primary)
    one.setProperty("primary", "true" if is_primary else "false")
    return one


def choices(name: str) -> QListWidget:
    """A list at the left of a page, of which one is chosen."""
    one = named(QListWidget(), name)
    one.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    one.setTextElideMode(Qt.TextElideMode.ElideRight)
    one.setMinimumWidth(LIST_WIDTH)
    return one


def choice(name: str) -> QComboBox:
    """A choice of one that the wheel does not change in passing."""
    one = _Calm()
    one.setObjectName(name)
    one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return one


class _Calm(QComboBox):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(
            self.rect().adjusted(0, 0, -10, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "▾"
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Number(QDoubleSpinBox):
    """A figure that the wheel does not change in passing, its digits grouped."""

    def __init__(self, name: str, least: float, most: float, step: float, decimals: int = 0) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setDecimals(decimals)
        self.setRange(least, most)
        self.setSingleStep(step)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(132)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def scrolled(inner: QWidget) -> QScrollArea:
    """A page that may be longer than its dialog."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    inner.setProperty("surface", "panel")
    return area


def column(owner: QWidget, *, inset: int = INSET, gap: int = GAP) -> QVBoxLayout:
    """The one column of a page."""
    one = QVBoxLayout(owner)
    one.setContentsMargins(inset, inset - 4, inset, inset - 4)
    one.setSpacing(gap)
    return one


def row(*widgets: QWidget, stretch: bool = True) -> QHBoxLayout:
    """Widgets side by side, at the left."""
    one = QHBoxLayout()
    one.setSpacing(8)
    for widget in widgets:
        one.addWidget(widget)
    if stretch:
        one.addStretch(1)
    return one


class Ask(Page):
    """A question in the page itself: one button does it, the other lets it be."""

    def __init__(self, name: str, yes: str, words: Words, theme: Theme, act: Callable[[], object]) -> None:
        super().__init__(words, theme)
        self.setObjectName(name)
        self.question = paragraph(tone="1")
        self.yes, self.no = button(f"{name}Yes"), button(f"{name}No")
        self.sayings.put(self.yes.setText, yes)
        self.sayings.put(self.no.setText, say("Leave it"))
        self._act = act
        self._asker: QWidget | None = None
        inner = column(self, inset=4, gap=8)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.question)
        inner.addLayout(row(self.yes, self.no))
        self.yes.clicked.connect(self._do)
        self.no.clicked.connect(self.away)
        self.hide()

    def ask(self, question: str, asker: QWidget) -> None:
        """Ask; ``asker`` gets the keyboard back."""
        self._asker = asker
        self.question.set(question)
        self.show()
        self.no.setFocus()

    def away(self) -> None:
        """Ask no more."""
        self.hide()
        if self._asker is not None:
            self._asker.setFocus()

    def _do(self) -> None:
        self.away()
        self._act()


_COMMAS = re.compile(r"[,，、;；\n]")


def split(text: str) -> tuple[str, ...]:
    """Names out of a line, by commas of either script."""
    return tuple(part.strip() for part in _COMMAS.split(text) if part.strip())
