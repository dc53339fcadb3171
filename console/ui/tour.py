"""Tour: a few callouts that point at what to look at. They never block, take no focus, and close for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.ui.parts import KeyButton, label
from console.ui.plain import PlainParagraph
from console.ui.theme import Theme
from console.words import Words

WIDTH = 320
_ARROW, _PAD, _RADIUS, _APART = 8, 12, 6, 4


def say(message: str) -> str:
    """Marks a message for the catalogue; it is said when its callout shows."""
    return message


@dataclass(frozen=True, slots=True)
class Stop:
    """One callout: the object name of the widget it points at, its title and its words.

    One with a ``gate`` waits until :meth:`Tour.reach` names it.
    """

    target: str
    title: str
    text: str
    gate: str | None = None


CRITICAL = "critical"
"""The gate that opens when the critical alert fires."""

STOPS = (
    Stop(
        "feedPanel",
        say("Posts stream in"),
        say("Each is stored, then judged: negative, uncertain, neutral or positive. Select one to read why."),
    ),
    Stop(
        "spreadPlot",
        say("How fast it spreads"),
        say(
            "Bars are negatives per minute by platform, the line is their speed, the grey band what is usual, hatching "
            "where nothing was heard. Drag over the plot to see the posts of that time."
        ),
    ),
    Stop(
        "topBar",
        say("It burns"),
        say(
            "The duty officer and the executive were told in the same second, past the hierarchy. It sounds again "
            "until somebody has seen it."
        ),
        CRITICAL,
    ),
    Stop(
        "matterAcknowledge",
        say("Somebody takes it"),
        say("Acknowledge here, on the card or in the notification: it is one act, recorded once, with your name."),
        CRITICAL,
    ),
    Stop(
        "matterExport",
        say("Hand the story over"),
        say("The export holds the whole timeline. Every number in it can be traced, and anybody can check the seal."),
        CRITICAL,
    ),
)


class Side(Enum):
    """On which side of its target a callout stands."""

    LEFT = "left"
    RIGHT = "right"
    ABOVE = "above"
    BELOW = "below"


class Tour(QObject):
    """Leads through ``stops`` on ``window``. ``finished`` is sent once, when it was closed or has come to its end."""

    finished = Signal()

    def __init__(self, window: QWidget, words: Words, theme: Theme, stops: Sequence[Stop] = STOPS) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._stops = tuple(stops)
        self._reached: set[str] = set()
        self._place = -1
        self._is_over = False
        self._target: QWidget | None = None
        self.callout = Callout(theme, window)
        self.callout.next.clicked.connect(self.go_on)
        self.callout.close_.clicked.connect(self.close)
        window.installEventFilter(self)

    @property
    def stop(self) -> Stop | None:
        """The stop that is shown, None while it waits or after the end."""
        return self._stops[self._place] if self.callout.isVisibleTo(self._window) else None

    def begin(self) -> None:
        """Show the first callout."""
        self._go_to(0)

    def go_on(self) -> None:
        """Show the next callout; after the last, end."""
        self._go_to(self._place + 1)

    def reach(self, gate: str) -> None:
        """What ``gate`` stands for has come to be: go to its first stop, unless past it or not begun."""
        if self._is_over or gate in self._reached:
            return
        self._reached.add(gate)
        if self._place < 0:
            return
        first = next((number for number, stop in enumerate(self._stops) if stop.gate == gate), None)
        if first is not None and self._place <= first:
            self._go_to(first)

    def close(self) -> None:
        """End the tour."""
        if not self._is_over:
            self._is_over = True
            self.callout.hide()
            self._watch(None)
            self._window.removeEventFilter(self)
            self.finished.emit()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self._say()

    def restyle(self, theme: Theme) -> None:
        """Take another look."""
        self.callout.restyle(theme)
        self._put()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stand beside the target wherever it goes."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide}:
            self._put()
        return super().eventFilter(watched, event)

    def _go_to(self, place: int) -> None:
        if self._is_over:
            return
        if place >= len(self._stops):
            self.close()
            return
        self._place = place
        stop = self._stops[place]
        if stop.gate is not None and stop.gate not in self._reached:
            self.callout.hide()
            return
        self._watch(self._window.findChild(QWidget, stop.target))
        self._say()
        self.callout.show()
        self.callout.raise_()
        self._put()

    def _say(self) -> None:
        if self._place < 0:
            return
        stop, words = self._stops[self._place], self._words
        is_last = self._place == len(self._stops) - 1
        self.callout.say(
            f"{self._place + 1} / {len(self._stops)}",
            words.say(stop.title),
            words.say(stop.text),
            words.say("Done") if is_last else words.say("Next"),
            words.say("End the tour"),
        )
        self._put()

    def _watch(self, target: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
        self._target = target
        if target is not None:
            target.installEventFilter(self)

    def _put(self) -> None:
        if not self.callout.isVisibleTo(self._window):
            return
        target = self._target
        if target is None or not target.isVisible() or target.window() is not self._window:
            self.callout.put(None, self._window.rect())
            return
        box = QRect(target.mapTo(self._window, QPoint(0, 0)), target.size())
        self.callout.put(box, self._window.rect())


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
