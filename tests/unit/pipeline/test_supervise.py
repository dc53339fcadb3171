"""A source is run for ever: slower while it fails, stopped when a person must act, and always told of."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import ReplayClock, WallClock
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.errors import ConsoleError, SourceDelayed, SourceRefused, StoreFull
from console.domain.ports import Batch, Cursor
from console.pipeline.supervise import backoff, supervise

NOW = 1_750_000_000_000


class Scripted:
    """A source that plays one act a reading, over all its restarts; remembers from which cursors it was run."""

    name = "scripted"

    def __init__(self, *acts: Exception | int | Callable[[], None], next_after: float | None = 60.0) -> None:
        self.acts = list(acts)
        self.next_after = next_after
        self.began: list[Cursor] = []
        self.closed = 0

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        self.began.append(cursor)
        try:
            while self.acts:
                act = self.acts.pop(0)
                if isinstance(act, Exception):
                    raise act
                if callable(act):
                    act()
                    await asyncio.Event().wait()
                yield Batch((), Cursor({"n": act}), next_after=self.next_after)
        finally:
            self.closed += 1


class Desk:
    """What the engine sees of a supervised source."""

    def __init__(self) -> None:
        self.batches: list[object] = []
        self.told: list[SourceHealth] = []

    async def put(self, name: str, batch: Batch) -> None:
        assert name == "scripted"
        self.batches.append(batch.cursor.fields["n"])

    async def tell(self, health: SourceHealth) -> None:
        self.told.append(health)

    @property
    def lamps(self) -> list[str]:
        return [health.lamp.value for health in self.told]


def supervised(source: Scripted, *, ends: bool = False) -> tuple[Desk, ConsoleError | None, ReplayClock]:
    desk, clock = Desk(), ReplayClock(NOW)
    work = supervise(source, Cursor({"n": 0}), desk.put, desk.tell, clock, random.Random(1), ends=ends)
    return desk, asyncio.run(asyncio.wait_for(work, 20)), clock


def test_a_source_is_heard_at_its_own_pace_until_it_ends() -> None:
    desk, error, clock = supervised(Scripted(1, 2, 3))
    assert error is None
    assert desk.batches == [1, 2, 3]
    assert desk.lamps == ["hearing", "stopped"]
    assert clock.now() == NOW + 3 * 60_000


def test_a_stream_is_never_waited_for() -> None:
    desk, _, clock = supervised(Scripted(1, 2, 3, next_after=None))
    assert desk.batches == [1, 2, 3]
    assert clock.now() == NOW


def test_a_delayed_source_is_asked_again_from_where_it_was() -> None:
    source = Scripted(1, SourceDelayed("server_failed", host="a", status=503), 2)
    desk, error, _ = supervised(source)
    assert error is None
    assert desk.batches == [1, 2]
    assert desk.lamps == ["hearing", "late", "hearing", "stopped"]
    assert [cursor.fields["n"] for cursor in source.began] == [0, 1]
    assert source.closed == 2
    assert (desk.told[1].code, desk.told[1].fields) == ("server_failed", {"host": "a", "status": 503})


def test_the_lamp_turns_from_late_to_failing() -> None:
    desk, _, _ = supervised(Scripted(*[SourceDelayed("unreachable", host="a")] * 5, 1))
    assert desk.lamps == ["late", "late", "failing", "failing", "failing", "hearing", "stopped"]


def test_the_server_s_wish_is_honoured() -> None:
    desk, _, clock = supervised(Scripted(SourceDelayed("rate_limited", 600.0, host="a"), 1, next_after=None))
    at = desk.told[0].retry_at
    assert at is not None
    assert NOW + 600_000 <= at <= clock.now()
    assert desk.batches == [1]


def test_a_refused_source_stops_and_tells() -> None:
    source = Scripted(1, SourceRefused("not_there", host="a", status=404), 2)
    desk, error, _ = supervised(source)
    assert isinstance(error, SourceRefused)
    assert desk.batches == [1]
    assert desk.lamps == ["hearing", "refused"]
    assert desk.told[-1].retry_at is None
    assert source.acts == [2]


def test_a_source_that_dies_is_restarted(caplog: pytest.LogCaptureFixture) -> None:
    desk, error, _ = supervised(Scripted(1, ZeroDivisionError("a bug"), 2))
    assert error is None
    assert desk.batches == [1, 2]
    assert (desk.told[1].code, desk.told[1].fields) == ("source_died", {"error": "ZeroDivisionError"})
    assert "a source died and is restarted" in caplog.text


def test_what_must_end_is_not_tried_again() -> None:
    source = Scripted(1, SourceDelayed("file_unreadable", path="a"), 2)
    desk, error, _ = supervised(source, ends=True)
    assert isinstance(error, SourceDelayed)
    assert desk.batches == [1]
    assert desk.lamps == ["hearing", "refused"]


def test_an_error_of_the_desk_is_not_the_source_s() -> None:
    desk = Desk()

    async def full(name: str, batch: Batch) -> None:
        raise StoreFull("store_full")

    with pytest.raises(StoreFull):
        asyncio.run(supervise(Scripted(1), Cursor(), full, desk.tell, ReplayClock(NOW), random.Random(1)))
    assert desk.told == []


def test_a_reading_that_hangs_is_given_up() -> None:
    source = Scripted(1, lambda: None, 2, next_after=0.0)
    desk = Desk()
    work = supervise(source, Cursor({"n": 0}), desk.put, desk.tell, ReplayClock(NOW), random.Random(1), patience=0.05)
    asyncio.run(asyncio.wait_for(work, 20))
    assert desk.batches == [1, 2]
    assert (desk.told[1].lamp, desk.told[1].code) == (SourceLamp.LATE, "no_answer")


def test_a_full_queue_stops_the_reading() -> None:
    source = Scripted(*range(5), next_after=None)

    async def run() -> Sequence[object]:
        queue: asyncio.Queue[Batch] = asyncio.Queue(maxsize=1)
        work = asyncio.create_task(
            supervise(source, Cursor(), lambda _, b: queue.put(b), Desk().tell, WallClock(), random.Random(1))
        )
        first = await queue.get()
        for _ in range(20):
            await asyncio.sleep(0)
        waiting = len(source.acts)
        rest = [await queue.get() for _ in range(4)]
        await work
        return [waiting, first.cursor.fields["n"], *(b.cursor.fields["n"] for b in rest)]

    assert asyncio.run(run()) == [2, 0, 1, 2, 3, 4]


def test_a_cancelled_supervisor_closes_its_source() -> None:
    source = Scripted(1, 2, next_after=3_600.0)

    async def run() -> None:
        work = asyncio.create_task(supervise(source, Cursor(), Desk().put, Desk().tell, WallClock(), random.Random(1)))
        while not source.began:
            await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(run())
    assert source.closed == 1


def test_a_clock_set_back_does_not_silence_a_source() -> None:
    class Stopped:
        def now(self) -> int:
            return NOW

        def until(self, at: int) -> float:
            return max(0.0, (at - NOW) / 1000)

    desk = Desk()
    began = time.monotonic()
    work = supervise(Scripted(1, 2, next_after=0.05), Cursor(), desk.put, desk.tell, Stopped(), random.Random(1))
    asyncio.run(asyncio.wait_for(work, 20))
    assert desk.batches == [1, 2]
    assert time.monotonic() - began < 5


@given(st.integers(1, 1_000), st.none() | st.floats(0, 900), st.integers())
def test_no_wait_is_shorter_than_asked_nor_endless(failures: int, wish: float | None, seed: int) -> None:
    pause = backoff(failures, wish, random.Random(seed))
    assert 1.0 <= pause <= max(300.0, 1.1 * (wish or 0) + 1.0)
    assert pause >= (wish or 0)
    if wish is None:
        assert pause <= max(1.0, 5.0 * 2 ** min(failures - 1, 10))
