"""Presence: the tray kept in step, and what closing the window means. The desk goes on watching until it is quit."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from console.domain.changes import Changes
from console.domain.incident import Incident, IncidentState
from console.store import incidents
from console.ui.bridge import Bridge
from console.ui.confirm import confirm
from console.ui.query import Query
from console.ui.tray import Tray
from console.words import Words


class Presence(QObject):
    """``left``: the person has agreed to end the program. ``wanted``: they want the window.

    Closing the window keeps the watch in the tray where there is one; elsewhere, and on quitting, it is asked whether
    to stop watching, unless nothing real is watched (``asks`` False).
    """

    left = Signal()
    wanted = Signal()

    def __init__(
        self, window: QWidget, words: Callable[[], Words], *, query: Query, bridge: Bridge, asks: bool = True
    ) -> None:
        super().__init__(window)
        self._window, self._words, self._query, self._asks = window, words, query, asks
        self._is_leaving = False
        self.tray = Tray(words(), self)
        self.tray.desk_wanted.connect(self.wanted)
        self.tray.quit_wanted.connect(self.leave)
        bridge.changed.connect(self._hear)
        window.installEventFilter(self)

    def begin(self) -> None:
        """Appear in the tray."""
        self.tray.begin()
        self._query.ask("tray", incidents.list_, then=self._show)

    def end(self) -> None:
        """Leave the tray."""
        self.tray.close()

    def let_close(self) -> None:
        """The program ends: closing the window now means just that."""
        self._is_leaving = True

    def retranslate(self) -> None:
        """Speak another language."""
        self.tray.retranslate(self._words())

    def leave(self) -> None:
        """End the program, after asking."""
        if not self._asks:
            self._go()
            return
        words = self._words()
        confirm(
            words,
            words.say("Stop watching? Until the desk is opened again nothing is heard and nobody is told."),
            words.say("Stop watching"),
            self._go,
            self._window if self._window.isVisible() else None,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Close and not self._is_leaving:
            event.ignore()
            if self.tray.can_hide:
                self._window.hide()
            else:
                self.leave()
            return True
        return super().eventFilter(watched, event)

    def _go(self) -> None:
        self.let_close()
        self.left.emit()

    def _hear(self, changes: Changes) -> None:
        if changes.incidents:
            self._query.ask("tray", incidents.list_, then=self._show)

    def _show(self, found: list[Incident]) -> None:
        firing = [one for one in found if one.is_firing]
        unanswered = [one for one in firing if one.state is IncidentState.OPEN]
        self.tray.show_state(max((one.level for one in firing), default=None), len(unanswered))
