"""View: one pyqtgraph plot with its items, the words in its right margin, and the mouse told on in pixels."""

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from console.domain.clock import SECOND, Instant
from console.ui.panels.spread.items import BarsItem, Frame, Ground, Lines, Pointer
from console.ui.panels.spread.picture import Picture
from console.ui.panels.spread.rails import HEIGHT as RAILS
from console.ui.panels.spread.rails import Rails
from console.ui.theme import HINT, Theme
from console.words import Words

LEFT, RIGHT, BOTTOM = 40, 102, 24
_TOP = RAILS
_DRAG = 4  # pixels before a press becomes a drag
_NOTCH = 120  # eighths of a degree
_LINE = 16  # pixels of a line in the margin


class View(pg.PlotWidget):  # type: ignore[misc]
    """Draws; knows neither the store nor the stretch of time it shows. All ``x`` are pixels from the plot's left edge.

    ``pointed``: the mouse is at x, or None. ``dragged``: from, to, still held; ``dropped``: let go. ``clicked``: let go
    where it was pressed. ``turned``: notches of the wheel, at x. ``shifted``: pixels to the right.
    """

    pointed = Signal(object)
    dragged = Signal(float, float)
    dropped = Signal(float, float)
    clicked = Signal()
    turned = Signal(int, float)
    shifted = Signal(float)
    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("spreadPlot")
        self._theme = theme
        self._picture: Picture | None = None
        self._now_text = ""
        self._edges = (0, 1)
        self._top = 1.0
        self._is_now_seen = True
        self._pressed: float | None = None
        self._turn = 0.0
        self.ground, self.bars = Ground(theme, self.frame), BarsItem(theme, self.frame)
        self.lines, self.pointer = Lines(theme, self.frame), Pointer(theme, self.frame)
        self.line = pg.PlotCurveItem(connect="finite", antialias=True)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEFT + RIGHT + 120, 140)

    def plot_pixels(self) -> int:
        """The width of the plot between its axis and its margin."""
        return max(1, int(self.viewport().width()) - LEFT - RIGHT)

    def plot_box(self) -> QRectF:
        """The plot without axes and margin, in the widget's pixels."""
        return QRectF(LEFT, _TOP, self.plot_pixels(), max(1, self.viewport().height() - _TOP - BOTTOM))

    def restyle(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.setBackground(theme.panel)
        for item in (self.ground, self.bars, self.lines, self.pointer):
            item.theme = theme
            item.update()
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setTextPen(theme.text3)
            axis.setStyle(tickFont=theme.font(HINT))
        self.getAxis("left").setPen(QPen(theme.panel, 0))
        self.getAxis("bottom").setPen(QPen(theme.text3, 0))

    def draw(
        self,
        picture: Picture,
        edges: tuple[Instant, Instant],
        upward: tuple[float, Sequence[float]],
        along: tuple[Sequence[tuple[Instant, str]], Sequence[Instant]],
        now: Instant,
        words: Words,
    ) -> None:
        """Draw a picture between two instants, up to a value, with the ticks of both axes."""
        self._picture = picture
        top, ticks = upward
        labelled, small = along
        self._edges, self._top = edges, top
        self._is_now_seen = edges[0] <= now <= edges[1]
        self._now_text = words.say("now {time}", time=words.minute_of_day(now))
        self.setXRange(edges[0] / SECOND, edges[1] / SECOND, padding=0)
        self.setYRange(0, top, padding=0)
        self.getAxis("left").setTicks([[(tick, words.number(tick)) for tick in ticks], []])
        major = [(at / SECOND, text) for at, text in labelled]
        self.getAxis("bottom").setTicks([major, [(at / SECOND, "") for at in small]])
        times, values = picture.line
        seen = (times >= edges[0] - (edges[1] - edges[0])) & (times <= edges[1])
        self.line.setPen(QPen(self._theme.text1 if picture.is_burning else self._theme.text3, 0))
        self.line.setData(times[seen] / SECOND, values[seen])
        self.ground.ticks = ticks
        self.lines.now = now
        for item in (self.ground, self.bars, self.lines, self.pointer):
            item.picture = picture
            item.update()
        self.viewport().update()

    def stamp(self, word: str) -> None:
        """Put a word large and faint behind everything; an empty one takes it away."""
        self.ground.stamp = word
        self.ground.update()
        self.viewport().update()

    def point(self, at: Instant | None) -> None:
        """Put the crosshair on an instant, or take it away."""
        self.pointer.at = at
        self.pointer.update()

    def brush(self, brush: tuple[Instant, Instant] | None) -> None:
        """Mark a stretch, or none."""
        self.pointer.brushed = brush
        self.pointer.update()

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        """The words in the right margin, and the ring that shows the focus."""
        painter.save()
        painter.resetTransform()
        if self._picture is not None:
            self.rails(self._picture).paint(painter)
            self._margin(painter, self._picture)
        if self.hasFocus() and self.window().isActiveWindow():
            painter.setPen(QPen(self._theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
        painter.restore()

    def rails(self, picture: Picture) -> Rails:
        """The rails over the plot as it stands."""
        frame = self.frame(self.devicePixelRatioF())
        area = frame.area
        return Rails(picture.marks, frame.x, area.left(), area.right(), self.viewport().width(), self._theme)

    def frame(self, ratio: float) -> Frame:
        """Where instants and values stand now, on a device of so many pixels to one of ours."""
        return Frame(self.plot_box(), *self._edges, self._top, ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, slid = event.angleDelta().y(), event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turned, slid = 0, turned or slid
        if slid:
            self.shifted.emit(slid / _NOTCH * 60)
        self._turn += turned
        steps = math.trunc(self._turn / _NOTCH)
        if steps:
            self._turn -= steps * _NOTCH
            self.turned.emit(steps, self._x(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed = self._x(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = self._x(event.position())
        if self._pressed is None:
            self.pointed.emit(x if self.plot_box().contains(event.position()) else None)
        elif abs(x - self._pressed) >= _DRAG:
            self.dragged.emit(self._pressed, x)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            x = self._x(event.position())
            if abs(x - pressed) >= _DRAG:
                self.dropped.emit(pressed, x)
            else:
                self.clicked.emit()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # the canvas around this knows what keys mean

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def _x(self, at: QPointF) -> float:
        return at.x() - LEFT

    def _arrange(self) -> None:
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.disableAutoRange()
        plot.layout.setContentsMargins(0, _TOP, 0, 0)
        plot.layout.setSpacing(0)
        box = plot.getViewBox()
        box.setMenuEnabled(False)
        box.setDefaultPadding(0)
        plot.showAxis("right")
        for name, size in (("left", LEFT), ("right", RIGHT)):
            axis = plot.getAxis(name)
            axis.setWidth(size)
            axis.setStyle(tickLength=0, tickTextOffset=8, autoExpandTextSpace=False, autoReduceTextSpace=False)
        right = plot.getAxis("right")
        right.setPen(QPen(Qt.PenStyle.NoPen))
        right.setTicks([])
        bottom = plot.getAxis("bottom")
        bottom.setHeight(BOTTOM)
        bottom.setStyle(tickLength=4, tickTextOffset=4, autoExpandTextSpace=False, autoReduceTextSpace=False)
        for depth, item in enumerate((self.ground, self.bars, self.lines, self.line, self.pointer)):
            item.setZValue(depth)
            plot.addItem(item, ignoreBounds=True)

    def _margin(self, painter: QPainter, picture: Picture) -> None:
        frame = self.frame(self.devicePixelRatioF())
        box = frame.area
        left = box.right() + 8
        lines: list[tuple[float, str, bool, QColor]] = []
        if self._is_now_seen:
            painter.setFont(self._theme.font(HINT, bold=True))
            painter.setPen(self._theme.text1)
            painter.drawText(QPointF(left, box.top() + 12), self._now_text)
        if picture.band is not None and picture.band_text:
            middle = frame.y(float(picture.band[2][-1]) / 2)
            lines.append((middle, picture.band_text, False, self._theme.text3))
        if picture.limit is not None:
            colour = self._theme.level(picture.limit.level) if picture.is_burning else self._theme.text2
            lines.append((frame.y(picture.limit.rate), picture.limit.text, True, colour))
        below = box.bottom() + 4
        for place, text, bold, colour in sorted(lines, key=lambda line: -line[0]):
            middle = min(place, below - _LINE / 2)
            below = middle - _LINE / 2
            painter.setFont(self._theme.font(HINT, bold=bold))
            painter.setPen(colour)
            text_box = QRectF(left, middle - _LINE / 2, RIGHT - 12, _LINE)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(text_box.width()))
            painter.drawText(text_box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
