"""The one door: changes arrive merged and paced on the screen's thread, coroutines run on the engine's."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from console.domain.changes import Changes
from console.domain.errors import ConsoleError, NotAllowed
from console.domain.mention import MentionId
from console.ui.bridge import PACE, Bridge


class Commits:
    """Who is told of each commit, as a store would."""

    def __init__(self) -> None:
        self.hearers: list[Callable[[Changes], None]] = []

    def subscribe(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        self.hearers.append(fn)
        return lambda: self.hearers.remove(fn)

    def commit(self, changes: Changes) -> None:
        for fn in self.hearers:
            fn(changes)


class TinyEngine:
    """Waits until it is stopped, or breaks at once."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.is_done = asyncio.Event()
        self.thread = ""

    async def run(self) -> None:
        self.thread = threading.current_thread().name
        if self.error is not None:
            raise self.error
        await self.is_done.wait()

    def stop(self) -> None:
        self.is_done.set()


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
def bridge(qtbot: QtBot, commits: Commits) -> Iterator[Bridge]:
    one = Bridge(commits.subscribe)
    yield one
    assert one.stop()


def test_the_first_change_comes_at_once_and_a_burst_comes_merged(
    qtbot: QtBot, bridge: Bridge, commits: Commits
) -> None:
    heard: list[Changes] = []
    threads: list[bool] = []
    bridge.changed.connect(heard.append)
    bridge.changed.connect(lambda _: threads.append(threading.current_thread() is threading.main_thread()))

    def burst() -> None:
        for n in range(1, 501):
            commits.commit(Changes(mention=MentionId(n), sources=frozenset({f"s{n % 3}"})))

    writer = threading.Thread(target=burst)
    writer.start()
    qtbot.waitUntil(lambda: bool(heard) and heard[-1].mention == 500)
    writer.join()
    assert len(heard) <= 4
    merged = Changes()
    for one in heard:
        merged |= one
    assert merged.sources == {"s0", "s1", "s2"}
    assert all(threads)


def test_changes_come_at_most_ten_times_a_second(qtbot: QtBot, bridge: Bridge, commits: Commits) -> None:
    at: list[float] = []
    bridge.changed.connect(lambda _: at.append(time.monotonic()))
    n = 0

    def commit_one() -> bool:
        nonlocal n
        n += 1
        commits.commit(Changes(mention=MentionId(n)))
        return len(at) >= 6

    qtbot.waitUntil(commit_one)
    assert min(b - a for a, b in itertools.pairwise(at)) >= PACE * 0.9


def test_a_coroutine_runs_on_the_engines_thread_and_answers_on_the_screens(qtbot: QtBot, bridge: Bridge) -> None:
    engine = TinyEngine()
    bridge.start(engine)
    answers: list[tuple[str, bool]] = []

    async def work() -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    bridge.ask(work, then=lambda name: answers.append((name, threading.current_thread() is threading.main_thread())))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [("engine", True)]
    assert engine.thread == "engine"


def test_an_expected_failure_goes_to_otherwise_alone(qtbot: QtBot, bridge: Bridge) -> None:
    bridge.start(TinyEngine())
    failures: list[Exception] = []
    loud: list[Exception] = []
    bridge.failed.connect(loud.append)

    async def work() -> None:
        raise NotAllowed("resolved", "acknowledge")

    bridge.ask(work, otherwise=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], NotAllowed)
    assert loud == []


def test_a_bug_is_loud(qtbot: QtBot, bridge: Bridge, caplog: pytest.LogCaptureFixture) -> None:
    bridge.start(TinyEngine())
    loud: list[Exception] = []
    failures: list[Exception] = []
    bridge.failed.connect(loud.append)

    async def work() -> None:
        raise ZeroDivisionError

    bridge.ask(work, otherwise=failures.append)
    qtbot.waitUntil(lambda: bool(loud))
    assert isinstance(failures[0], ZeroDivisionError)
    assert "ZeroDivisionError" in caplog.text


def test_an_engine_that_breaks_is_reported(qtbot: QtBot, bridge: Bridge) -> None:
    with qtbot.waitSignals([bridge.failed, bridge.ended]) as blocker:
        bridge.start(TinyEngine(RuntimeError("broken")))
    assert blocker.signal_triggered
    qtbot.waitUntil(lambda: not bridge.is_running)


def test_asking_a_stopped_engine_is_refused_not_forgotten(qtbot: QtBot, bridge: Bridge) -> None:
    failures: list[Exception] = []

    async def work() -> None:
        raise AssertionError("never runs")

    bridge.ask(work, otherwise=failures.append)
    bridge.ask(work(), otherwise=failures.append)
    assert [type(e) for e in failures] == [ConsoleError, ConsoleError]


def test_what_is_under_way_when_the_engine_stops_is_told(qtbot: QtBot, commits: Commits) -> None:
    bridge = Bridge(commits.subscribe)
    bridge.start(TinyEngine())
    failures: list[Exception] = []

    async def forever() -> None:
        await asyncio.Event().wait()

    bridge.ask(forever, otherwise=failures.append)
    assert bridge.stop()
    qtbot.waitUntil(lambda: bool(failures))
    assert not commits.hearers


def test_an_answer_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, bridge: Bridge) -> None:
    from shiboken6 import delete

    class Asker(QObject):
        def take(self, value: int) -> None:
            raise AssertionError("called after its end")

    bridge.start(TinyEngine())
    asker = Asker()
    done: list[int] = []
    go = threading.Event()

    async def work() -> int:
        await asyncio.get_running_loop().run_in_executor(None, go.wait)
        return 1

    bridge.ask(work, then=asker.take)
    delete(asker)
    go.set()
    bridge.ask(work, then=done.append)
    qtbot.waitUntil(lambda: bool(done))
