"""Tally: rolling counts of every live subject, turned into a Reading when something about it changed.

Counts go by publication time over what has arrived, so they are exact under late and out-of-order posts; the same posts
give the same readings however they were cut into batches. After a restart the windows are rebuilt from the store.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.domain.clock import DAY, GRID, HOUR, MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import Label, Tier, tier_of
from console.domain.reading import Estimate, Measure, Reading
from console.measures import burst, counts
from console.store.mentions import Counted

WINDOWS = (5, 10, 15, 30, 60)
"""The windows of a reading, minutes."""

NEGATIVE_RATE = 0.03
"""Negative posts a minute expected of a conversation, before the hour of day; fitted on recorded streams."""

TOTAL_RATE = 0.06
"""The same for all its posts."""

BIG = 100_000
"""Followers from which an account counts as big."""

SHARE_NEEDS = 10
"""Judged posts below which the negative share is unknown."""

ALL_SOURCES = "*"
"""The subject id that stands for all sources together."""

_LIVELY = 3
"""Negative posts in an hour below which a subject needs no look by the minute."""


@dataclass(slots=True)
class _Windows:
    """What one subject's readings need of its last day: all by publication, ``followed`` by arrival.

    A big account's post is news from the moment we hear of it, however old it is.
    """

    posts: list[Instant] = field(default_factory=list)
    judged: list[Instant] = field(default_factory=list)
    negatives: list[Instant] = field(default_factory=list)
    followed: list[tuple[Instant, str, int]] = field(default_factory=list)
    rungs: dict[Tier, Instant] = field(default_factory=dict)

    def take(self, one: Counted) -> None:
        if not one.is_late_judgement:
            insort(self.posts, one.published_at)
        if one.label is None:
            return
        insort(self.judged, one.published_at)
        if one.label is Label.NEGATIVE:
            insort(self.negatives, one.published_at)
            tier = tier_of(one.platform)
            self.rungs[tier] = max(one.published_at, self.rungs.get(tier, 0))
            if one.followers is not None:
                self.followed.append((one.arrived_at, one.author, one.followers))

    def prune(self, before: Instant) -> None:
        for times in (self.posts, self.judged, self.negatives):
            del times[: bisect_right(times, before)]
        self.followed = [entry for entry in self.followed if entry[0] > before]


@dataclass(slots=True)
class _Hearing:
    """When a source was last heard and how long it usually is silent, milliseconds."""

    at: Instant
    gap: int


class Tally:
    """Rolling counts by subject. ``utc_offset`` is the monitored market's, minutes, for the hour of day."""

    def __init__(self, utc_offset: int = 480) -> None:
        self._offset = utc_offset
        self._subjects: dict[Subject, _Windows] = {}
        self._lively: set[Subject] = set()
        self._watched: set[Subject] = set()
        self._sources: dict[str, _Hearing] = {}
        self._unread: dict[Subject, None] = {}
        self._swept: Instant = 0
        self._minute: Instant = 0

    def load(self, past: Iterable[Counted], at: Instant) -> None:
        """Rebuild the windows from what the store holds of the last day.

        What came with the last step is read anew by the next: its verdicts may have been lost with the process.
        """
        for one in past:
            for subject in self._count(one):
                if one.arrived_at > at - GRID:
                    self._unread[subject] = None
        self._lively = {subject for subject in self._subjects if self.read(subject, at).negatives[60] >= _LIVELY}
        self._minute = at - at % MINUTE

    def expect(self, source: str, at: Instant, gap: float) -> None:
        """From ``at`` on, a source that reads about every ``gap`` seconds is to be missed when it falls silent."""
        self._sources[source] = _Hearing(at, int(gap * 1000))

    def woke(self, at: Instant) -> None:
        """The machine slept until ``at``: the sources are given their usual gap again before they count as silent."""
        for hearing in self._sources.values():
            hearing.at = max(hearing.at, at)

    def forget(self, source: str) -> None:
        """A source was removed or has ended: its silence means nothing."""
        self._sources.pop(source, None)

    def merge(self, old: Subject, new: Subject) -> None:
        """A conversation turned out to be part of another: what was counted of the old is the new one's."""
        moved = self._subjects.pop(old, None)
        if moved is None:
            return
        kept = self._subjects.setdefault(new, _Windows())
        for name in ("posts", "judged", "negatives"):
            setattr(kept, name, sorted((*getattr(kept, name), *getattr(moved, name))))
        kept.followed.extend(moved.followed)
        for tier, last in moved.rungs.items():
            kept.rungs[tier] = max(last, kept.rungs.get(tier, 0))
        if old in self._lively:
            self._lively.add(new)

    def watch(self, subjects: Iterable[Subject]) -> None:
        """Subjects with an open alert: looked at by the minute until they are calm."""
        self._watched = set(subjects)

    def next_timer(self) -> Instant | None:
        """The next full minute, while anything could change by time alone; else None."""
        if self._unread:
            return self._minute
        if self._lively or self._watched or self._sources:
            return self._minute + MINUTE
        return None

    def advance(
        self, at: Instant, counted: Sequence[Counted], heard: Iterable[str] = (), due: Iterable[Subject] = ()
    ) -> list[Reading]:
        """Take in what one step stored and give the readings that may have changed.

        Those of all it touched, of what is ``due`` for another look, and at a full minute of all that is lively.
        """
        touched: dict[Subject, None] = {**self._unread, **dict.fromkeys(due)}
        self._unread = {}
        for one in counted:
            touched.update(dict.fromkeys(self._count(one)))
        for source in heard:
            if source in self._sources:
                self._sources[source].at = at
                touched[Subject(SubjectKind.SOURCE, source)] = None
        if at >= self._minute + MINUTE:
            self._minute = at - at % MINUTE
            touched.update(dict.fromkeys(sorted(self._lively | self._watched)))
            touched.update(dict.fromkeys(Subject(SubjectKind.SOURCE, name) for name in sorted(self._sources)))
            if self._sources:
                touched[Subject(SubjectKind.SOURCE, ALL_SOURCES)] = None
        if at >= self._swept + HOUR:
            self._sweep(at)
        readings = [self.read(subject, at) for subject in touched if self._is_worth_reading(subject)]
        for reading in readings:
            if reading.negatives.get(60, 0) >= _LIVELY:
                self._lively.add(reading.subject)
            else:
                self._lively.discard(reading.subject)
        return readings

    def read(self, subject: Subject, at: Instant) -> Reading:
        """The numbers of one subject at one moment."""
        if subject.kind is SubjectKind.SOURCE:
            return self._read_source(subject, at)
        windows = self._subjects.get(subject) or _Windows()
        negatives = {minutes: _within(windows.negatives, at, minutes) for minutes in WINDOWS}
        posts = {minutes: _within(windows.posts, at, minutes) for minutes in WINDOWS}
        judged = _within(windows.judged, at, 60)
        factor = burst.hour_factor(at, self._offset)
        values = {
            Measure.BURST: burst.score(negatives, NEGATIVE_RATE, factor),
            Measure.BURST_ALL: burst.score(posts, TOTAL_RATE, factor),
            Measure.NEGATIVE_15: float(negatives[15]),
            Measure.NEGATIVE_60: float(negatives[60]),
        }
        share = Estimate(None, why="few")
        if judged >= SHARE_NEEDS:
            low, high = counts.wilson(negatives[60], judged)
            share = Estimate(negatives[60] / judged, low, high)
            values[Measure.SHARE] = low
        recent = [entry for entry in windows.followed if at - HOUR < entry[0] <= at]
        if recent:
            values[Measure.LARGEST_ACCOUNT] = float(max(followers for _, _, followers in recent))
            values[Measure.BIG_ACCOUNTS] = float(len({author for _, author, followers in recent if followers > BIG}))
        reached = [tier for tier, last in windows.rungs.items() if last > at - DAY]
        if reached:
            values[Measure.TIER] = float(max(reached))
        return Reading(
            subject,
            at,
            values,
            negatives,
            posts,
            velocity=counts.velocity(negatives[5], 5),
            share=share,
            expected_30=NEGATIVE_RATE * 30 * factor,
        )

    def _count(self, one: Counted) -> tuple[Subject, ...]:
        """Count a post for its conversation, or a loose one for every monitor that it matched."""
        subjects: tuple[Subject, ...] = (one.subject,)
        if one.subject.kind is SubjectKind.MONITOR:
            subjects = tuple(Subject(SubjectKind.MONITOR, str(monitor)) for monitor in one.monitors) or subjects
        for subject in subjects:
            windows = self._subjects.get(subject)
            if windows is None:
                windows = self._subjects[subject] = _Windows()
            windows.take(one)
        return subjects

    def _is_worth_reading(self, subject: Subject) -> bool:
        if subject.kind is SubjectKind.SOURCE or subject in self._watched or subject in self._lively:
            return True
        windows = self._subjects.get(subject)
        return windows is not None and bool(windows.negatives)

    def _read_source(self, subject: Subject, at: Instant) -> Reading:
        if subject.id == ALL_SOURCES:
            quiet = sum(_silence(hearing, at) > 0 for hearing in self._sources.values())
            share = quiet / len(self._sources) if self._sources else 0.0
            return Reading(subject, at, {Measure.SILENT_SOURCES: share})
        hearing = self._sources.get(subject.id)
        silent = _silence(hearing, at) / MINUTE if hearing is not None else 0.0
        return Reading(subject, at, {Measure.SILENT_MINUTES: silent})

    def _sweep(self, at: Instant) -> None:
        """Let go of what no window reaches any more."""
        self._swept = at
        for subject, windows in list(self._subjects.items()):
            windows.prune(at - 2 * HOUR)
            if not windows.posts and all(last <= at - DAY for last in windows.rungs.values()):
                del self._subjects[subject]
                self._lively.discard(subject)


def _within(times: Sequence[Instant], at: Instant, minutes: int) -> int:
    """How many of the sorted ``times`` lie in the ``minutes`` up to ``at``."""
    return bisect_right(times, at) - bisect_right(times, at - minutes * MINUTE)


def _silence(hearing: _Hearing, at: Instant) -> int:
    """Milliseconds of silence beyond twice the usual gap."""
    return max(0, at - hearing.at - 2 * hearing.gap)
