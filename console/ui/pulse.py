"""The pulse: how things stand and how well we hear, read again when something changed and as time goes by."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.changes import Changes
from console.domain.clock import DAY, Clock, Instant
from console.ui.models import desk_reads
from console.ui.models.desk_reads import MonitorRow, Situation, Vitals
from console.ui.query import Query

_SLOWLY = 5
"""Beats after which what only time changes, such as a velocity, is read again."""


class Pulse(QObject):
    """Beats once a second.

    ``beat`` carries the present instant. ``situation``, ``monitors`` and ``vitals`` carry what was read of each;
    ``stirred`` tells that mentions have come or were judged anew since the last beat.
    """

    beat = Signal(object)
    stirred = Signal()
    situation = Signal(object)
    monitors = Signal(object)
    vitals = Signal(object)

    def __init__(
        self,
        query: Query,
        clock: Clock,
        store_path: Path,
        midnight: Callable[[Instant], Instant | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._query, self._clock, self._path, self._midnight = query, clock, store_path, midnight
        self._beats = 0
        self._is_stirred = False
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """Read everything, and beat from now on."""
        self.read_all()
        self._timer.start()

    def end(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def read_all(self) -> None:
        """Read everything anew."""
        self._read_vitals()
        self._read_situation()
        self._read_monitors()

    @property
    def midnight(self) -> Instant:
        """When this day began for the desk."""
        now = self._clock.now()
        found = self._midnight(now)
        return now - now % DAY if found is None else found

    def hear(self, changes: Changes) -> None:
        """Something was committed: what is rare is read at once, what mentions change with the next beat."""
        if changes.incidents or changes.notifications or changes.watchlist:
            self._read_situation()
        if changes.watchlist:
            self._read_monitors()
        if changes.sources or changes.notifications or changes.watchlist:
            self._read_vitals()
        if changes.mention is not None or changes.relabelled:
            self._is_stirred = True

    def _beat(self) -> None:
        self._beats += 1
        self.beat.emit(self._clock.now())
        self._read_vitals()
        if self._is_stirred:
            self.stirred.emit()
        if self._is_stirred or self._beats % _SLOWLY == 0:
            self._is_stirred = False
            self._read_situation()
            self._read_monitors()

    def _read_situation(self) -> None:
        self._query.ask("situation", desk_reads.situation, self._clock, then=self._tell_situation)

    def _read_monitors(self) -> None:
        self._query.ask("monitors", desk_reads.monitor_rows, self._clock, self.midnight, then=self._tell_monitors)

    def _read_vitals(self) -> None:
        self._query.ask("vitals", desk_reads.vitals, self._clock, self.midnight, self._path, then=self._tell_vitals)

    def _tell_situation(self, found: Situation) -> None:
        self.situation.emit(found)

    def _tell_monitors(self, found: tuple[MonitorRow, ...]) -> None:
        self.monitors.emit(found)

    def _tell_vitals(self, found: Vitals) -> None:
        self.vitals.emit(found)
