"""Intake: merge the sources, have their posts judged, and cut the stream into steps on the Clock's grid."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from console.domain.clock import GRID, Clock, Instant, Millis, grid_point
from console.domain.conversation import is_threaded
from console.domain.mention import Post, Sentiment, given_sentiment, is_bare
from console.domain.monitor import Monitor, MonitorId
from console.domain.ports import Batch, Cursor, Rejected

READ_AHEAD = 4_000
"""Posts that may wait to be stored; a full intake stops reading, it never drops."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One post ready to be stored: matched and judged. ``sentiment`` None: bare, it says what it reposts."""

    source: str
    post: Post
    monitors: tuple[MonitorId, ...]
    sentiment: Sentiment | None


@dataclass(slots=True)
class Step:
    """What had arrived by one grid point of the Clock, in order of arrival; nothing, if only a timer is due.

    ``cursors`` and ``heard`` (the source's usual gap in seconds, by source) belong to batches that end in this step.
    ``unmatched`` posts matched no monitor and belong to no thread: counted, not stored. ``late``: how long after it was
    due the step was taken; minutes mean that the machine slept.
    """

    at: Instant
    arrivals: list[Arrival] = field(default_factory=list)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    heard: dict[str, float | None] = field(default_factory=dict)
    rejected: dict[str, list[Rejected]] = field(default_factory=dict)
    read: int = 0
    unmatched: int = 0
    late: Millis = 0


@dataclass(slots=True)
class _Ready:
    """A post, or the end of a batch, waiting for its grid point."""

    at: Instant
    arrival: Arrival | None = None
    read: int = 0
    unmatched: int = 0
    end_of: tuple[str, Batch] | None = None


class Intake:
    """The bounded funnel between the sources and the one straight path.

    ``score`` judges texts in order. A ``recorded`` stream carries its own arrival times: intake then never runs a timer
    before it knows that no record comes earlier. ``ends``: the steps end when every source has (a replay, an import).
    """

    def __init__(
        self,
        clock: Clock,
        score: Callable[[Sequence[str]], Awaitable[list[Sentiment]]],
        monitors: Sequence[Monitor],
        *,
        sources: int,
        recorded: bool = False,
        ends: bool = False,
        trust_sentiment: bool = False,
    ) -> None:
        self._clock = clock
        self._score = score
        self.monitors = tuple(monitors)
        self._open = sources
        self._recorded = recorded
        self._ends = ends
        self._trust = trust_sentiment
        self._ready: deque[_Ready] = deque()
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._latest: Instant = grid_point(clock.now())
        self._horizon: Instant = self._latest
        self.being_scored = 0

    @property
    def waiting(self) -> int:
        """Posts judged but not yet stored. What a record holds for later does not wait: its time has not come."""
        return 0 if self._recorded else len(self._ready)

    async def put(self, source: str, batch: Batch) -> None:
        """Take one batch of a source: match, judge, queue. Returns when there is room for the next."""
        now = self._clock.now()
        posts = batch.items if self._recorded else tuple(replace(post, arrived_at=now) for post in batch.items)
        matched = [(post, self._match(post)) for post in posts]
        kept = [(post, monitors) for post, monitors in matched if monitors or is_threaded(post)]
        self.being_scored += len(kept)
        try:
            judged = await self._judge([post for post, _ in kept])
        finally:
            self.being_scored -= len(kept)
        for (post, monitors), sentiment in zip(kept, judged, strict=True):
            if not self._recorded:
                self._horizon = grid_point(self._clock.now())
            elif post.arrived_at is not None:
                self._horizon = max(self._horizon, grid_point(post.arrived_at))
            self._ready.append(_Ready(self._horizon, Arrival(source, post, monitors, sentiment), read=1))
        dropped = len(posts) - len(kept)
        self._ready.append(_Ready(self._horizon, read=dropped, unmatched=dropped, end_of=(source, batch)))
        self._more.set()
        if len(self._ready) > READ_AHEAD:
            self._room.clear()
        await self._room.wait()

    def ended(self) -> None:
        """One source has no more to tell and will not come back."""
        self._open -= 1
        self._more.set()

    def wake(self) -> None:
        """Look at the timers again: an act of a person may have changed them."""
        self._more.set()

    async def steps(self, next_timer: Callable[[], Instant | None]) -> AsyncIterator[Step]:
        """The steps, in order of time; ``next_timer`` says when the path wants to be woken in silence."""
        while True:
            self._more.clear()
            at = self._next(next_timer())
            if at is None or self._could_come_earlier(at):
                if at is None and self._ends and not self._open:
                    return
                await self._more.wait()
                continue
            seconds = self._clock.until(at)
            if seconds > 0:
                try:
                    # Not wait_for: in Python 3.11 it forgets a cancellation that comes with its result.
                    async with asyncio.timeout(seconds):
                        await self._more.wait()
                    continue
                except TimeoutError:
                    pass
            yield self._cut(at if self._recorded else max(at, grid_point(self._clock.now() - GRID)), at)
            if len(self._ready) <= READ_AHEAD // 2:
                self._room.set()

    def _next(self, timer: Instant | None) -> Instant | None:
        """When the next step is due: the first waiting post's grid point or the timer; None when neither is known."""
        over = self._ends and not self._open and not self._ready
        if timer is None or over:
            return max(self._ready[0].at, self._latest) if self._ready else None
        due = max(grid_point(timer), self._latest)
        return max(min(due, self._ready[0].at), self._latest) if self._ready else due

    def _could_come_earlier(self, at: Instant) -> bool:
        """Whether a record not yet read may belong before the end of the step at ``at``."""
        return self._recorded and self._open > 0 and self._room.is_set() and self._horizon <= at

    def _cut(self, at: Instant, due: Instant) -> Step:
        self._latest = at
        step = Step(at, late=at - due if due else 0)
        while self._ready:
            head = self._ready[0]
            if head.at > at:
                break
            self._ready.popleft()
            step.read += head.read
            step.unmatched += head.unmatched
            if head.arrival is not None:
                step.arrivals.append(head.arrival)
            if head.end_of is not None:
                source, batch = head.end_of
                step.cursors[source] = batch.cursor
                step.heard[source] = batch.next_after
                if batch.rejected:
                    step.rejected.setdefault(source, []).extend(batch.rejected)
        return step

    def _match(self, post: Post) -> tuple[MonitorId, ...]:
        return tuple(monitor.id for monitor in self.monitors if monitor.matches(post))

    async def _judge(self, posts: Sequence[Post]) -> list[Sentiment | None]:
        judged: list[Sentiment | None] = [None] * len(posts)
        asked: list[int] = []
        for i, post in enumerate(posts):
            if self._trust and post.sentiment is not None:
                judged[i] = given_sentiment(post.sentiment)
            elif not is_bare(post.text):
                asked.append(i)
        if asked:
            answers = await self._score([posts[i].text for i in asked])
            for i, answer in zip(asked, answers, strict=True):
                judged[i] = answer
        return judged
