"""The parts every panel is made of: head, foot, hairline, segments, buttons with their key."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.clock import Instant
from console.domain.rule import Level
from console.ui.plain import PlainLabel, tooltip
from console.ui.theme import HINT, Theme, draw_shape
from console.words import Words

INSET = 16
HEAD_HEIGHT, FOOT_HEIGHT = 40, 24
WIDTH = 264


def set_look(widget: QWidget, **properties: str) -> None:
    """Give a widget dynamic properties of the style sheet, and have them take effect."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str = "", *, tone: str = "1", size: str = "body", bold: bool = False) -> PlainLabel:
    """A line of text: ``tone`` 1 content, 2 label, 3 hint; ``size`` ``hint``, ``body``, ``title`` or ``key``."""
    one = PlainLabel(text)
    one.setProperty("tone", tone)
    one.setProperty("type", size)  # `size` is a property of Qt's own
    if bold:
        one.setProperty("weight", "bold")
    return one


def hairline(*, vertical: bool = False) -> QFrame:
    """A separator of one pixel."""
    line = QFrame()
    line.setProperty("rule", "true")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


class Head(QWidget):
    """The 40 pixels above a panel: its title, a hint beside it, and what the panel adds at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEAD_HEIGHT)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(INSET, 0, INSET, 0)
        self.row.setSpacing(8)
        self.title = label(size="title")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.hint = label(tone="2")
        self.row.addWidget(self.title)
        self.row.addWidget(self.hint, 1)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEAD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEAD_HEIGHT)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self.row.addWidget(widget)


class Foot(QWidget):
    """The 24 pixels below a panel: what is counted at the left, ``as of 20:41:07 · 6 s old`` at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(FOOT_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, 0, INSET, 0)
        row.setSpacing(8)
        self.left = label(tone="3", size="hint")
        self.right = label(tone="3", size="hint")
        self.right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.right.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(self.left, 1)
        row.addWidget(self.right)
        self._at: Instant | None = None

    def heard(self, at: Instant) -> None:
        """The panel shows the store as it was at this instant."""
        self._at = at

    def tick(self, words: Words, now: Instant) -> None:
        """Say how old the panel's figures are."""
        self.right.set(words.as_of(self._at, now))


class Panel(QWidget):
    """A head, a body and a foot on the panel's surface."""

    def __init__(self, words: Words, theme: Theme, *, foot: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = Head()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.foot = Foot() if foot else None
        column.addWidget(self.head)
        column.addLayout(self.body, 1)
        if self.foot is not None:
            column.addWidget(self.foot)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())  # a long title never moves what is beside the panel

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        self.words = words

    def restyle(self, theme: Theme) -> None:
        """Take another look from now on."""
        self.theme = theme
        self.update()

    def heard(self, at: Instant, now: Instant) -> None:
        """The panel shows what was heard up to an instant."""
        if self.foot is not None:
            self.foot.heard(at)
            self.foot.tick(self.words, now)

    def tick(self, now: Instant) -> None:
        """A second has passed."""
        if self.foot is not None:
            self.foot.tick(self.words, now)


class LevelMark(QWidget):
    """A level as LOOK has it: shape, word and colour, always all three."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level: Level | None = None
        self._word = ""
        self._colour = QColor()
        self._theme: Theme | None = None
        self._size = 12
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_level(
        self, level: Level | None, words: Words, theme: Theme, *, colour: QColor | None = None, size: int = 12
    ) -> None:
        """Show a level, in ``colour`` where it stands on a filled area; None hides the mark."""
        self._level, self._theme, self._size = level, theme, size
        self.setVisible(level is not None)
        if level is None:
            return
        self._word = words.level(level)
        self._colour = colour or theme.level(level)
        self.setFont(theme.font(13 if size <= 12 else 15, bold=True))
        self.setAccessibleName(self._word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size + 5 + self.fontMetrics().horizontalAdvance(self._word), 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._level is None:
            return
        painter = QPainter(self)
        area = self.rect().toRectF()
        box = area.adjusted(0, (area.height() - self._size) / 2, 0, 0)
        box.setSize(QSize(self._size, self._size).toSizeF())
        draw_shape(painter, self._level, box, self._colour)
        painter.setPen(self._colour)
        painter.drawText(self.rect().adjusted(self._size + 4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._word)


class _Segment(QToolButton):
    def sizeHint(self) -> QSize:
        """Room for the chosen one's bold type, so that choosing moves nothing."""
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        return QSize(QFontMetrics(font).horizontalAdvance(self.text()) + 24, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Segments(QWidget):
    """A row of joined buttons of which one is chosen; ``chosen`` carries its number when a person chooses."""

    chosen = Signal(int)

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        for number in range(count):
            button = _Segment()
            button.setCheckable(True)
            button.setProperty("segment", "true")
            place = "first" if number == 0 else "last" if number == count - 1 else "middle"
            button.setProperty("place", place)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.chosen)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def name(self, objects: Sequence[str]) -> None:
        """Give each button its object name."""
        for number, name in enumerate(objects):
            self._group.button(number).setObjectName(name)

    def say(self, texts: Sequence[str]) -> None:
        """Name the buttons."""
        for number, text in enumerate(texts):
            button = self._group.button(number)
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(text)

    def choose(self, number: int) -> None:
        """Choose one without telling anybody."""
        self._group.button(number).setChecked(True)

    @property
    def current(self) -> int:
        """The number of the chosen button."""
        return self._group.checkedId()


class KeyButton(QPushButton):
    """A button that shows its key beside its words. ``gives_way``: its words are cut where room is scarce."""

    def __init__(
        self, *, compact: bool = False, primary: bool = False, gives_way: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("compact", "true" if compact else "false")
        self.setProperty("primary", "true" if primary else "false")
        self._gives_way = gives_way
        if gives_way:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words = ""
        self._key = ""
        self._theme: Theme | None = None

    def say(self, text: str, key: str = "") -> None:
        """Name the button and the key that does the same; the key is for the eye, the panel handles it."""
        if (text, key) == (self._words, self._key):
            return
        self._words, self._key = text, key
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        if self._gives_way:
            self.setToolTip(tooltip(text))
        self.updateGeometry()

    def restyle(self, theme: Theme) -> None:
        """Take the look."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        if self._key:
            size.setWidth(size.width() + _KEY_GAP + self._key_width())
        return size

    def minimumSizeHint(self) -> QSize:
        size = self.sizeHint()
        return QSize(min(72, size.width()), size.height()) if self._gives_way else size

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._theme is None:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        is_primary = self.property("primary") == "true" and self.isEnabled()
        strong = self._theme.on_accent if is_primary else self._theme.text1 if self.isEnabled() else self._theme.text3
        weak = self._theme.on_accent if is_primary else self._theme.text3
        taken = _KEY_GAP + self._key_width() if self._key else 0
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - taken - 16)
        width = metrics.horizontalAdvance(shown)
        left = max(8, (self.width() - width - taken) // 2)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.setFont(self.font())
        painter.setPen(strong)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), flags, shown)
        if self._key:
            painter.setFont(self._theme.font(HINT))
            painter.setPen(weak)
            painter.drawText(self.rect().adjusted(left + width + _KEY_GAP, 0, 0, 0), flags, self._key)

    def _key_width(self) -> int:
        font = self.font()
        font.setPixelSize(HINT)
        return QFontMetrics(font).horizontalAdvance(self._key)


_KEY_GAP = 6
