"""Scoring by real processes: what they may suffer, and that no text is ever lost or mixed up."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from console.domain.errors import Refused
from console.domain.mention import Reason, ReasonKind
from console.pipeline.scoring import Scoring, workers_here

MAKE = "tests.helpers.scorers:obedient"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

Test = Callable[..., Coroutine[Any, Any, None]]


@asynccontextmanager
async def running(make: str = MAKE, **arguments: Any) -> AsyncIterator[Scoring]:
    scoring = Scoring(make, **arguments)
    try:
        yield scoring
    finally:
        await scoring.stop()


def run(body: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await asyncio.wait_for(body(), 60)

    asyncio.run(whole())
    assert not [child for child in active_children() if child.name == "scoring"], "a scoring process was left behind"


def worker_pids() -> list[int]:
    return [child.pid for child in active_children() if child.name == "scoring" and child.pid]


def test_judgements_come_back_in_order_and_repeats_are_remembered(tmp_path: Path) -> None:
    diary = tmp_path / "diary"

    async def body() -> None:
        async with running(options={"diary": str(diary)}, batch=16) as scoring:
            await scoring.start()
            assert scoring.version == "obedient-1"
            texts = ["x" * (n % 7) for n in range(100)]
            found = await scoring.score(texts)
            assert [s.negative for s in found] == [n % 7 / 10 for n in range(100)]
            assert await scoring.score(texts) == found
            assert await scoring.score([]) == []

    run(body)
    assert diary.read_text().split() == ["7"]


def test_score_waits_for_a_process_that_is_not_warm_yet() -> None:
    async def body() -> None:
        async with running() as scoring:
            assert [s.negative for s in await scoring.score(["12345"])] == [0.5]
            await scoring.start()
            assert scoring.version == "obedient-1"

    run(body)


def test_what_is_being_judged_is_not_asked_again(tmp_path: Path) -> None:
    diary = tmp_path / "diary"

    async def body() -> None:
        async with running(options={"diary": str(diary), "pace": 0.01}) as scoring:
            texts = [str(n) for n in range(10)]
            first, second = await asyncio.gather(scoring.score(texts), scoring.score(texts[::-1]))
            assert first == second[::-1]

    run(body)
    assert diary.read_text().split() == ["10"]


def test_a_caller_that_gives_up_takes_nothing_from_another() -> None:
    async def body() -> None:
        async with running(options={"pace": 0.05}) as scoring:
            await scoring.start()
            async with asyncio.timeout(0.02):
                try:
                    await scoring.score(["abc", "abcd"])
                except asyncio.CancelledError:
                    found = await asyncio.shield(scoring.score(["abc"]))
                    assert found[0].negative == 0.3
                    raise

    with pytest.raises(TimeoutError):
        run(body)


def test_judgements_do_not_depend_on_batches_or_workers() -> None:
    texts = [f"{n}" * (n % 23) for n in range(300)]

    async def judged(**arguments: Any) -> list[Any]:
        async with running(**arguments) as scoring:
            return await scoring.score(texts)

    async def body() -> None:
        first, *others = [
            await judged(workers=1, batch=500),
            await judged(workers=1, batch=7),
            await judged(workers=3, batch=16, memo_bytes=0),
        ]
        assert all(other == first for other in others)

    run(body)


def test_a_flood_is_shared_between_the_workers() -> None:
    async def body() -> None:
        async with running(options={"pace": 0.02}, workers=2, batch=16) as scoring:
            await scoring.start()
            assert len(worker_pids()) == 1, "the second waits for a flood"
            texts = [f"!pid {n}" for n in range(160)]
            found = await scoring.score(texts)
            assert len({s.version for s in found}) == 2

    run(body)


@posix
def test_a_worker_stands_back_and_brings_nothing_along() -> None:
    async def body() -> None:
        async with running() as scoring:
            pid, niceness = (await scoring.score(["!pid"]))[0].version.split()
            assert int(pid) != os.getpid()
            assert int(niceness) > os.getpriority(os.PRIO_PROCESS, 0)
            modules = (await scoring.score(["!modules"]))[0].version.split()
            rooms = {"store", "ui", "services", "app", "cli", "sources", "notifiers", "exporters", "wire"}
            assert "console.pipeline.worker" in modules
            assert [m for m in modules if m.startswith(tuple(f"console.{room}" for room in rooms))] == []
            assert [m for m in modules if m.split(".")[0] in {"PySide6", "sqlite3", "httpx", "asyncio"}] == []

    run(body)


@posix
def test_the_second_worker_of_a_trickle_is_not_started() -> None:
    async def body() -> None:
        async with running(workers=4) as scoring:
            for n in range(20):
                await scoring.score([f"text {n}"])
            assert len(worker_pids()) == 1

    run(body)


@posix
@pytest.mark.parametrize("size", [1, 40])
def test_a_poisoned_text_is_found_and_the_others_are_judged(size: int) -> None:
    async def body() -> None:
        async with running() as scoring:
            texts = ["y" * (n % 9) + str(n) for n in range(size)]
            texts[size // 2] = "!die"
            found = await scoring.score(texts)
            poisoned = found.pop(size // 2)
            assert (poisoned.score, poisoned.negative, poisoned.label) == (None, None, None)
            assert poisoned.unscored == "poison"
            assert poisoned.version == "obedient-1"
            texts.pop(size // 2)
            assert [s.negative for s in found] == [len(t) % 10 / 10 for t in texts]
            before = worker_pids()
            assert (await scoring.score(["!die"]))[0] == poisoned, "it is remembered, not tried on another process"
            assert worker_pids() == before

    run(body)


def test_a_text_that_the_scorer_raises_for_is_unscored_and_costs_no_process() -> None:
    async def body() -> None:
        async with running() as scoring:
            await scoring.start()
            before = worker_pids()
            found = await scoring.score(["one", "!raise", "three", "!raise again"])
            assert [s.unscored for s in found] == [None, "poison", None, "poison"]
            assert await scoring.explain("!raise thrice") == []
            assert worker_pids() == before

    run(body)


@posix
@pytest.mark.parametrize("order", ["!hang", "!stop"])
def test_a_text_that_is_never_answered_is_given_up(order: str) -> None:
    async def body() -> None:
        async with running(deadline=0.4) as scoring:
            await scoring.start()
            found = await scoring.score(["one", "two", order, "three"])
            assert [s.unscored for s in found] == [None, None, "too_slow", None]
            assert (await scoring.score(["four"]))[0].negative == 0.4

    run(body)


@posix
def test_a_text_larger_than_the_pipe_is_sent_to_a_process_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.pipeline.scoring.CHARACTERS_A_SECOND", 10_000_000)

    async def body() -> None:
        async with running(deadline=0.3) as scoring:
            await scoring.start()
            (pid,) = worker_pids()
            os.kill(pid, signal.SIGSTOP)
            texts = ["长" * 900_000]
            assert (await scoring.score(texts))[0].unscored is None

    run(body)


@posix
def test_workers_killed_at_any_moment_lose_nothing() -> None:
    async def body() -> None:
        async with running(options={"pace": 0.004}, workers=2, batch=32) as scoring:
            texts = [f"{n:03}" + "z" * (n % 10) for n in range(600)]
            answer = asyncio.get_running_loop().create_task(scoring.score(texts))
            kills = 0
            while not answer.done() and kills < 12:
                await asyncio.wait([answer], timeout=0.4)
                for pid in worker_pids()[:1]:
                    os.kill(pid, signal.SIGKILL)
                    kills += 1
            found = await answer
            assert kills > 1
            assert [s.negative for s in found] == [len(t) % 10 / 10 for t in texts]

    run(body)


@posix
def test_a_scorer_that_cannot_be_made_is_said_and_not_waited_for() -> None:
    async def body() -> None:
        async with running("tests.helpers.scorers:broken") as scoring:
            with pytest.raises(Refused) as caught:
                await scoring.start()
            assert caught.value.code == "scorer_unready"
            assert "the model is damaged" in caught.value.fields["said"]
            with pytest.raises(Refused):
                await scoring.score(["text"])
        async with running("tests.helpers.scorers:no_such_factory") as scoring:
            with pytest.raises(Refused):
                await scoring.score(["text"])
        async with running("tests.helpers.scorers:stillborn") as scoring:
            with pytest.raises(Refused):
                await asyncio.gather(scoring.score(["text"]), scoring.explain("text"))

    run(body)


@posix
def test_a_process_that_dies_while_it_warms_up_is_replaced(tmp_path: Path) -> None:
    async def body() -> None:
        async with running("tests.helpers.scorers:frail", options={"mark": str(tmp_path / "mark")}) as scoring:
            await scoring.start()
            assert (await scoring.score(["12"]))[0].negative == 0.2

    run(body)


def test_reasons_are_asked_of_a_process_too() -> None:
    async def body() -> None:
        async with running() as scoring:
            assert await scoring.explain("why") == [Reason(ReasonKind.WORD, "why", 0.5)]
            reasons = await scoring.explain_all(["a", "b", "a"])
            assert [r[0].text for r in reasons] == ["a", "b", "a"]

    run(body)


def test_stop_ends_what_is_under_way_and_start_begins_anew() -> None:
    async def body() -> None:
        async with running(options={"pace": 0.05}, batch=16) as scoring:
            await scoring.start()
            owed = asyncio.get_running_loop().create_task(scoring.score([str(n) for n in range(100)]))
            await asyncio.sleep(0)
            began = time.monotonic()
            await scoring.stop()
            assert time.monotonic() - began < 3
            await asyncio.wait([owed])
            assert owed.cancelled()
            assert worker_pids() == []
            await scoring.start()
            assert (await scoring.score(["123"]))[0].negative == 0.3

    run(body)


def test_a_trickle_does_not_wait_for_a_flood() -> None:
    async def body() -> None:
        async with running(options={"pace": 0.002}, workers=1, batch=16) as scoring:
            await scoring.start()
            flood = asyncio.get_running_loop().create_task(scoring.score([str(n) for n in range(800)]))
            await asyncio.sleep(0)
            await scoring.score(["trickle"])
            assert not flood.done()
            assert len(await flood) == 800

    run(body)


def test_a_warm_trickle_is_judged_within_a_tenth_of_a_second() -> None:
    async def body() -> None:
        async with running() as scoring:
            await scoring.start()
            waits = []
            for n in range(25):
                began = time.perf_counter()
                await scoring.score([f"a post {n}"])
                waits.append(time.perf_counter() - began)
            assert sorted(waits)[len(waits) // 2] < 0.1

    run(body)


def test_the_machine_gives_at_least_one_worker() -> None:
    assert 1 <= workers_here() <= max(1, (os.cpu_count() or 1) - 1)


PROGRAM = """
import asyncio, sys
from multiprocessing import active_children
from console.pipeline.scoring import Scoring

async def main():
    scoring = Scoring("tests.helpers.scorers:obedient")
    found = await scoring.score(["12345"])
    print(found[0].negative, *[child.pid for child in active_children()], flush=True)
    if "wait" in sys.argv:
        sys.stdin.read()
    await scoring.stop()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("way", ["module", "script"])
def test_workers_start_however_the_program_was_started(way: str, tmp_path: Path, checkout: Path) -> None:
    """As ``python -m package`` starts the program, and as an installed console script does."""
    package = tmp_path / "started"
    package.mkdir()
    (package / "__main__.py").write_text(PROGRAM)
    (package / "__init__.py").touch()
    script = tmp_path / "started-script"
    script.write_text(
        "import sys\n"
        "from started.__main__ import main, asyncio\n"
        "if __name__ == '__main__':\n"
        "    sys.exit(asyncio.run(main()))\n"
    )
    call = ["-m", "started"] if way == "module" else [str(script)]
    path = os.pathsep.join([str(tmp_path), str(checkout)])
    done = subprocess.run(
        [sys.executable, "-W", "error", *call],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0.5 ")


@posix
def test_no_worker_outlives_a_program_that_is_killed(tmp_path: Path, checkout: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, str(program), "wait"],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        _, pid = started.stdout.readline().split()
        os.kill(int(pid), 0)
        started.kill()
        started.wait()
        assert gone(int(pid), within=20)


def gone(pid: int, within: float) -> bool:
    """Whether a process that is no child of ours ended within so many seconds (a zombie has ended)."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
