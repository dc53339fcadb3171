"""Series: counts by minute, and the times nothing was heard, as what the plot draws. Pure functions, no Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from console.domain.clock import MINUTE, Instant, Millis
from console.domain.mention import Tier, tier_of
from console.domain.ports import Gap, MinuteCount
from console.measures.normal import Normal

VELOCITY: Millis = 5 * MINUTE
"""The window of the velocity line, whatever the width of the bars."""

POINTS = 2_000
"""A curve has at most so many points."""

Floats = NDArray[np.float64]
Spans = Sequence[tuple[Instant, Instant]]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by minute and platform in columns; ``platform`` numbers ``platforms``."""

    platforms: tuple[str, ...]
    minute: NDArray[np.int64]
    platform: NDArray[np.int64]
    negative: NDArray[np.int64]
    uncertain: NDArray[np.int64]
    total: NDArray[np.int64]


def columns(counts: Sequence[MinuteCount]) -> Counts:
    """The store's rows as columns, ordered by minute as they are."""
    platforms = tuple(sorted({one.platform for one in counts}))
    code = {platform: number for number, platform in enumerate(platforms)}
    table = np.array([(c.minute, code[c.platform], c.negative, c.uncertain, c.total) for c in counts], dtype=np.int64)
    minute, platform, negative, uncertain, total = table.reshape(-1, 5).T
    return Counts(platforms, minute, platform, negative, uncertain, total)


@dataclass(frozen=True, slots=True)
class Bars:
    """Posts by bin on the wall clock, empty bins left out.

    ``starts`` are the bins' first instants, ascending; ``negative`` has a row a bin and a column for each of
    ``platforms``, which stand in the order they are stacked: the lowest tier next to the ground.
    """

    minutes: int
    platforms: tuple[str, ...]
    starts: NDArray[np.int64]
    negative: NDArray[np.int64]
    uncertain: NDArray[np.int64]

    def at(self, instant: Instant) -> int | None:
        """The row of the bin that an instant lies in, None for an empty one."""
        start = instant - instant % (self.minutes * MINUTE)
        row = int(np.searchsorted(self.starts, start))
        return row if row < self.starts.size and int(self.starts[row]) == start else None

    def highest(self, since: float, until: float) -> float:
        """The highest bar that begins between two instants, posts per minute."""
        seen = (self.starts >= since - self.minutes * MINUTE) & (self.starts <= until)
        heights = self.negative[seen].sum(axis=1) + self.uncertain[seen]
        return float(heights.max()) / self.minutes if heights.size else 0.0


def bars(counts: Counts, minutes: int) -> Bars:
    """Counts by minute gathered into bins of ``minutes``; a late post falls into the bin it was published in."""
    by_platform = np.bincount(counts.platform, weights=counts.negative, minlength=len(counts.platforms)).astype(int)
    seen = [code for code, n in enumerate(by_platform) if n]
    order = sorted(seen, key=lambda code: (tier_of(counts.platforms[code]), -by_platform[code], counts.platforms[code]))
    column = np.zeros(len(counts.platforms), dtype=np.int64)
    column[order] = np.arange(len(order))
    has_any = (counts.negative > 0) | (counts.uncertain > 0)
    starts, row = np.unique(counts.minute[has_any] // (minutes * MINUTE) * (minutes * MINUTE), return_inverse=True)
    negative = np.zeros((starts.size, len(order)), dtype=np.int64)
    if order:
        np.add.at(negative, (row, column[counts.platform[has_any]]), counts.negative[has_any])
    uncertain = np.zeros(starts.size, dtype=np.int64)
    np.add.at(uncertain, row, counts.uncertain[has_any])
    return Bars(minutes, tuple(counts.platforms[code] for code in order), starts, negative, uncertain)


def blind(gaps: Iterable[Gap], since: Instant, until: Instant) -> list[tuple[Instant, Instant]]:
    """The times between two instants in which any source was not heard, united and in order."""
    spans = sorted((max(g.since, since), min(until if g.until is None else g.until, until)) for g in gaps)
    united: list[tuple[Instant, Instant]] = []
    for begin, end in spans:
        if begin >= end:
            continue
        if united and begin <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((begin, end))
    return united


def heard(spans: Spans, since: Instant, until: Instant) -> list[tuple[Instant, Instant]]:
    """The times between two instants outside blind ``spans``, which are united and in order."""
    times, at = [], since
    for begin, end in spans:
        if begin > at:
            times.append((at, min(begin, until)))
        at = max(at, end)
    if at < until:
        times.append((at, until))
    return times


def velocity_line(counts: Counts, spans: Spans, since: Instant, until: Instant) -> tuple[Floats, Floats]:
    """Negatives per minute over the last 5 whole minutes, by instant: two arrays, the second NaN where it is unknown.

    It is unknown where its window touches one of the blind ``spans``, so that the line breaks at a gap and returns when
    the window is whole again.
    """
    first, last = since // MINUTE, until // MINUTE
    if last < first:
        return np.empty(0), np.empty(0)
    window = VELOCITY // MINUTE
    negatives = np.zeros(last - first + window, dtype=np.int64)
    places = counts.minute // MINUTE - first + window
    is_within = (places >= 0) & (places < negatives.size)
    np.add.at(negatives, places[is_within], counts.negative[is_within])
    summed = np.concatenate(([0], np.cumsum(negatives)))
    ends = np.arange(first, last + 1)
    values: Floats = ((summed[window:] - summed[:-window])[: ends.size] / window).astype(np.float64)
    times: Floats = (ends * MINUTE).astype(np.float64)
    for begin, end in spans:
        values[(times > begin) & (times - VELOCITY < end)] = np.nan
    step = -(-ends.size // POINTS)
    kept = slice((-int(ends[0])) % step, None, step)  # on round minutes, so that panning does not pick others
    return times[kept], values[kept]


def value_at(line: tuple[Floats, Floats], at: Instant) -> float | None:
    """The line's last known point at or before an instant, None where the line is broken or has not begun."""
    times, values = line
    place = int(np.searchsorted(times, at, side="right")) - 1
    if place < 0 or at - times[place] > 2 * VELOCITY or np.isnan(values[place]):
        return None
    return float(values[place])


def band(normal: Normal, since: Instant, until: Instant, utc_offset: int) -> tuple[Floats, Floats, Floats]:
    """The range that 5-minute velocity usually keeps to: instants, its lower and its upper edge, posts per minute."""
    window = VELOCITY // MINUTE
    step = max(10 * MINUTE, -(-(until - since) // POINTS // MINUTE) * MINUTE)
    times = np.arange(since - since % step, until + step, step)
    ranges = np.array([_usual(normal, int(at), utc_offset) for at in times]) / window
    return times.astype(float), ranges[:, 0], ranges[:, 1]


@lru_cache(maxsize=4096)
def _usual(normal: Normal, at: Instant, utc_offset: int) -> tuple[float, float]:
    one = normal.expected(at, VELOCITY // MINUTE, utc_offset)
    return one.low or 0.0, one.high or 0.0


def within(counts: Counts, now: Instant, minutes: int) -> tuple[int, int]:
    """Negative and all posts of the last ``minutes``, the running minute being the last of them."""
    since = now - now % MINUTE - (minutes - 1) * MINUTE
    seen = (counts.minute >= since) & (counts.minute <= now)
    return int(counts.negative[seen].sum()), int(counts.total[seen].sum())


def climbed(counts: Counts) -> list[tuple[Tier, Instant]]:
    """The minute of the first negative on each tier from blogs upwards, lowest tier first."""
    first: dict[Tier, Instant] = {}
    for code, platform in enumerate(counts.platforms):
        minutes = counts.minute[(counts.platform == code) & (counts.negative > 0)]
        tier = tier_of(platform)
        if minutes.size and tier >= Tier.BLOG:
            first[tier] = min(first.get(tier, int(minutes[0])), int(minutes[0]))
    return sorted(first.items())
