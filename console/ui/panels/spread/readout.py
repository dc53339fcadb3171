"""Readout: the figures under the crosshair, in a small box beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.ui.theme import HINT, Theme

_ROW, _PAD, _SWATCH = 18, 8, 9


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a swatch in ``colour`` if any, a name, a figure."""

    name: str
    figure: str = ""
    colour: QColor | None = None


class Readout(QWidget):
    """Plain painted text; the mouse goes through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._rows: Sequence[Row] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_rows(self, rows: Sequence[Row], beside: QPoint, within: QRect) -> None:
        """Show ``rows``, the first of them as the heading, to the right of a point or else to its left."""
        self._rows = rows
        plain, bold = QFontMetrics(self.theme.font(HINT)), QFontMetrics(self.theme.font(HINT, bold=True))
        names = max(plain.horizontalAdvance(row.name) for row in rows)
        figures = max(bold.horizontalAdvance(row.figure) for row in rows)
        heading = bold.horizontalAdvance(rows[0].name)
        width = max(_SWATCH + 6 + names + 16 + figures, heading) + 2 * _PAD
        self.resize(width, _ROW * len(rows) + 2 * _PAD)
        x = beside.x() + 12
        if x + width > within.right():
            x = beside.x() - 12 - width
        self.move(max(x, within.left()), within.top() + 4)
        self.setAccessibleDescription("; ".join(f"{row.name} {row.figure}".strip() for row in rows))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.theme.line)
        painter.setBrush(self.theme.raised)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        for number, row in enumerate(self._rows):
            box = self.rect().adjusted(_PAD, _PAD + number * _ROW, -_PAD, 0)
            box.setHeight(_ROW)
            painter.setFont(self.theme.font(HINT, bold=number == 0))
            painter.setPen(self.theme.text1 if number == 0 else self.theme.text2)
            indent = 0 if number == 0 else _SWATCH + 6
            painter.drawText(box.adjusted(indent, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, row.name)
            if row.colour is not None:
                painter.fillRect(box.left(), box.top() + (_ROW - _SWATCH) // 2, _SWATCH, _SWATCH, row.colour)
            painter.setFont(self.theme.font(HINT, bold=True))
            painter.setPen(self.theme.text1)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.figure)
