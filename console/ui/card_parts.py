"""The parts of the card that are painted: its ground and shadow, its head, its pager and its sparkline."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QWidget

from console.domain.rule import Level
from console.ui.plain import PlainLabel, tooltip
from console.ui.theme import BODY, HINT, TITLE, Theme, draw_shape, with_alpha

SHADOW = 8
"""Pixels around the card that its shadow fades in."""

RADIUS = 6
HEAD = 36
_INSET = 16
_SHAPE = 14


def paint_ground(painter: QPainter, window: QRect, look: Theme, fill: QColor) -> None:
    """The shadow, the panel with its hairline, and the head filled with ``fill``."""
    card = QRectF(window).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    strength = 0.05 if look.is_dark else 0.022
    for spread in range(SHADOW - 2, 0, -1):
        painter.setBrush(with_alpha(QColor("black"), strength))
        around = card.adjusted(-spread, 2 - spread, spread, 2 + spread)
        painter.drawRoundedRect(around, RADIUS + spread, RADIUS + spread)
    outline = QPainterPath()
    outline.addRoundedRect(card, RADIUS, RADIUS)
    painter.fillPath(outline, look.panel)
    painter.save()
    painter.setClipPath(outline)
    painter.fillRect(QRectF(card.left(), card.top(), card.width(), HEAD), fill)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.line, 1))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def paint_edge(painter: QPainter, window: QRect, colour: QColor, strength: float) -> None:
    """The edge lit up, 0..1: an alert has just come or sounds again."""
    card = QRectF(window).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(with_alpha(colour, strength), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(card.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)


def paint_mark(painter: QPainter, area: QRect, text: str, look: Theme) -> None:
    """A word across the card: what it shows is no real crisis."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    painter.translate(QPointF(area.center()))
    painter.rotate(-16)
    painter.setFont(look.font(96, bold=True))
    painter.setPen(with_alpha(look.text1, 0.1 if look.is_dark else 0.07))
    painter.drawText(QRectF(-300, -100, 600, 200), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Head(QWidget):
    """Level, title and time on the filled block. An all-clear has no level and no colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look: Theme | None = None
        self._level: Level | None = None
        self._word = self._title = self._time = self._mark = ""

    def show_words(self, level: Level | None, word: str, title: str, time: str, mark: str) -> None:
        """``level`` None: an all-clear. ``mark``: a frame with this word stands before the time."""
        self._level, self._word, self._title, self._time, self._mark = level, word, title, time, mark
        self.setAccessibleName(" ".join(part for part in (mark, word, title, time) if part))
        self.update()

    def restyle(self, look: Theme) -> None:
        """Take the look."""
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is None:
            return
        painter = QPainter(self)
        ink = self._look.text1 if self._level is None else self._look.on_level
        left, right = _INSET, self.width()
        if self._level is not None:
            box = QRectF(left, (HEAD - _SHAPE) / 2, _SHAPE, _SHAPE)
            draw_shape(painter, self._level, box, ink)
            left += _SHAPE + 6
        painter.setPen(ink)
        painter.setFont(self._look.font(BODY))
        time = painter.fontMetrics().horizontalAdvance(self._time)
        painter.drawText(QRect(right - time, 0, time, HEAD), Qt.AlignmentFlag.AlignVCenter, self._time)
        right -= time + 12
        if self._mark:
            painter.setFont(self._look.font(HINT, bold=True))
            mark = painter.fontMetrics().horizontalAdvance(self._mark) + 12
            frame = QRectF(right - mark, 8.5, mark, HEAD - 17)
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self._mark)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(frame, 4, 4)
            right -= mark + 12
        painter.setFont(self._look.font(TITLE, bold=True))
        metrics = painter.fontMetrics()
        painter.drawText(QRect(left, 0, right - left, HEAD), Qt.AlignmentFlag.AlignVCenter, self._word)
        left += metrics.horizontalAdvance(self._word) + 12
        room = right - left
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, 0, room, HEAD), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)
        whole = tooltip(self._title) if title != self._title else ""
        if self.toolTip() != whole:
            self.setToolTip(whole)


class Pager(QAbstractButton):
    """``1 / 2 >`` on the filled block: goes to the next incident."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look: Theme | None = None
        self._ink = QColor()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_place(self, page: int, pages: int, name: str) -> None:
        """Which page of how many; one alone needs no pager."""
        self.setText(f"{page + 1} / {pages}")
        self.setAccessibleName(name)
        self.setVisible(pages > 1)
        self.update()

    def restyle(self, look: Theme, ink: QColor) -> None:
        """Take the look; ``ink`` is legible on the block."""
        self._look, self._ink = look, ink
        self.setFont(look.font(BODY))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 12 + 16 + 12, HEAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._ink)
        painter.drawText(
            self.rect().adjusted(12, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )
        x, y = self.width() - 17.0, self.height() / 2
        painter.setPen(QPen(self._ink, 1.5))
        painter.drawPolyline([QPointF(x, y - 4), QPointF(x + 4, y), QPointF(x, y + 4)])
        if self.hasFocus():
            painter.setPen(QPen(self._ink, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 5, -5, -5), 4, 4)


class Spark(QWidget):
    """Negatives a minute over the last hour: one bar a minute, on whole pixels, with a gap where there is room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars: tuple[int, ...] = ()
        self._ink = QColor()

    def show_bars(self, bars: Sequence[int], ink: QColor) -> None:
        """Oldest first; the highest takes the whole height."""
        if (tuple(bars), ink) != (self._bars, self._ink):
            self._bars, self._ink = tuple(bars), ink
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        floor, top, count = self.height() - 1, max(*self._bars, 1), len(self._bars)
        gap = 1 if self.width() >= 2 * count else 0
        for number, n in enumerate(self._bars):
            left, right = (round(place * self.width() / count) for place in (number, number + 1))
            height = -(-n * floor // top)
            painter.fillRect(left, floor - height, max(1, right - left - gap), height, self._ink)
        painter.fillRect(0, floor, self.width(), 1, with_alpha(self._ink, 0.35))


class Sentence(QWidget):
    """A sentence over two lines; what does not fit ends in an ellipsis, and the whole is said on hover."""

    LINES, LINE = 2, 20

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""

    def set(self, text: str) -> None:
        """Show a text of ours, in which strangers' words are already plain and visible."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        rest, is_cut = self._text, False
        for number in range(self.LINES):
            area = QRect(0, number * self.LINE, self.width(), self.LINE)
            shown, rest = self._line(rest)
            if number == self.LINES - 1 and rest:
                is_cut = True
                shown = painter.fontMetrics().elidedText(shown + rest, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        whole = tooltip(self._text) if is_cut else ""
        if self.toolTip() != whole:
            self.setToolTip(whole)

    def _line(self, text: str) -> tuple[str, str]:
        """What of a text fits on one line, broken where its language breaks; and the rest."""
        layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        if line.isValid():
            line.setLineWidth(self.width())
        layout.endLayout()
        end = len(text.encode("utf-16-le")[: line.textLength() * 2].decode("utf-16-le")) if line.isValid() else 0
        return text[:end], text[end:]


class Row(QWidget):
    """One label and what it names."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = PlainLabel(parent=self)
        self.label.setProperty("tone", "3")
        self.text = PlainLabel(parent=self)
        self._column = 0

    def show_words(self, label: str, text: str, whole: str, column: int) -> None:
        """The text begins at ``column``; ``whole`` is said on hover."""
        self.label.set(label)
        self.text.set(text, whole)
        self._column = column
        self._arrange()

    def _arrange(self) -> None:
        self.label.setGeometry(0, 0, self._column, self.height())
        self.text.setGeometry(self._column, 0, self.width() - self._column, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
