"""What the officer is told stands on the desk itself: an incident in the open window's list has reached its reader."""

from PySide6.QtCore import QObject, QTimer

from console.domain.changes import Changes
from console.domain.clock import Clock
from console.domain.escalation import Notification, NotificationState, Role
from console.services.desk import Desk
from console.store import notifications
from console.store.database import Db
from console.ui.bridge import Bridge
from console.ui.panels.incidents import IncidentPanel
from console.ui.query import Query

CHANNEL = "desk"

_TICK = 5_000
_UNPROVEN = (NotificationState.PENDING, NotificationState.DELAYED, NotificationState.SENT)


class Listed(QObject):
    """Tells the desk which of the officer's notifications the incident list shows."""

    def __init__(self, panel: IncidentPanel, *, query: Query, bridge: Bridge, desk: Desk, clock: Clock) -> None:
        super().__init__(panel)
        self._panel, self._query, self._bridge = panel, query, bridge
        self._desk, self._clock = desk, clock
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._ask)
        bridge.changed.connect(self._hear)
        panel.model.rowsInserted.connect(self._ask)

    def begin(self) -> None:
        """Look now and from now on."""
        self._ask()
        self._timer.start()

    def end(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _hear(self, changes: Changes) -> None:
        if changes.notifications:
            self._ask()

    def _ask(self) -> None:
        self._query.ask("listed", _owed, self._clock, then=self._take)

    def _take(self, owed: list[Notification]) -> None:
        if not self._bridge.is_running or not self._is_on_screen():
            return
        listed = {row.incident.id for row in self._panel.model.rows()}
        for one in owed:
            if one.incident in listed:
                self._bridge.ask(self._desk.shown(one.id, CHANNEL))

    def _is_on_screen(self) -> bool:
        """A panel behind another one, or in a window that is put away, shows nothing."""
        return not self._panel.window().isMinimized() and not self._panel.visibleRegion().isEmpty()


def _owed(db: Db, clock: Clock) -> list[Notification]:
    """What no screen of the officer is known to show; what is held back so as not to ring too often stays so."""
    now = clock.now()
    return [
        one
        for one in notifications.open_for(db, Role.DUTY)
        if one.state in _UNPROVEN and (one.state is not NotificationState.PENDING or (one.try_at or 0) <= now)
    ]
