"""kill -9 at random moments of ingesting and alerting: nothing acknowledged is lost, no alert is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from console.domain.incident import AlertId
from console.services.verify import verify
from console.store import incidents, notifications, timeline
from console.store.connection import Db
from console.store.database import Store
from tests.helpers.streams import a_stream, write_stream

CHECKOUT = Path(__file__).resolve().parents[2]
KILLS = 50


class Mortal:
    """Plays streams in processes that can be killed; hears what they acknowledge."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._said: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line.strip())

    def play(self, store: Path, stream: Path, kill_after: float | None) -> tuple[list[str], bool]:
        """Play until the end, or until killed so many seconds after its first commit; what it said, and if it ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{store}\t{stream}\n")
        self._process.stdin.flush()
        child = int(self._said.get(timeout=30).removeprefix("began "))
        heard: list[str] = []
        timer: threading.Timer | None = None
        killed = threading.Event()

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
                killed.set()

        while (line := self._said.get(timeout=60)) != "gone":
            heard.append(line)
            if kill_after is not None and timer is None:
                timer = threading.Timer(kill_after, kill)
                timer.start()
        if timer is not None:
            timer.cancel()
        while True:
            try:
                heard.append(self._said.get_nowait())
            except Empty:
                return heard, not killed.is_set()


@contextmanager
def mortal() -> Iterator[Mortal]:
    call = [sys.executable, "-m", "tests.helpers.mortal"]
    with subprocess.Popen(call, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Mortal(process)
        assert process.stdin is not None
        process.stdin.close()


def record(db: Db) -> dict[str, Any]:
    """All that a store says happened, without the numbers of its rows."""
    fired = incidents.fired_after(db, AlertId(0))
    told = incidents.told(db, [alert.id for alert in fired])
    opened = incidents.list_(db, include_resolved=True)
    return {
        "mentions": db.value("SELECT count(*) FROM mention"),
        "counts": db.value("SELECT sum(total) FROM minute_count"),
        "alerts": sorted((a.rule, a.subject, a.level, a.fired_at, a.cleared_at) for a in fired),
        "told": sorted((a.rule, a.subject.id, sorted(told[a.id].items())) for a in fired),
        "incidents": sorted((i.subject, i.level, i.opened_at, i.first_post_at) for i in opened),
        "notifications": sorted(
            (n.id, n.role, n.why, n.created_at) for i in opened for n in notifications.of_incident(db, i.id)
        ),
        "entries": [(e.kind, e.happened_at, e.known_at) for e in timeline.entries(db)],
    }


def recorded(path: Path) -> dict[str, Any]:
    with closing(Store.open(path, read_only=True)) as store:
        return store.read(record).result()


def kept(path: Path) -> tuple[int, set[int]]:
    with closing(Store.open(path, read_only=True)) as store:
        newest: int = store.read(lambda db: db.value("SELECT coalesce(max(id), 0) FROM mention")).result()
        return newest, {i.id for i in store.read(incidents.list_, include_resolved=True).result()}


def test_fifty_kills_change_nothing(tmp_path: Path) -> None:
    first, second = a_stream(1, minutes=400, surge=200), a_stream(2, minutes=400, crisis_at=200, root="other")
    stream = write_stream(tmp_path / "s.jsonl", sorted(first + second, key=lambda r: r["arrived_at"]))
    rng = random.Random(9)
    with mortal() as player:
        _, ended = player.play(tmp_path / "whole.db", stream, None)
        assert ended
        kills = path_number = 0
        path = tmp_path / "killed0.db"
        while kills < KILLS:
            said, ended = player.play(path, stream, rng.uniform(0.0, 0.12))
            newest, known = kept(path)
            assert newest >= max((int(s.split()[1]) for s in said if s.startswith("mention ")), default=0)
            assert known >= {int(s.split()[1]) for s in said if s.startswith("incident ")}
            kills += not ended
            if ended:
                assert recorded(path) == recorded(tmp_path / "whole.db")
                path_number += 1
                path = tmp_path / f"killed{path_number}.db"
        player.play(path, stream, None)
    whole = recorded(tmp_path / "whole.db")
    assert len(whole["alerts"]) >= 4
    assert recorded(path) == whole
    assert verify(path).is_sound
    assert path_number < KILLS


@pytest.mark.long
def test_a_thousand_kills_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "KILLS", 1_000)
    test_fifty_kills_change_nothing(tmp_path)
