"""Tour: a few callouts that point at what to look at. They never block, take no focus, and close for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Signal
from PySide6.QtWidgets import QWidget

from console.ui.callout import Callout
from console.ui.theme import Theme
from console.words import Words


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
