"""Callout: a box of words with an arrow to what it speaks of, drawn over a window without hindering it."""

from enum import Enum

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.ui.parts import KeyButton, label
from console.ui.plain import PlainParagraph
from console.ui.theme import Theme

WIDTH = 320
_ARROW, _PAD, _RADIUS, _APART = 8, 12, 6, 4


class Side(Enum):
    """On which side of its target a callout stands."""

    LEFT = "left"
    RIGHT = "right"
    ABOVE = "above"
    BELOW = "below"


class Callout(QWidget):
    """A box of words with an arrow to what it speaks of."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self._theme = theme
        self._arrow: tuple[Side, int] | None = None
        self.count = label(tone="3", size="hint")
        self.title = label(bold=True)
        self.text = PlainParagraph()
        self.next = KeyButton(compact=True)
        self.next.setObjectName("tourNext")
        self.close_ = KeyButton(compact=True)
        self.close_.setObjectName("tourClose")
        for button in (self.next, self.close_):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.restyle(theme)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        edge = _ARROW + _PAD
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.close_)
        row.addStretch(1)
        row.addWidget(self.next)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addSpacing(4)
        column.addLayout(row)

    def say(self, count: str, title: str, text: str, next_: str, close: str) -> None:
        """Show these words."""
        self.count.set(count)
        self.title.set(title)
        self.text.set(text)
        self.next.say(next_)
        self.close_.say(close)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.count.setFixedWidth(self.count.sizeHint().width())

    def restyle(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        for button in (self.next, self.close_):
            button.restyle(theme)
        self.update()

    def put(self, target: QRect | None, within: QRect) -> None:
        """Stand beside ``target`` where there is most room, wholly ``within``; without a target at the lower edge."""
        size = QSize(WIDTH, self.layout_height())
        self.resize(size)
        if target is None:
            self._arrow = None
            self.move(within.center().x() - size.width() // 2, within.bottom() - size.height() - 2 * _PAD)
            self.update()
            return
        side = self._side(target, within, size)
        place = _beside(target, side, size)
        box = QRect(place, size)
        box.moveLeft(min(max(box.left(), within.left()), within.right() - size.width()))
        box.moveTop(min(max(box.top(), within.top()), within.bottom() - size.height()))
        self.move(box.topLeft())
        middle = target.intersected(within).center() - box.topLeft()
        along = middle.y() if side in {Side.LEFT, Side.RIGHT} else middle.x()
        length = size.height() if side in {Side.LEFT, Side.RIGHT} else size.width()
        edge = _ARROW * 2 + _RADIUS
        self._arrow = (side, min(max(along, edge), length - edge))
        self.update()

    @property
    def side(self) -> Side | None:
        """On which side of its target it stands, None without one."""
        return None if self._arrow is None else self._arrow[0]

    def layout_height(self) -> int:
        """How high the words are at the callout's width."""
        layout = self.layout()
        assert layout is not None
        return max(layout.heightForWidth(WIDTH), layout.minimumSize().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_ARROW + 0.5, _ARROW + 0.5, -_ARROW - 0.5, -_ARROW - 0.5)
        path = QPainterPath()
        path.addRoundedRect(box, _RADIUS, _RADIUS)
        if self._arrow is not None:
            tip = QPainterPath()
            tip.addPolygon(self._tip(box))
            tip.closeSubpath()
            path = path.united(tip)
        painter.setPen(QPen(self._theme.accent, 1))
        painter.setBrush(self._theme.raised)
        painter.drawPath(path)

    def _tip(self, box: QRectF) -> QPolygonF:
        assert self._arrow is not None
        side, at = self._arrow
        base, tip = {
            Side.RIGHT: (box.left() + 1, 0.5),
            Side.LEFT: (box.right() - 1, self.width() - 0.5),
            Side.BELOW: (box.top() + 1, 0.5),
            Side.ABOVE: (box.bottom() - 1, self.height() - 0.5),
        }[side]
        points = [QPointF(base, at - _ARROW), QPointF(tip, at), QPointF(base, at + _ARROW)]
        if side in {Side.ABOVE, Side.BELOW}:
            points = [point.transposed() for point in points]
        return QPolygonF(points)

    def _side(self, target: QRect, within: QRect, size: QSize) -> Side:
        """The side with the most room left over; none may have enough, then the callout covers part of its target."""
        room = {
            Side.RIGHT: within.right() - target.right() - size.width(),
            Side.LEFT: target.left() - within.left() - size.width(),
            Side.BELOW: within.bottom() - target.bottom() - size.height(),
            Side.ABOVE: target.top() - within.top() - size.height(),
        }
        return max(room, key=lambda side: room[side])


def _beside(target: QRect, side: Side, size: QSize) -> QPoint:
    middle = target.center()
    x, y = middle.x() - size.width() // 2, middle.y() - size.height() // 2
    match side:
        case Side.RIGHT:
            return QPoint(target.right() + _APART, y)
        case Side.LEFT:
            return QPoint(target.left() - size.width() - _APART, y)
        case Side.BELOW:
            return QPoint(x, target.bottom() + _APART)
        case Side.ABOVE:
            return QPoint(x, target.top() - size.height() - _APART)
