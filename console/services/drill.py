"""Drill: a recorded crisis of an invented brand, its people, and the pace at which it is played."""

import threading
import time
import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from console import assets
from console.domain.changes import Changes
from console.domain.clock import MINUTE, Instant, Millis
from console.domain.escalation import Contact, ContactId, Role
from console.domain.incident import Incident
from console.domain.monitor import Monitor, MonitorId
from console.domain.rule import Level
from console.store import incidents, watchlist
from console.store.database import Db, Store, Tx

STRIDE: Millis = 10 * MINUTE
"""What arrived before a drill is played comes in by strides of this length: nobody watches it come."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many times as fast as real time a drill is played: in quiet, and from the first alert of a level on."""

    quiet: float
    warning: float
    critical: float

    def at(self, level: Level | None) -> float:
        """The pace once ``level`` is the gravest that has fired."""
        if level is None or level < Level.WARNING:
            return self.quiet
        return self.critical if level is Level.CRITICAL else self.warning


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill. ``live_from`` is when it begins to be played; what arrived before is the day so far.

    ``officer`` and ``executive`` are names by language.
    """

    records: Path
    monitor: Monitor
    officer: Mapping[str, str]
    executive: Mapping[str, str]
    live_from: Instant
    pace: Pace


def load(name: str = "heater") -> Drill:
    """The bundled drill of that name."""
    told: dict[str, Any] = tomllib.loads(assets.text("drills", f"{name}.toml"))
    live_from: datetime = told["live_from"]
    monitor = told["monitor"]
    return Drill(
        assets.path("drills", told["records"]),
        Monitor(MonitorId(0), monitor["title"], tuple(monitor["names"]), handles=tuple(monitor["handles"])),
        told["officer"],
        told["executive"],
        round(live_from.timestamp() * 1000),
        Pace(**{name: float(pace) for name, pace in told["pace"].items()}),
    )


def prepare(tx: Tx, drill: Drill, language: str, at: Instant) -> None:
    """Watch for the drill's brand, and give its officer and its executive their names in ``language``.

    A store that already watches for something is left as it is.
    """
    if watchlist.monitors(tx):
        return
    officer = drill.officer[language]
    watchlist.save_monitor(tx, drill.monitor, officer, at)
    names = {Role.DUTY: officer, Role.EXECUTIVE: drill.executive[language]}
    for contact in watchlist.contacts(tx):
        if not contact.name and contact.role in names:
            named = Contact(ContactId(contact.id), names[contact.role], contact.role, contact.language)
            watchlist.save_contact(tx, named, officer, at)


def gravest(db: Db) -> Incident | None:
    """The incident to look at and to export: the gravest, the first of its level."""
    return min(incidents.list_(db, include_resolved=True), key=lambda one: (-one.level, one.id), default=None)


class DrillClock:
    """The record's time: goes by strides until ``live_from``, then runs at a pace that may change.

    It never goes back. May be asked from any thread.
    """

    def __init__(self, start: Instant, live_from: Instant, pace: float) -> None:
        self._lock = threading.Lock()
        self._live_from = live_from
        self._at = min(start, live_from)
        self._since: float | None = None
        self._pace = pace

    def now(self) -> Instant:
        """The record's present instant."""
        with self._lock:
            return self._now()

    def until(self, at: Instant) -> float:
        """Real seconds to wait until ``at``; before ``live_from`` the clock is there at once."""
        with self._lock:
            if self._since is None:
                if at <= self._at < self._live_from:
                    return 0.0
                self._at = min(max(at, self._at + STRIDE), self._live_from)
                if self._at < self._live_from:
                    return 0.0
                self._since = time.monotonic()
            return max(0.0, (at - self._now()) / 1000 / self._pace)

    def set_pace(self, pace: float) -> None:
        """Go on from the present instant at another pace."""
        with self._lock:
            if self._since is not None:
                self._at = self._now()
                self._since = time.monotonic()
            self._pace = pace

    def _now(self) -> Instant:
        if self._since is None:
            return self._at
        return self._at + int((time.monotonic() - self._since) * 1000 * self._pace)


class Pacing:
    """Slows a drill down as it grows grave, so that there is time to look: listens to the store until ended.

    ``on_level`` is called once for each higher level that fires, on a reader's thread of the store.
    """

    def __init__(
        self, store: Store, clock: DrillClock, pace: Pace, on_level: Callable[[Level], None] = lambda _: None
    ) -> None:
        self._store, self._clock, self._pace, self._on_level = store, clock, pace, on_level
        self._lock = threading.Lock()
        self._level: Level | None = None
        self.end = store.subscribe(self._hear)

    def _hear(self, changes: Changes) -> None:
        if changes.incidents:
            self._store.read(gravest).add_done_callback(self._slow_down)

    def _slow_down(self, found: "Future[Incident | None]") -> None:
        if found.cancelled() or found.exception() is not None:
            return  # the store was closed meanwhile: the drill is over
        incident = found.result()
        if incident is None:
            return
        with self._lock:
            if self._level is not None and incident.level <= self._level:
                return
            self._level = incident.level
            self._clock.set_pace(self._pace.at(incident.level))
        self._on_level(incident.level)
