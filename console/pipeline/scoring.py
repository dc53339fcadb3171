"""Scoring: hand texts to scoring processes, take judgements back in order.

Each scoring process is held by one thread that sends it a batch, waits for the answer and lets the engine's loop know;
the loop itself never waits on a pipe. A process that dies or is late is replaced, and the texts of its batch are tried
again one by one: a text that fails alone as well is the poison, and comes back unscored with a reason. That costs two
or three processes, whatever the size of the batch. No judgement depends on how texts are cut into batches.
"""

import asyncio
import itertools
import os
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from console.domain.errors import Refused
from console.domain.mention import Reason, Sentiment
from console.pipeline.memo import Memo
from console.pipeline.worker import Ask, Fate, Worker

WARM_WITHIN = 120.0
"""Seconds a scoring process may take to load its model on a busy machine."""

BATCH_CHARACTERS = 32_000
CHARACTERS_A_SECOND = 20_000
"""Long texts get this much more time than the deadline alone."""

FEW = 16
"""So many texts asked for at once are a trickle: they go before the batches of a flood."""

_FORGIVEN = {Fate.RAISED: 0, Fate.LATE: 1, Fate.DIED: 2}
"""Failures before the one that condemns a lone text. An error is its own doing, a death may be anybody's."""

_UNREADY_STARTS = 4
_MOST_WORKERS = 4


def workers_here() -> int:
    """How many scoring processes suit this machine: one core is left to the window and the engine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_WORKERS, max(1, cores - 1))


@dataclass(frozen=True, order=True)
class _Job:
    urgency: int
    number: int
    ask: Ask = field(default="score", compare=False)
    texts: tuple[str, ...] = field(default=(), compare=False)
    failures: int = field(default=0, compare=False)


class Scoring:
    """Scoring processes and what they answered before. All methods are for one event loop.

    ``make`` names the factory of the Scorer (``package.module:function``), ``options`` are what it is given, plain
    values. ``workers`` None: as many as suit the machine; the first starts at once, others when there is a flood.
    ``deadline`` is the seconds a batch may take. ``batch`` bounds its texts, ``memo_bytes`` what is remembered.
    """

    def __init__(
        self,
        make: str = "console.scorers.snow:make",
        options: Mapping[str, Any] | None = None,
        *,
        workers: int | None = None,
        deadline: float = 5.0,
        batch: int = 128,
        memo_bytes: int = 32_000_000,
    ) -> None:
        self._make = make
        self._options = dict(options or {})
        self._limit = workers_here() if workers is None else max(1, workers)
        self._deadline = deadline
        self._batch = max(1, batch)
        self._memo = Memo(memo_bytes)
        self._numbers = itertools.count()
        self._waiting: dict[tuple[str, str], asyncio.Future[Any]] = {}
        self._lock = threading.Lock()
        self._lanes: list[threading.Thread] = []
        self._workers: set[Worker] = set()
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._stopping = threading.Event()
        self._lost: Refused | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._version = ""
        self._generation = 0

    @property
    def version(self) -> str:
        """The version of the scorer in force; empty until the first process is warm."""
        return self._version

    @property
    def workers(self) -> int:
        """Scoring processes at work now; safe from any thread."""
        return len(self._workers)

    async def start(self) -> None:
        """Start the first scoring process and return when it is warm.

        Raises Refused (``scorer_unready``) when the scorer cannot be made; a later start tries anew.
        """
        self._lost = None
        self._begin()
        if not self._version:
            await _all_of([self._owed("ready", "")])

    def use(self, options: Mapping[str, Any]) -> None:
        """Judge with other options from now on. What is in hand is finished with the old; then processes change."""
        if dict(options) != self._options:
            self._options = dict(options)
            self._generation += 1
            self._memo.clear()

    async def stop(self) -> None:
        """End every scoring process; judgements still owed are cancelled."""
        lanes, self._lanes = self._lanes, []
        with self._lock:
            self._stopping.set()
            for worker in self._workers:
                worker.kill()
        for _ in lanes:
            self._jobs.put(_Job(-1, next(self._numbers)))
        await asyncio.to_thread(_join, lanes)
        for owed in self._waiting.values():
            owed.cancel()
        self._waiting.clear()
        self._version = ""

    async def score(self, texts: Sequence[str]) -> list[Sentiment]:
        """One judgement per text, in order. Waits while the first process warms up.

        Raises Refused (``scorer_unready``) when no scorer can be made: then nothing is judged, and it must be seen.
        """
        known: dict[str, Sentiment] = {}
        owed: list[str] = []
        for text in dict.fromkeys(texts):
            sentiment = self._memo.get(text)
            if sentiment is None:
                owed.append(text)
            else:
                known[text] = sentiment
        if owed:
            known.update(await self._answers("score", owed))
        return [known[text] for text in texts]

    async def explain(self, text: str) -> list[Reason]:
        """What weighed in the judgement of a text, strongest first; nothing for one that could not be judged."""
        return (await self.explain_all([text]))[0]

    async def explain_all(self, texts: Sequence[str]) -> list[list[Reason]]:
        """The reasons of several texts, in order."""
        known: dict[str, list[Reason]] = {}
        owed: list[str] = []
        for text in dict.fromkeys(texts):
            sentiment = self._memo.get(text)
            if sentiment is not None and sentiment.unscored:
                known[text] = []
            else:
                owed.append(text)
        if owed:
            known.update(await self._answers("explain", owed))
        return [known[text] for text in texts]

    # ── on the loop ─────────────────────────────────────────────────────────────────────────────

    async def _answers(self, ask: Ask, texts: Sequence[str]) -> dict[str, Any]:
        """The answers to distinct texts. What somebody else already waits for is not asked again."""
        self._begin()
        fresh = [text for text in texts if (ask, text) not in self._waiting]
        owed = {text: self._owed(ask, text) for text in texts}
        for part in self._parts(fresh):
            self._jobs.put(_Job(int(len(fresh) > FEW), next(self._numbers), ask, part))
        while len(self._lanes) < min(self._limit, self._jobs.qsize()):
            self._add_lane()
        return dict(zip(owed, await _all_of(owed.values()), strict=True))

    def _owed(self, what: str, text: str) -> asyncio.Future[Any]:
        future = self._waiting.get((what, text))
        if future is None:
            future = self._waiting[what, text] = asyncio.get_running_loop().create_future()
        return future

    def _parts(self, texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
        most = min(self._batch, max(FEW, -(-len(texts) // self._limit)))
        part: list[str] = []
        characters = 0
        for text in texts:
            if part and (len(part) == most or characters + len(text) > BATCH_CHARACTERS):
                yield tuple(part)
                part, characters = [], 0
            part.append(text)
            characters += len(text)
        if part:
            yield tuple(part)

    def _begin(self) -> None:
        if self._lost is not None:
            raise self._lost
        self._loop = asyncio.get_running_loop()
        if not self._lanes:
            self._stopping = threading.Event()
            self._jobs = queue.PriorityQueue()
            self._add_lane()

    def _add_lane(self) -> None:
        lane = threading.Thread(target=self._lane, args=(self._jobs, self._stopping), name="scoring", daemon=True)
        self._lanes.append(lane)
        lane.start()

    def _ready(self, version: str) -> None:
        self._version = version
        self._settle("ready", ("",), (None,), self._generation)

    def _settle(self, ask: str, texts: Iterable[str], answers: Iterable[Any], generation: int) -> None:
        for text, answer in zip(texts, answers, strict=True):
            if ask == "score" and generation == self._generation:
                self._memo.put(text, answer)
            future = self._waiting.pop((ask, text), None)
            if future is not None and not future.done():
                future.set_result(answer)

    def _retire(self, lane: threading.Thread, lost: Refused) -> None:
        """A lane has no process and gets none. The others go on; without others nothing can be judged."""
        if lane not in self._lanes:
            return
        self._lanes.remove(lane)
        if not self._lanes:
            self._lost = lost
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(lost)
            self._waiting.clear()

    # ── on a lane's thread ──────────────────────────────────────────────────────────────────────

    def _lane(self, jobs: queue.PriorityQueue[_Job], stopping: threading.Event) -> None:
        worker: Worker | None = None
        generation = -1
        try:
            while not stopping.is_set():
                if worker is None:
                    generation, worker = self._generation, self._hired(stopping)
                if worker is None:
                    return
                job = jobs.get()
                if not job.texts:
                    return
                if generation != self._generation:
                    jobs.put(job)
                    self._dismiss(worker)
                    worker = None
                    continue
                within = self._deadline + sum(map(len, job.texts)) / CHARACTERS_A_SECOND
                fate, answers = worker.exchange(job.ask, job.texts, within)
                if fate in {Fate.DIED, Fate.LATE}:
                    self._dismiss(worker)
                    worker = None
                self._after(jobs, job, fate, answers, generation)
        except BaseException as error:
            self._tell(self._retire, threading.current_thread(), Refused("scorer_unready", said=repr(error)))
            raise
        finally:
            if worker is not None:
                self._dismiss(worker)

    def _after(
        self, jobs: queue.PriorityQueue[_Job], job: _Job, fate: Fate, answers: Sequence[Any], generation: int
    ) -> None:
        if fate is Fate.ANSWERED:
            self._tell(self._settle, job.ask, job.texts, answers, generation)
        elif len(job.texts) > 1 or job.failures < _FORGIVEN[fate]:
            for text in job.texts:
                jobs.put(replace(job, number=next(self._numbers), texts=(text,), failures=job.failures + 1))
        else:
            reason = "too_slow" if fate is Fate.LATE else "poison"
            answer: Sentiment | list[Reason]
            answer = Sentiment(None, None, None, 0.0, self._version, unscored=reason) if job.ask == "score" else []
            self._tell(self._settle, job.ask, job.texts, (answer,), generation)

    def _hired(self, stopping: threading.Event) -> Worker | None:
        """A warm worker; None when we are stopping or when none can be made."""
        said = ""
        for attempt in range(_UNREADY_STARTS):
            if stopping.wait(0.25 * attempt):
                return None
            try:
                worker = Worker(self._make, self._options)
            except OSError as error:
                said = str(error)
                continue
            with self._lock:
                self._workers.add(worker)
                if stopping.is_set():
                    worker.kill()
            fate, said = worker.warm(WARM_WITHIN)
            if fate is Fate.ANSWERED:
                self._tell(self._ready, said)
                return worker
            self._dismiss(worker)
            if stopping.is_set():
                return None
            if fate is Fate.RAISED:
                break
        lost = Refused("scorer_unready", scorer=self._make, said=said)
        self._tell(self._retire, threading.current_thread(), lost)
        return None

    def _dismiss(self, worker: Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.end()

    def _tell(self, what: Any, *arguments: Any) -> None:
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:  # the loop is closed: nobody waits any more
            self._stopping.set()


async def _all_of(futures: Iterable[asyncio.Future[Any]]) -> list[Any]:
    """The results of all. Unlike gather, one caller's cancellation leaves the futures to the others who wait."""
    owed = list(futures)
    await asyncio.wait(owed)
    for future in owed:
        future.exception()  # all are looked at, so that none is reported as forgotten
    return [future.result() for future in owed]


def _join(lanes: Iterable[threading.Thread]) -> None:
    for lane in lanes:
        lane.join()
