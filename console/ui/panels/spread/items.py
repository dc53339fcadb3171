"""Items: what pyqtgraph's scene holds beside its curve. They paint in whole device pixels, without antialiasing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from console.domain.clock import MINUTE, Instant
from console.ui.panels.spread.picture import Mark, MarkKind, Picture
from console.ui.theme import Theme, with_alpha

HATCH = 6
"""Pixels from one stroke of the hatching to the next."""

_STAMP = 96
"""Pixels of the letters behind everything that say what kind of day this is."""

_EVERYWHERE = QRectF(-1e12, -1e9, 2e12, 2e9)
"""The items fill whatever is seen; the view clips them. A rectangle that followed the view would always come late."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where instants and values stand in the widget: in pixels, rounded to whole ones of the device.

    ``area`` is the plot, which reaches from ``since`` to ``until`` and from 0 to ``top`` posts per minute; ``ratio``
    is the device's pixels in one of the widget's.
    """

    area: QRectF
    since: Instant
    until: Instant
    top: float
    ratio: float

    def x(self, at: float) -> float:
        """An instant's place, milliseconds."""
        return self._rounded(self.area.left() + (at - self.since) / (self.until - self.since) * self.area.width())

    def y(self, value: float) -> float:
        """A value's place, posts per minute."""
        return self._rounded(self.area.bottom() - value / self.top * self.area.height())

    def _rounded(self, place: float) -> float:
        return round(place * self.ratio) / self.ratio


class _PixelItem(pg.GraphicsObject):  # type: ignore[misc]
    """Fills the plot and is painted in the widget's pixels; ``frame`` tells where things stand, given the ratio."""

    def __init__(self, theme: Theme, frame: Callable[[float], Frame]) -> None:
        super().__init__()
        self.theme = theme
        self._frame = frame
        self.picture: Picture | None = None

    def boundingRect(self) -> QRectF:
        return _EVERYWHERE

    def viewTransformChanged(self) -> None:
        self.update()

    def dataBounds(self, *_: object) -> None:
        return None

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        if self.picture is None:
            return
        frame = self._frame(painter.device().devicePixelRatioF())
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self.draw(painter, frame, self.picture)
        painter.restore()

    def draw(self, painter: QPainter, frame: Frame, picture: Picture) -> None:
        """Paint the item's part of a picture."""
        raise AssertionError("an item paints itself")


class Ground(_PixelItem):
    """Behind the bars: grid, the usual range, and hatching where something was not heard; nothing else is hatched.

    ``stamp`` is a word that stands large and faint behind it all, for a drill.
    """

    def __init__(self, theme: Theme, frame: Callable[[float], Frame]) -> None:
        super().__init__(theme, frame)
        self.ticks: Sequence[float] = ()
        self.stamp = ""

    def draw(self, painter: QPainter, frame: Frame, picture: Picture) -> None:
        area = frame.area
        if self.stamp:
            painter.setFont(self.theme.font(_STAMP, bold=True))
            painter.setPen(with_alpha(self.theme.text3, 0.22))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), self.stamp)
        painter.setPen(QPen(with_alpha(self.theme.line, 0.55), 0))
        for tick in self.ticks[1:]:
            painter.drawLine(QPointF(area.left(), frame.y(tick)), QPointF(area.right(), frame.y(tick)))
        if picture.band is not None:
            self._band(painter, frame, picture)
        for since, until in picture.blind:
            left = max(frame.x(since), area.left())
            right = min(frame.x(until), area.right())
            if right > area.left() and left < area.right():
                box = QRectF(left, area.top(), max(right - left, 2.0), area.height())
                painter.setBrushOrigin(QPointF(frame.x(until), area.bottom()))
                painter.fillRect(box, hatching(with_alpha(self.theme.text3, 0.75), frame.ratio))

    def _band(self, painter: QPainter, frame: Frame, picture: Picture) -> None:
        assert picture.band is not None
        times, low, high = picture.band
        xs = [min(max(frame.x(float(at)), frame.area.left()), frame.area.right()) for at in times]
        upper = [QPointF(x, frame.y(float(v))) for x, v in zip(xs, high, strict=True)]
        lower = [QPointF(x, frame.y(float(v))) for x, v in zip(xs, low, strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(self.theme.text3, 0.2))
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))


class BarsItem(_PixelItem):
    """All bars: a stack for each bin, platforms by tier, the uncertain on top at 40 %."""

    def draw(self, painter: QPainter, frame: Frame, picture: Picture) -> None:
        bars = picture.bars
        width = bars.minutes * MINUTE
        seen = (bars.starts > frame.since - width) & (bars.starts < frame.until)
        ramp = self.theme.burning if picture.is_burning else self.theme.calm
        colours = [self.theme.platform(platform, burning=picture.is_burning) for platform in bars.platforms]
        colours.append(with_alpha(ramp[1], 0.4))
        boxes: list[list[QRectF]] = [[] for _ in colours]
        tops = np.cumsum(np.column_stack((bars.negative, bars.uncertain))[seen], axis=1) / bars.minutes
        for start, stack in zip(bars.starts[seen], tops, strict=True):
            left, right = frame.x(float(start)), frame.x(float(start + width))
            wide = right - left - (1.0 if right - left > 2.0 else 0.0)
            bottom = frame.y(0.0)
            for box, value in zip(boxes, stack, strict=True):
                top = frame.y(float(value))
                if top < bottom:
                    box.append(QRectF(left, top, wide, bottom - top))
                    bottom = top
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.panel)
        painter.drawRects(boxes[-1])  # what is read late stands on hatching, which must not show through
        for colour, box in zip(colours, boxes, strict=True):
            painter.setBrush(colour)
            painter.drawRects(box)


class Lines(_PixelItem):
    """Over the bars: threshold, alerts, events and the present."""

    def __init__(self, theme: Theme, frame: Callable[[float], Frame]) -> None:
        super().__init__(theme, frame)
        self.now = 0

    def draw(self, painter: QPainter, frame: Frame, picture: Picture) -> None:
        area = frame.area
        for mark in picture.marks:
            x = frame.x(mark.at)
            if mark.kind is not MarkKind.GAP and area.left() <= x <= area.right():
                painter.setPen(mark_pen(self.theme, mark))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() - 1))
        if picture.limit is not None:
            colour = self.theme.level(picture.limit.level) if picture.is_burning else self.theme.text2
            pen = QPen(colour, 1, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            y = frame.y(picture.limit.rate)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        x = frame.x(self.now)
        if x <= area.right() + 1:
            painter.setPen(QPen(self.theme.text1 if picture.is_burning else self.theme.text3, 1))
            x = min(x, area.right() - 1)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


class Pointer(_PixelItem):
    """What the mouse shows: the crosshair and the brushed stretch."""

    def __init__(self, theme: Theme, frame: Callable[[float], Frame]) -> None:
        super().__init__(theme, frame)
        self.at: float | None = None
        self.brushed: tuple[float, float] | None = None

    def draw(self, painter: QPainter, frame: Frame, picture: Picture) -> None:
        area = frame.area
        if self.brushed is not None:
            left, right = (min(max(frame.x(at), area.left()), area.right()) for at in self.brushed)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), with_alpha(self.theme.accent, 0.14))
            painter.setPen(QPen(self.theme.accent, 1))
            for x in (left, right):
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self.at is not None:
            painter.setPen(QPen(self.theme.text2, 1))
            x = frame.x(self.at)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def mark_pen(theme: Theme, mark: Mark) -> QPen:
    """The pen of a mark's line: solid in its level's colour for an alert, dotted for an event."""
    if mark.level is not None:
        return QPen(with_alpha(theme.level(mark.level), 0.7), 1)
    pen = QPen(theme.text3, 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([1, 2])
    return pen


def hatching(colour: QColor, ratio: float = 1.0) -> QBrush:
    """45-degree strokes, one pixel wide, six apart."""
    tile = QPixmap(round(HATCH * ratio), round(HATCH * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    for shift in (-HATCH, 0, HATCH):
        painter.drawLine(QPointF(shift - 1, HATCH + 1), QPointF(shift + HATCH + 1, -1))
    painter.end()
    return QBrush(tile)
