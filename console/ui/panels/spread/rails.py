"""Rails: two lines of 16 pixels above the plot, alerts over events, their marks joined to the plot below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPolygonF

from console.domain.clock import Instant
from console.domain.rule import Level
from console.ui.panels.spread.items import mark_pen
from console.ui.panels.spread.picture import Mark, MarkKind
from console.ui.theme import HINT, Theme, draw_shape

HEIGHT = 40
_TOPS = {MarkKind.ALERT: 2, MarkKind.EVENT: 22, MarkKind.GAP: 22}
_SHAPE = 10
_CLEAR = 8


@dataclass(frozen=True, slots=True)
class Label:
    """A mark's words and the box that holds them."""

    mark: Mark
    box: QRectF


@dataclass(frozen=True, slots=True)
class Rails:
    """The marks of a picture above a plot from ``left`` to ``right`` in a widget of ``width``; ``x`` places instants.

    A label that would touch another, a mark or a line is left out; the graver and the newer are kept first.
    """

    marks: Sequence[Mark]
    x: Callable[[Instant], float]
    left: float
    right: float
    width: float
    theme: Theme

    def paint(self, painter: QPainter) -> None:
        """Paint lines, marks and labels."""
        for mark in self.marks:
            x = self.x(mark.at)
            if mark.kind is not MarkKind.GAP and self._is_seen(x):
                self._mark(painter, mark, x)
        for label in self.labels():
            level = label.mark.level
            painter.setFont(self.theme.font(HINT, bold=level is not None))
            painter.setPen(self.theme.text2 if level is None else self.theme.level(level))
            painter.drawText(label.box, int(Qt.AlignmentFlag.AlignVCenter), label.mark.text)

    def labels(self) -> list[Label]:
        """The labels that find room."""
        # A mark itself takes room too, and so does an alert's line on the rail below: no words stand on either.
        taken: list[QRectF] = []
        for mark in self.marks:
            x = self.x(mark.at)
            if mark.kind is not MarkKind.GAP and self._is_seen(x):
                top = _TOPS[mark.kind]
                taken.append(QRectF(x - _SHAPE / 2, top, _SHAPE, 16))
                if mark.kind is MarkKind.ALERT:
                    taken.append(QRectF(x, top, 1, HEIGHT - top))
        labels: list[Label] = []
        for mark in sorted(self.marks, key=lambda m: (m.level or Level.NOTICE, m.at), reverse=True):
            x = self.x(mark.at)
            if mark.text and self._is_seen(x):
                box = self._placed(mark, x, taken)
                if box is not None:
                    taken.append(box)
                    labels.append(Label(mark, box))
        return labels

    def _mark(self, painter: QPainter, mark: Mark, x: float) -> None:
        top = _TOPS[mark.kind] + (14 if mark.kind is MarkKind.ALERT else 12)
        painter.setPen(mark_pen(self.theme, mark))
        painter.drawLine(QPointF(x, top), QPointF(x, HEIGHT))
        if mark.level is not None:
            box = QRectF(x - _SHAPE / 2, _TOPS[mark.kind] + 3, _SHAPE, _SHAPE)
            draw_shape(painter, mark.level, box, self.theme.level(mark.level))
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.text2)
        painter.drawPolygon(QPolygonF([QPointF(x - 4, top - 5), QPointF(x + 4, top - 5), QPointF(x, top)]))
        painter.restore()

    def _placed(self, mark: Mark, x: float, taken: list[QRectF]) -> QRectF | None:
        font = self.theme.font(HINT, bold=mark.level is not None)
        width = QFontMetrics(font).horizontalAdvance(mark.text) + 1
        places = (x - width / 2,) if mark.kind is MarkKind.GAP else (x + _CLEAR, x - _CLEAR - width)
        for left in places:
            box = QRectF(round(left), _TOPS[mark.kind], width, 16)
            is_inside = box.left() >= 0 and box.right() <= self.width
            if is_inside and not any(box.adjusted(-2, 0, 2, 0).intersects(other) for other in taken):
                return box
        return None

    def _is_seen(self, x: float) -> bool:
        return self.left <= x <= self.right
