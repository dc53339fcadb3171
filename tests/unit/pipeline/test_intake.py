"""Intake: steps on the grid, in order of arrival, the same however the stream was cut."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import GRID, Instant, ReplayClock, WallClock
from console.domain.mention import Label, Post, Sentiment
from console.domain.monitor import Monitor, MonitorId
from console.domain.ports import Batch, Cursor
from console.pipeline.intake import READ_AHEAD, Intake, Step

EVERYTHING = Monitor(MonitorId(0), "all")


def a_post(number: int, arrived_at: Instant | None, **fields: Any) -> Post:
    post = Post("weibo", f"p{number}", "author", f"it broke again, number {number}", arrived_at or 0, root_id="root")
    return replace(post, arrived_at=arrived_at, **fields)


async def judge_all(texts: Sequence[str]) -> list[Sentiment]:
    return [Sentiment(0.1, 0.9, Label.NEGATIVE, 0.8, "test") for _ in texts]


async def recorded(
    posts: Sequence[Post], cuts: Sequence[int], timer: Callable[[], Instant | None] = lambda: None
) -> list[Step]:
    """The steps of a recorded stream that comes in batches ending at ``cuts``."""
    intake = Intake(ReplayClock(0), judge_all, [EVERYTHING], sources=1, recorded=True, ends=True)

    async def send() -> None:
        start = 0
        for number, end in enumerate([*cuts, len(posts)]):
            await intake.put("s", Batch(tuple(posts[start:end]), Cursor({"batch": number})))
            start = end
        intake.ended()

    sending = asyncio.ensure_future(send())
    steps = [step async for step in intake.steps(timer)]
    await sending
    return steps


def told(steps: Sequence[Step]) -> list[tuple[Instant, list[str]]]:
    return [(s.at, [a.post.external_id for a in s.arrivals]) for s in steps if s.arrivals]


@given(
    st.lists(st.integers(0, 5_000), min_size=1, max_size=40).map(sorted),
    st.lists(st.integers(0, 40), max_size=6),
)
def test_the_steps_do_not_depend_on_how_the_stream_is_cut(arrivals: list[int], cuts: list[int]) -> None:
    posts = [a_post(number, at) for number, at in enumerate(arrivals)]
    whole = asyncio.run(recorded(posts, []))
    pieces = asyncio.run(recorded(posts, sorted(min(cut, len(posts)) for cut in cuts)))
    assert told(whole) == told(pieces)
    assert [post_id for _, ids in told(whole) for post_id in ids] == [post.external_id for post in posts]
    assert all(at % GRID == 0 for at, _ in told(whole))
    assert sum(step.read for step in pieces) == len(posts)


def test_every_timer_due_runs_before_a_record_is_delivered() -> None:
    posts = [a_post(0, 1_000), a_post(1, 10_000)]
    due = [3_000, 6_000, 12_000]
    ran: list[Instant] = []

    async def play() -> list[Step]:
        intake = Intake(ReplayClock(0), judge_all, [EVERYTHING], sources=1, recorded=True, ends=True)

        async def send() -> None:
            for post in posts:
                await intake.put("s", Batch((post,), Cursor()))
            intake.ended()

        sending = asyncio.ensure_future(send())
        steps = []
        async for step in intake.steps(lambda: due[0] if due else None):
            while due and due[0] <= step.at:
                ran.append(due.pop(0))
            steps.append(step)
        await sending
        return steps

    steps = asyncio.run(play())
    assert [step.at for step in steps if step.arrivals] == [1_000, 10_000]
    assert ran == [3_000, 6_000]
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_a_cursor_comes_only_with_the_last_post_of_its_batch() -> None:
    steps = asyncio.run(recorded([a_post(0, 100), a_post(1, 900)], []))
    assert [dict(step.cursors) for step in steps] == [{}, {"s": Cursor({"batch": 0})}]


def test_a_post_that_no_monitor_wants_and_no_thread_holds_is_counted_not_kept() -> None:
    async def play() -> list[Step]:
        monitor = Monitor(MonitorId(1), "cedar", names=("cedar",))
        intake = Intake(ReplayClock(0), judge_all, [monitor], sources=1, recorded=True, ends=True)
        loose = Post("blog", "a", "x", "the weather", 1, arrived_at=1)
        wanted = Post("blog", "b", "x", "my CEDAR fridge", 2, arrived_at=2)
        threaded = Post("weibo", "c", "x", "yes", 3, arrived_at=3, root_id="r")
        await intake.put("s", Batch((loose, wanted, threaded), Cursor()))
        intake.ended()
        return [step async for step in intake.steps(lambda: None)]

    [step] = asyncio.run(play())
    assert [(a.post.external_id, a.monitors) for a in step.arrivals] == [("b", (1,)), ("c", ())]
    assert (step.read, step.unmatched) == (3, 1)


def test_a_full_intake_stops_reading_and_drops_nothing() -> None:
    async def play() -> tuple[bool, int]:
        intake = Intake(WallClock(), judge_all, [EVERYTHING], sources=1, ends=True)
        flood = tuple(a_post(number, None) for number in range(READ_AHEAD + 1))
        reading = asyncio.ensure_future(intake.put("s", Batch(flood, Cursor())))
        for _ in range(10):
            await asyncio.sleep(0)
        was_held = not reading.done()
        intake.ended()
        got = 0
        async for step in intake.steps(lambda: None):
            got += len(step.arrivals)
        await reading
        return was_held, got

    was_held, got = asyncio.run(play())
    assert was_held
    assert got == READ_AHEAD + 1


def test_a_live_post_arrives_when_it_is_heard() -> None:
    async def play() -> Step:
        intake = Intake(WallClock(), judge_all, [EVERYTHING], sources=1, ends=True)
        await intake.put("s", Batch((a_post(1, 5),), Cursor()))
        intake.ended()
        return await anext(intake.steps(lambda: None))

    clock = WallClock()
    before = clock.now()
    step = asyncio.run(play())
    assert before <= (step.arrivals[0].post.arrived_at or 0) <= clock.now()
    assert step.at >= before
