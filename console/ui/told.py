"""Keeps the executive's card in step with the store, and takes to the desk what is pressed on it and what it shows."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.changes import Changes
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.escalation import NotificationId, NotificationState
from console.domain.incident import IncidentId
from console.services.desk import Desk
from console.ui import card_face
from console.ui.bridge import Bridge
from console.ui.card import Card
from console.ui.card_face import Told
from console.ui.query import Query
from console.ui.theme import Theme
from console.words import Words

CHANNEL = "card"

_TICK = 5_000
_UNPROVEN = (NotificationState.PENDING, NotificationState.DELAYED, NotificationState.SENT)


class CardDesk(QObject):
    """The card, fed. ``opened`` carries the incident to show on the desk.

    ``words_for`` gives the words of a contact's language (None: the desk's own).
    """

    opened = Signal(int)

    def __init__(
        self,
        look: Theme,
        words_for: Callable[[str | None], Words],
        *,
        query: Query,
        bridge: Bridge,
        desk: Desk,
        clock: Clock,
    ) -> None:
        super().__init__()
        self.card = Card(look)
        self._words_for, self._query, self._bridge = words_for, query, bridge
        self._desk, self._clock = desk, clock
        self._told: tuple[Told, ...] = ()
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._draw)
        bridge.changed.connect(self._hear)
        self.card.acknowledged.connect(self._acknowledge)
        self.card.opened.connect(self.opened)
        self.card.seen.connect(self._see)
        self.card.dismissed.connect(self._see)

    def begin(self) -> None:
        """Show what is owed now, and keep up from now on."""
        self._ask()
        self._timer.start()

    def restyle(self, look: Theme) -> None:
        """Take another look."""
        self.card.restyle(look)

    def retranslate(self) -> None:
        """The desk speaks another language: so does a card whose reader has none of their own."""
        self._draw()

    def close(self) -> None:
        """Take the card off the screen: the desk ends."""
        self._timer.stop()
        self.card.hide()
        self.card.deleteLater()

    def _hear(self, changes: Changes) -> None:
        if changes.notifications or changes.incidents or changes.watchlist:
            self._ask()

    def _ask(self) -> None:
        self._query.ask("card", card_face.read, self.card.incidents, then=self._take)

    def _take(self, told: tuple[Told, ...]) -> None:
        self._told = told
        self._draw()

    def _draw(self) -> None:
        now = self._clock.now()
        self.card.show_faces([card_face.face(one, self._words_for(one.to.language), now) for one in self._told])
        self._tell_shown()

    def _tell_shown(self) -> None:
        """The page that is on the screen has reached its reader, whatever becomes of it elsewhere."""
        face = self.card.face
        if face is None or not self.card.isVisible() or not self._bridge.is_running:
            return
        for one in self._told:
            if one.notification.id == face.notification and one.notification.state in _UNPROVEN:
                self._bridge.ask(self._desk.shown(one.notification.id, CHANNEL))

    def _acknowledge(self, incident: int, by: str) -> None:
        number = IncidentId(incident)
        self._bridge.ask(
            self._desk.acknowledge(number, by, via=CHANNEL),
            otherwise=lambda error: self.card.refuse(number, self._sentence(error)),
        )

    def _sentence(self, error: Exception) -> str:
        words = self._words_for(None)
        if isinstance(error, ConsoleError):
            return words.error(error)
        return words.say("That did not work. The log says more.")

    def _see(self, notification: str) -> None:
        self._bridge.ask(self._desk.seen(NotificationId(notification), CHANNEL))
