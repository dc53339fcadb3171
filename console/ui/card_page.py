"""One page of the card: a face drawn to the measures of ``look/``, with its buttons."""

from itertools import pairwise

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from console.ui.card_face import Face, Stage
from console.ui.card_parts import HEAD, SHADOW, Head, Pager, Row, Sentence, Spark, paint_edge, paint_ground, paint_mark
from console.ui.parts import KeyButton, hairline, label
from console.ui.plain import PlainLabel
from console.ui.theme import WALL, Theme

WIDTH, HEIGHT = 440, 260
"""The window's size, its shadow's margin included."""

_LEFT = SHADOW + 16
_INNER = WIDTH - 2 * _LEFT
_RIGHT = _LEFT + _INNER
_COLUMN, _GAP = 48, 12
_BUTTON = 88


class Page(QWidget):
    """Draws a :class:`Face`. ``acknowledge``, ``open_``, ``close`` and ``pager`` are its buttons."""

    def __init__(self, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(WIDTH, HEIGHT)
        self._look = look
        self._face: Face | None = None
        self._lit = 0.0
        self._head = Head(self)
        self.pager = Pager(self)
        self._number = self._text(bold=True)
        self._unit = self._text()
        self._since = self._text(tone="3", size="hint")
        self._speed = self._text(bold=True)
        self._range = self._text(tone="3", size="hint")
        self._spark = Spark(self)
        self._rows = (Row(self), Row(self))
        self._line = hairline()
        self._line.setParent(self)
        self._why = Sentence(self)
        self._taken = self._text(bold=True)
        self._taken_by = self._text(tone="2", size="hint")
        self.acknowledge = KeyButton(primary=True, parent=self)
        self.open_ = QPushButton(self)
        self.close_ = KeyButton(parent=self)
        self._foot = self._text(tone="2", size="hint")
        self._as_of = self._text(tone="3", size="hint")
        for one in (self._speed, self._range, self._as_of):
            one.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.acknowledge.setObjectName("cardAcknowledge")
        self.open_.setObjectName("cardOpen")
        self.close_.setObjectName("cardClose")
        self.pager.setObjectName("cardPager")
        order = (self.acknowledge, self.open_, self.close_, self.pager)
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)
        self.restyle(look)

    def restyle(self, look: Theme) -> None:
        """Take another look from now on."""
        self._look = look
        self._number.setFont(look.font(WALL, bold=True))
        self._head.restyle(look)
        self.acknowledge.restyle(look)
        self.close_.restyle(look)
        self.update()

    def show_face(self, face: Face, page: int, pages: int, *, is_asked: bool) -> None:
        """Draw a face, the ``page``-th of ``pages``; ``is_asked``: its acknowledgement is on its way."""
        self._face = face
        is_clear = face.stage is Stage.CLEAR
        self._head.show_words(None if is_clear else face.level, face.heading, face.title, face.time, face.mark)
        self.pager.restyle(self._look, self._look.text1 if is_clear else self._look.on_level)
        self.pager.show_place(page, pages, face.next_)
        self._number.set(face.number)
        self._unit.set(face.unit)
        self._since.set(face.since)
        self._speed.set(face.speed, face.speed_why)
        self._range.set(face.speed_range, face.speed_why)
        self._spark.show_bars(face.spark, self._look.calm[1] if is_clear else self._look.burning[1])
        metrics = self._rows[0].label.fontMetrics()
        column = max(_COLUMN, *(metrics.horizontalAdvance(one.label) + _GAP for one in face.lines))
        for row, said in zip(self._rows, face.lines, strict=True):
            row.show_words(said.label, said.text, said.whole, column)
        self._why.set(face.why)
        self._taken.set(face.taken)
        self._taken_by.set(face.taken_by)
        for one in (self._taken, self._taken_by):
            one.setVisible(face.stage is Stage.TAKEN)
        self.say(face.to)
        self._as_of.set(face.as_of)
        self.acknowledge.say(face.acknowledge, "Enter")
        self.acknowledge.setVisible(face.stage is Stage.OPEN)
        self.acknowledge.setEnabled(not is_asked)
        self.open_.setText(face.open_)
        self.close_.say(face.close, "Enter")
        self.close_.setVisible(face.stage is not Stage.OPEN)
        self._arrange(face, pages)
        if not any(button.hasFocus() or button is self.focusWidget() for button in self._buttons()):
            (self.acknowledge if face.stage is Stage.OPEN else self.close_).setFocus()
        self.update()

    def _text(self, *, tone: str = "1", size: str = "body", bold: bool = False) -> PlainLabel:
        one = label(tone=tone, size=size, bold=bold)
        one.setParent(self)
        return one

    def _buttons(self) -> list[QAbstractButton]:
        """Those that can be pressed now."""
        return [
            b for b in (self.acknowledge, self.open_, self.close_, self.pager) if b.isVisibleTo(self) and b.isEnabled()
        ]

    def say(self, sentence: str) -> None:
        """Something else in the foot, until the next face."""
        self._foot.set(sentence)

    def light(self, strength: float) -> None:
        """Light up the edge, 0..1."""
        self._lit = strength
        self.update()

    def _arrange(self, face: Face, pages: int) -> None:
        pager = self.pager.sizeHint().width() if pages > 1 else 0
        self._head.setGeometry(SHADOW, SHADOW, WIDTH - 2 * SHADOW - max(pager, 16), HEAD)
        self.pager.setGeometry(WIDTH - SHADOW - pager, SHADOW, pager, HEAD)
        self._arrange_numbers(face)
        for number, row in enumerate(self._rows):
            row.setGeometry(_LEFT, SHADOW + 88 + 20 * number, _INNER, 20)
        self._line.setGeometry(_LEFT, SHADOW + 131, _INNER, 1)
        self._why.setGeometry(_LEFT, SHADOW + 135, _INNER, Sentence.LINES * Sentence.LINE)
        self._arrange_buttons(face, QRect(_LEFT, SHADOW + 181, _INNER, 32))
        as_of = self._as_of.sizeHint().width() + 1
        self._foot.setGeometry(_LEFT, SHADOW + 218, _INNER - as_of - _GAP, 20)
        self._as_of.setGeometry(_RIGHT - as_of, SHADOW + 218, as_of, 20)

    def _arrange_numbers(self, face: Face) -> None:
        """The number, what it counts, the speed and its curve: the curve gives way first, then the words."""
        first, second = SHADOW + 46, SHADOW + 64
        number = self._number.sizeHint().width() + 1
        unit = max(self._unit.sizeHint().width(), self._since.sizeHint().width()) + 1
        speed = max(self._speed.sizeHint().width(), self._range.sizeHint().width()) + 1 if face.speed else 0
        room = _INNER - number - 8 - unit - _GAP - speed - _GAP
        minutes = len(face.spark)
        spark = min(2 * minutes, max(minutes, room))
        unit = min(unit, _INNER - number - 8 - _GAP - speed - _GAP - spark)
        edge = _RIGHT - spark - (_GAP if spark else 0)
        self._number.setGeometry(_LEFT, SHADOW + 43, number, 42)
        self._unit.setGeometry(_LEFT + number + 8, first, unit, 18)
        self._since.setGeometry(_LEFT + number + 8, second, unit, 18)
        self._speed.setGeometry(edge - speed, first, speed, 18)
        self._range.setGeometry(edge - speed, second, speed, 18)
        self._spark.setGeometry(_RIGHT - spark, first, spark, 36)

    def _arrange_buttons(self, face: Face, row: QRect) -> None:
        open_ = max(_BUTTON, self.open_.sizeHint().width())
        if face.stage is Stage.OPEN:
            self.open_.setGeometry(_RIGHT - open_, row.top(), open_, row.height())
            self.acknowledge.setGeometry(row.adjusted(0, 0, -open_ - 8, 0))
            return
        close = max(_BUTTON, self.close_.sizeHint().width())
        self.close_.setGeometry(_RIGHT - close, row.top(), close, row.height())
        self.open_.setGeometry(_RIGHT - close - 8 - open_, row.top(), open_, row.height())
        taken = row.width() - close - open_ - 8 - _GAP
        self._taken.setGeometry(_LEFT, row.top(), taken, 16)
        self._taken_by.setGeometry(_LEFT, row.top() + 16, taken, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        face = self._face
        if face is None:
            return
        painter = QPainter(self)
        is_clear = face.stage is Stage.CLEAR
        colour = self._look.level(face.level)
        paint_ground(painter, self.rect(), self._look, self._look.raised if is_clear else colour)
        if face.mark:
            area = self.rect().adjusted(SHADOW, SHADOW + HEAD, -SHADOW, -SHADOW)
            paint_mark(painter, area, face.mark, self._look)
        if self._lit > 0 and not is_clear:
            paint_edge(painter, self.rect(), colour, self._lit)
