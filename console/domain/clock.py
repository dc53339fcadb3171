"""The Clock: the only place that asks the machine what time it is.

An :data:`Instant` is milliseconds since the epoch, UTC. Everything that decides anything by time is handed a Clock,
so that a recorded crisis replays through the very same code on the record's own time.
"""

import time
from typing import Protocol, TypeAlias

Instant: TypeAlias = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

Millis: TypeAlias = int
"""A length of time in milliseconds."""

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

GRID: Millis = 100
"""Judgement happens on this grid of the Clock, never at the border of a batch."""


def grid_point(at: Instant) -> Instant:
    """The first point of the grid that is not before ``at``."""
    return -(-at // GRID) * GRID


class Clock(Protocol):
    """Tells the time, and how long to wait for another."""

    def now(self) -> Instant:
        """The present instant."""
        ...

    def until(self, at: Instant) -> float:
        """Real seconds to wait until ``at``; 0.0 when it has come. A clock at full speed steps there: 0.0."""
        ...


class WallClock:
    """The machine's own clock, kept from going back: a step backwards stands still until the old time is reached."""

    def __init__(self) -> None:
        self._latest = 0

    def now(self) -> Instant:
        """The present instant, never before one already told."""
        self._latest = max(self._latest, time.time_ns() // 1_000_000)
        return self._latest

    def until(self, at: Instant) -> float:
        """Real seconds until ``at``."""
        return max(0.0, (at - self.now()) / 1000)


class ReplayClock:
    """The time of a record: starts at ``start``, never goes back.

    With ``speed`` None it stands still until somebody waits, then steps to what was waited for. With a number it runs
    that many times as fast as real time; :meth:`set_speed` changes the pace without a jump.
    """

    def __init__(self, start: Instant, speed: float | None = None) -> None:
        if speed is not None and speed <= 0:
            raise ValueError(f"speed must be positive, not {speed}")
        self._at = start
        self._speed = speed
        self._since = time.monotonic()

    def now(self) -> Instant:
        """The record's present instant."""
        if self._speed is None:
            return self._at
        return self._at + int((time.monotonic() - self._since) * 1000 * self._speed)

    def until(self, at: Instant) -> float:
        """Real seconds until ``at``; at full speed the clock steps there at once."""
        if self._speed is None:
            self._at = max(self._at, at)
            return 0.0
        return max(0.0, (at - self.now()) / 1000 / self._speed)

    def skip_to(self, at: Instant) -> None:
        """Step to ``at`` at once; a time gone by changes nothing."""
        self._at = max(self.now(), at)
        self._since = time.monotonic()

    def set_speed(self, speed: float) -> None:
        """Go on from the present instant at another pace."""
        if speed <= 0:
            raise ValueError(f"speed must be positive, not {speed}")
        self._at = self.now()
        self._since = time.monotonic()
        self._speed = speed
