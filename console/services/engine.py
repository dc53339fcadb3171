"""The engine: what runs. One straight path from the wire to the alert, and the tasks beside it."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from console.domain.changes import Changes
from console.domain.clock import DAY, HOUR, MINUTE, Clock, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.coverage import SourceHealth
from console.domain.errors import ConsoleError, StoreBusy, StoreFull
from console.domain.incident import AlertState
from console.domain.judgement import Verdict
from console.domain.monitor import EVERYTHING
from console.domain.ports import Batch, Source
from console.domain.reading import Summary
from console.pipeline.dispatch import Dispatch
from console.pipeline.facts import facts_of, figures
from console.pipeline.intake import Intake, Step
from console.pipeline.judge import Finding, Judge
from console.pipeline.scoring import Scoring
from console.pipeline.supervise import supervise
from console.pipeline.tally import Tally
from console.store import conversations, coverage, incidents, mentions, notifications, watchlist
from console.store.database import Store
from console.store.mentions import Added, Counted, ScoredPost

LOG = logging.getLogger(__name__)

T = TypeVar("T")

FLOOD = 500
"""Posts in one commit at most; a larger step takes several."""

ASLEEP = 2 * MINUTE
"""A timer this late means that the machine was suspended."""

STEADY = 600.0
"""Seconds of work after which an earlier failure no longer lengthens the wait before the next start."""

UNKNOWN_GAP = 60.0
"""Seconds that a source not heard before is expected to be silent."""

Connect = Callable[[watchlist.SourceRow], Source]
"""Makes the live source that a stored row describes."""


@dataclass(slots=True)
class Progress:
    """What this run has done so far, for the health strip and a replay's answer."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    negative: int = 0
    unmatched: int = 0
    first_at: Instant | None = None
    last_at: Instant | None = None
    began: float | None = None
    ended: float | None = None
    store_lag: float = 0.0


@dataclass(frozen=True, slots=True)
class Health:
    """The engine at one moment: posts waiting, seconds of lag, and whether it is watching at all."""

    is_watching: bool
    being_scored: int
    waiting: int
    store_lag: float
    read: int
    workers: int


@dataclass(frozen=True, slots=True)
class Run:
    """How this engine runs. Live: none set. ``recorded`` streams bring their own clock; ``ends``: stop when they do."""

    recorded: bool = False
    ends: bool = False
    trust_sentiment: bool = False
    is_drill: bool = False
    is_replay: bool = False


@dataclass(slots=True)
class _Desk:
    """What one start of the path works with, rebuilt from the store at every start."""

    intake: Intake
    tally: Tally
    judge: Judge
    connected: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    escalate_at: Instant | None = 0
    renew_at: Instant = 0
    is_stale: bool = False
    connect: asyncio.Event = field(default_factory=asyncio.Event)


class Engine:
    """Runs until stopped, or until its recorded sources end.

    ``extra`` are sources of this run alone (a replay, an import); stored sources are made by ``connect`` as they are
    added. ``dispatch`` delivers notifications; a replay has none. Everything it knows it can rebuild from the store:
    after a bug it logs, waits and starts over.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        scoring: Scoring,
        *,
        connect: Connect | None = None,
        extra: Sequence[Source] = (),
        dispatch: Dispatch | None = None,
        run: Run | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.scoring = scoring
        self.progress = Progress()
        self._connect = connect
        self._extra = tuple(extra)
        self._dispatch = dispatch
        self._run = run or Run()
        self._tasks: set[asyncio.Task[None]] = set()
        self._desk: _Desk | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self.trouble: ConsoleError | None = None

    # ── the straight path ─────────────────────────────────────────────────────────────────────────

    async def _path(self, desk: _Desk) -> None:
        async for step in desk.intake.steps(lambda: self._next_timer(desk)):
            if desk.is_stale:
                await self._refresh(desk)
            if step.late > ASLEEP:
                LOG.warning("the machine slept", extra={"ms": step.late})
                desk.tally.woke(step.at)
            counted = await self._add(desk, step)
            readings = desk.tally.advance(step.at, counted, step.heard, desk.judge.due(step.at))
            await self._raise(desk, desk.judge.judge(readings, step.at), step.at)
            await self._escalate(desk, step.at)

    async def _add(self, desk: _Desk, step: Step) -> list[Counted]:
        """Store what arrived with the cursors it came by: one commit, for a flood several, the cursors in the last."""
        if not (step.arrivals or step.cursors or step.rejected):
            return []
        began = time.monotonic()
        posts = [ScoredPost(a.source, a.post, a.monitors, a.sentiment) for a in step.arrivals]
        last = max(0, (len(posts) - 1) // FLOOD * FLOOD)
        added = [
            await self._write(mentions.add, posts[start : start + FLOOD], at=step.at) for start in range(0, last, FLOOD)
        ]
        added.append(await self._write(mentions.add, posts[last:], step.cursors, step.rejected, step.heard, step.at))
        self._note(step, added, time.monotonic() - began)
        for one in added:
            for old, new in one.merged:
                desk.tally.merge(Subject(SubjectKind.CONVERSATION, old), Subject(SubjectKind.CONVERSATION, new))
        return [counted for one in added for counted in one.counted]

    async def _raise(self, desk: _Desk, findings: Sequence[Finding], at: Instant) -> None:
        """Commit what became of the alerts: alert, incident, timeline and first notifications are one."""
        if not findings:
            return
        verdicts = [await self._verdict(finding, at) for finding in findings]
        await self._write(incidents.raise_, verdicts, at, self._run.is_drill, self._run.is_replay)
        desk.tally.watch(desk.judge.watched())
        desk.escalate_at = at

    async def _verdict(self, finding: Finding, at: Instant) -> Verdict:
        rule, reading = finding.rule, finding.reading
        summary = await self._summary(reading.subject, at)
        goes_on = finding.state is AlertState.FIRING and not finding.met
        return Verdict(
            finding.state,
            rule,
            reading.subject,
            {} if goes_on else facts_of(rule, reading, finding.met, summary),
            summary.title if summary is not None else reading.subject.id,
            summary.first_post_at if summary is not None else at,
            finding.calm_since,
        )

    async def _summary(self, subject: Subject, at: Instant) -> Summary | None:
        if subject.kind is SubjectKind.SOURCE:
            return None
        return await self._read(conversations.summary, subject, at)

    async def _escalate(self, desk: _Desk, at: Instant) -> None:
        """Write what falls due by time alone: later steps, repeats, and each minute the figures of what still burns."""
        if not self._run.is_replay and at >= desk.renew_at and desk.judge.watched():
            desk.renew_at = at + MINUTE
            for subject in await self._read(incidents.burning):
                reading = desk.tally.read(subject, at)
                await self._write(notifications.renew, subject, figures(reading, await self._summary(subject, at)), at)
        if desk.escalate_at is not None and at >= desk.escalate_at:
            desk.escalate_at = await self._write(notifications.escalate, at)

    # ── beside the path ───────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Run until :meth:`stop`, or until recorded sources end. Returns when everything is stored and put down."""
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        leave = self.store.subscribe(self._on_commit)
        patience = 1.0
        try:
            await self._warm_up()
            while not self._stop.is_set():
                began = time.monotonic()
                try:
                    await self._run_once()
                except* Exception as group:
                    LOG.exception("the engine failed and starts over", exc_info=group)
                    if self._run.ends:
                        raise
                    patience = 1.0 if time.monotonic() - began > STEADY else min(60.0, patience * 2)
                    await self._pause(patience)
                if self._run.ends:
                    if self.trouble is not None:
                        raise self.trouble
                    return
        finally:
            leave()
            await self.scoring.stop()

    def stop(self) -> None:
        """Ask the engine to end; safe from any thread."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    def take(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """On the engine's loop: do what a channel asks for (an answer came in); a failure is logged whole."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("a task failed", exc_info=error, extra={"task": task.get_name()})

    def watching(self) -> tuple[str, ...]:
        """The titles of the monitors in force; safe from any thread."""
        desk = self._desk
        return tuple(monitor.title for monitor in desk.intake.monitors) if desk is not None else ()

    def health(self) -> Health:
        """How it is doing now; safe from any thread."""
        desk = self._desk
        return Health(
            desk is not None,
            desk.intake.being_scored if desk else 0,
            desk.intake.waiting if desk else 0,
            self.progress.store_lag,
            self.progress.read,
            self.scoring.workers,
        )

    async def _run_once(self) -> None:
        desk = await self._rebuild()
        try:
            async with asyncio.TaskGroup() as group:
                path = self._spawn(group, "path", self._path(desk))
                stop = self._spawn(group, "stop", self._until_stopped())
                beside = [stop, self._spawn(group, "connect", self._keep_connected(group, desk))]
                if self._dispatch is not None:
                    beside.append(self._spawn(group, "dispatch", self._dispatch.run()))
                if not self._run.recorded:
                    beside.append(self._spawn(group, "backup", self._keep_backed_up()))
                self._desk = desk
                await asyncio.wait({path, stop}, return_when=asyncio.FIRST_COMPLETED)
                for task in (path, *beside, *desk.connected.values()):
                    task.cancel()
        finally:
            self._desk = None

    def _spawn(self, group: asyncio.TaskGroup, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """The one place a task is born: named, referenced until done, its failure seen by the group."""
        task = group.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _warm_up(self) -> None:
        """Have a scorer ready, unless every record may bring its own sentiment."""
        if not self._run.trust_sentiment:
            await self.scoring.start()

    async def _rebuild(self) -> _Desk:
        """The path's working state, from the store alone: so a restart at any point equals no restart."""
        now = self.clock.now()
        monitors = await self._read(watchlist.monitors)
        intake = Intake(
            self.clock,
            self.scoring.score,
            monitors or [EVERYTHING],
            sources=len(self._extra),
            recorded=self._run.recorded,
            ends=self._run.ends,
            trust_sentiment=self._run.trust_sentiment,
        )
        tally = Tally()
        tally.load(await self._read(mentions.for_tally, now - DAY), now)
        judge = Judge(await self._read(watchlist.rules), await self._read(incidents.open_alerts))
        tally.watch(judge.watched())
        return _Desk(intake, tally, judge, escalate_at=now)

    async def _refresh(self, desk: _Desk) -> None:
        """Watch and judge by what a person has just changed."""
        desk.is_stale = False
        self.scoring.use({"masks": await self._read(watchlist.masks)})
        desk.intake.monitors = tuple(await self._read(watchlist.monitors)) or (EVERYTHING,)
        desk.judge.use(await self._read(watchlist.rules))

    async def _keep_connected(self, group: asyncio.TaskGroup, desk: _Desk) -> None:
        """Listen to this run's own sources, and to the stored ones as they are added, changed and removed."""
        for source in self._extra:
            desk.connected[source.name] = self._spawn(group, source.name, self._hear(desk, source, ends=True))
        if self._connect is None:
            return
        known: dict[str, watchlist.SourceRow] = {}
        usual = {state.name: state.next_after for state in await self._read(coverage.states)}
        while True:
            desk.connect.clear()
            rows = {row.name: row for row in await self._read(watchlist.sources) if row.is_enabled}
            for name in [name for name, row in known.items() if rows.get(name) != row]:
                del known[name]
                desk.connected.pop(name).cancel()
                desk.tally.forget(name)
            for name, row in rows.items():
                if name not in known:
                    known[name] = row
                    desk.tally.expect(name, self.clock.now(), usual.get(name) or UNKNOWN_GAP)
                    source = self._connect(row)
                    desk.connected[name] = self._spawn(group, name, self._hear(desk, source, ends=False))
            await desk.connect.wait()

    async def _hear(self, desk: _Desk, source: Source, *, ends: bool) -> None:
        cursor = await self._read(coverage.cursor, source.name)

        async def put(name: str, batch: Batch) -> None:
            if batch.next_after is not None:
                desk.tally.expect(name, self.clock.now(), batch.next_after)
            await desk.intake.put(name, batch)

        error = await supervise(source, cursor, put, self._tell, self.clock, random.Random(), ends=ends)
        if ends:
            self.trouble = error
            desk.intake.ended()

    async def _tell(self, health: SourceHealth) -> None:
        """Keep how a source is heard where every screen can read it."""
        await self._write(coverage.report, health)

    async def _keep_backed_up(self) -> None:
        while not await self._pause(HOUR / 1000):
            await asyncio.wrap_future(self.store.backup())

    async def _until_stopped(self) -> None:
        if self._stop is not None:
            await self._stop.wait()

    async def _pause(self, seconds: float) -> bool:
        """Wait, but not past a stop; whether it came."""
        assert self._stop is not None
        try:
            # Not wait_for: in Python 3.11 it forgets a cancellation that comes with its result.
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return False
        return True

    def _on_commit(self, changes: Changes) -> None:
        """On the store thread: only enqueue."""
        if self._loop is not None and not self._run.is_replay:
            self._loop.call_soon_threadsafe(self._take_note, changes)

    def _take_note(self, changes: Changes) -> None:
        desk = self._desk
        if desk is None:
            return
        if changes.watchlist:
            desk.is_stale = True
            desk.connect.set()
        if changes.watchlist or changes.notifications or changes.incidents:
            desk.escalate_at = self.clock.now()
            desk.intake.wake()

    def _next_timer(self, desk: _Desk) -> Instant | None:
        due = [desk.tally.next_timer(), desk.judge.next_timer(), desk.escalate_at]
        if desk.is_stale:
            due.append(self.clock.now())
        return min((at for at in due if at is not None), default=None)

    async def _write(self, fn: Callable[..., T], *args: Any, **named: Any) -> T:
        """One transaction. A store that is busy or full is waited for: nothing is dropped, reading stops meanwhile."""
        wait = 0.5
        while True:
            try:
                written = await asyncio.wrap_future(self.store.write(fn, *args, **named))
            except (StoreBusy, StoreFull) as trouble:
                self.trouble = trouble
                if self._run.ends:
                    raise
                LOG.warning("the store does not take writes", extra={"code": trouble.code, "again_in": wait})
                await self._pause(wait)
                wait = min(30.0, wait * 2)
            else:
                if not self._run.ends:
                    self.trouble = None
                return written

    async def _read(self, fn: Callable[..., T], *args: Any) -> T:
        return await asyncio.wrap_future(self.store.read(fn, *args))

    def _note(self, step: Step, added: Sequence[Added], seconds: float) -> None:
        progress = self.progress
        if progress.began is None:
            progress.began = time.monotonic() - seconds
            progress.first_at = step.at
        progress.ended = time.monotonic()
        progress.last_at = step.at
        progress.read += step.read + sum(map(len, step.rejected.values()))
        progress.unmatched += step.unmatched
        progress.store_lag = seconds
        for one in added:
            progress.stored += one.stored
            progress.duplicates += one.duplicates
            progress.rejected += one.rejected
            progress.negative += one.negative
            progress.unmatched += one.unmatched
