"""A process killed at any moment loses nothing it had acknowledged, and leaves nothing by halves."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.domain.clock import ReplayClock
from console.store import audit, incidents, mentions, notifications, timeline
from console.store.database import Store
from tests.helpers.builders import NOON, a_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

# It acknowledges each batch on stdout after its commit, with an alert in every fifth, and goes on from its cursor.
WRITER = """
import itertools, sys
from pathlib import Path
from console.domain.ports import Cursor
from console.store import coverage, incidents, mentions
from console.store.database import Store
from tests.helpers.builders import a_scored_post, a_subject, a_verdict

store = Store.open(Path(sys.argv[1]))
start = store.read(coverage.cursor, "stream").result().fields.get("batch", 0)
for batch in itertools.count(start):
    posts = [
        a_scored_post(f"{batch}-{n}", root_id=f"{batch // 7}-{n % 3}", negative=None if n % 4 else 0.9)
        for n in range(20)
    ]
    store.write(mentions.add, posts, {"stream": Cursor({"batch": batch + 1})}).result()
    print("batch", batch, flush=True)
    if batch % 5 == 0:
        at = store.write(lambda tx: tx.now()).result()
        store.write(incidents.raise_, [a_verdict("critical", a_subject(str(batch)))], at).result()
        print("alert", batch, flush=True)
"""


def killed_after(path: Path, seconds: float) -> list[tuple[str, int]]:
    """Run the writer, kill it, and give what it acknowledged."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(seconds)  # the moment of death is the thing under test
    writer.send_signal(signal.SIGKILL)
    rest = writer.stdout.read()
    writer.stdout.close()
    writer.wait()
    lines = [line.split() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
    return [(what, int(number)) for what, number in lines]


def check(path: Path, acknowledged: set[tuple[str, int]]) -> None:
    store = Store.open(path, clock=ReplayClock(NOON), durable=False)
    try:
        assert store.recovered is None
        assert store.read(audit.audit).result().faults == ()
        stored = {row[0] for row in store.read(lambda db: db.rows("SELECT external_id FROM mention")).result()}
        batches = {int(one.split("-")[0]) for one in stored}
        assert {number for what, number in acknowledged if what == "batch"} <= batches
        assert stored == {f"{batch}-{n}" for batch in range(max(batches, default=-1) + 1) for n in range(20)}
        opened = store.read(incidents.list_, True, 10_000).result()
        subjects = [int(one.subject.id) for one in opened]
        assert len(subjects) == len(set(subjects))
        assert {number for what, number in acknowledged if what == "alert"} <= set(subjects)
        for one in opened:
            assert len(store.read(notifications.of_incident, one.id).result()) == 2
            assert len(store.read(timeline.entries, one.id).result()) == 5
        assert store.read(lambda db: mentions.latest(db, limit=1)).result()
    finally:
        store.close()


def kill_often(path: Path, times: int) -> None:
    a_store(path, ReplayClock(NOON)).close()
    dice = random.Random(times)
    acknowledged: set[tuple[str, int]] = set()
    for _ in range(times):
        acknowledged.update(killed_after(path, dice.uniform(0.0, 0.25)))
        check(path, acknowledged)


def test_killed_at_random_moments_nothing_acknowledged_is_lost(path: Path) -> None:
    kill_often(path, 4)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_random_moments_nothing_acknowledged_is_lost_at_length(path: Path) -> None:
    kill_often(path, 60)
