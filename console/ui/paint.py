"""Painting rows: the ground of a row as the pointer and the selection have it, and text that gives way."""

import re

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.domain.rule import Level
from console.ui.theme import HINT, Theme, draw_shape
from console.words import SHAPES, Words

ROW = 28
BAR = 3
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints rows of a height; a list hands it words and theme anew when they change."""

    def __init__(self, words: Words, theme: Theme, height: int = ROW) -> None:
        super().__init__()
        self.words = words
        self.theme = theme
        self.height = height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self.height)

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, *, bar: bool = True) -> None:
        """Fill what is behind a row: the selection with its bar of accent, else what the pointer is over."""
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self.theme.selection)
            if bar:
                painter.fillRect(QRect(area.left(), area.top(), BAR, area.height()), self.theme.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, self.theme.raised)


def put(
    painter: QPainter,
    area: QRect,
    text: str,
    colour: QColor,
    font: QFont,
    align: Qt.AlignmentFlag = LEFT,
) -> int:
    """Write ``text`` on one line, with an ellipsis where it does not fit; returns the width it took."""
    metrics = QFontMetrics(font)
    width = metrics.horizontalAdvance(text)
    if width > area.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        width = area.width()
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine, text)
    return width


def put_level(
    painter: QPainter, at: QPoint, height: int, level: Level, words: Words, theme: Theme, *, word: str | None = None
) -> int:
    """Draw a level's shape and word at the left edge ``at``; returns the width they took."""
    colour = theme.level(level)
    draw_shape(painter, level, QRectF(at.x(), at.y() + (height - 12) / 2, 12, 12), colour)
    said = words.level(level) if word is None else word
    if not said:
        return 12
    font = theme.font(bold=True)
    width = QFontMetrics(font).horizontalAdvance(said)
    put(painter, QRect(at.x() + 16, at.y(), width + 1, height), said, colour, font)
    return 16 + width


def put_shaped(painter: QPainter, area: QRect, text: str, theme: Theme) -> None:
    """Write a sentence on one line; the levels' shapes in it are drawn, in their colours, not taken from a font."""
    area = QRect(area)
    for part in _SHAPE.split(text):
        if area.width() <= 0:
            return
        if part in _LEVEL_OF:
            level = _LEVEL_OF[part]
            box = QRectF(area.left(), area.top() + (area.height() - 10) / 2, 10, 10)
            draw_shape(painter, level, box, theme.level(level))
            area.setLeft(area.left() + 12)
        elif part:
            area.setLeft(area.left() + put(painter, area, part, theme.text1, theme.font()))


_LEVEL_OF = {shape: level for level, shape in SHAPES.items()}
_SHAPE = re.compile(f"([{''.join(_LEVEL_OF)}])")


def hatch(painter: QPainter, area: QRect, colour: QColor) -> None:
    """The 45-degree hatch that means blind, and nothing else."""
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    for x in range(area.left() - area.height(), area.right() + 1, 4):
        painter.drawLine(x, area.bottom() + 1, x + area.height(), area.top())
    painter.restore()


def hint_font(theme: Theme) -> QFont:
    """The type of hints."""
    return theme.font(HINT)
