"""The bundled drill: what its records may hold, whom it names, and the clock it is played by."""

import csv
import json
import queue
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.domain.clock import HOUR, MINUTE, ReplayClock
from console.domain.escalation import Role
from console.domain.mention import is_bare
from console.domain.rule import Level
from console.services.drill import STRIDE, Drill, DrillClock, Pace, Pacing, gravest, load, prepare
from console.store import incidents, watchlist
from console.store.database import Store
from tests.helpers.builders import NOON, a_monitor, a_store, a_subject, a_verdict

FIELDS = {"id", "platform", "author", "author_followers", "text", "published_at", "arrived_at", "root_id", "parent_id"}


@pytest.fixture(scope="module")
def drill() -> Drill:
    return load()


@pytest.fixture(scope="module")
def records(drill: Drill) -> list[dict[str, Any]]:
    return [json.loads(line) for line in drill.records.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_store(tmp_path / "console.db", ReplayClock(NOON))
    yield store
    store.close()


def test_no_record_tells_what_it_means(records: list[dict[str, Any]]) -> None:
    assert 1_100 <= len(records) <= 1_800
    for record in records:
        assert record.keys() == FIELDS | {"url"}
        assert not record.keys() & {"sentiment", "negative", "label", "score"}


def test_every_record_stands_in_a_thread_that_is_there_or_in_none(records: list[dict[str, Any]]) -> None:
    arrivals = [record["arrived_at"] for record in records]
    assert arrivals == sorted(arrivals)
    assert len({record["id"] for record in records}) == len(records)
    heard: set[str] = set()
    for record in records:
        heard.add(record["id"])
        assert record["arrived_at"] >= record["published_at"]
        assert {record["root_id"]} - {None} <= heard, "a thread's first post names the brand, its replies need not"
    assert {record["parent_id"] for record in records} - {None} <= heard


def test_it_sounds_like_people(records: list[dict[str, Any]]) -> None:
    worded = [record["text"] for record in records if not is_bare(record["text"])]
    assert 0.35 < 1 - len(worded) / len(records) < 0.65, "real streams: 35-60 % of posts are bare"
    said_once = [text for text, n in Counter(worded).items() if n == 1]
    assert len(said_once) > 430
    assert max(n for text, n in Counter(worded).items() if len(text) > 6) == 1, "no sentence is said twice"
    assert sum(re.fullmatch(r"[\x00-\x7f]+", text) is not None for text in worded) >= 9
    assert {record["platform"] for record in records} >= {"weibo", "forum", "blog", "portal"}
    assert sum((record["author_followers"] or 0) > 100_000 for record in records) >= 4
    assert 0.1 < sum(record["author_followers"] is not None for record in records) / len(records) < 0.9


def test_addresses_lead_nowhere(records: list[dict[str, Any]]) -> None:
    assert all(re.match(r"https://[\w-]+\.example/", record["url"]) for record in records)


def test_no_sentence_of_it_is_recorded_of_others(records: list[dict[str, Any]], data_dir: Path) -> None:
    mine = {record["text"].split("//@")[0].strip() for record in records}
    mine = {text for text in mine if len(text) >= 12}
    assert len(mine) > 250
    for path in sorted((data_dir / "sentiment").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            assert not mine & {row["text"].strip() for row in csv.DictReader(rows)}, path.name


def test_a_store_is_prepared_once_and_one_in_use_is_left_alone(drill: Drill, store: Store) -> None:
    store.write(prepare, drill, "zh_CN", NOON).result()
    store.write(prepare, drill, "en", NOON).result()
    assert [one.title for one in store.read(watchlist.monitors).result()] == [drill.monitor.title]
    names = {contact.role: contact.name for contact in store.read(watchlist.contacts).result()}
    assert names == {Role.DUTY: drill.officer["zh_CN"], Role.EXECUTIVE: drill.executive["zh_CN"]}


def test_somebody_elses_watch_is_not_touched(drill: Drill, store: Store) -> None:
    store.write(watchlist.save_monitor, a_monitor(0), "officer", NOON).result()
    store.write(prepare, drill, "en", NOON).result()
    assert [one.title for one in store.read(watchlist.monitors).result()] == ["Borealis"]
    assert {contact.name for contact in store.read(watchlist.contacts).result()} == {""}


def test_the_clock_steps_through_the_day_so_far_and_then_runs() -> None:
    clock = DrillClock(NOON - 8 * HOUR, NOON, pace=60.0)
    assert clock.until(NOON - 2 * HOUR) == 0.0
    assert clock.now() == NOON - 2 * HOUR
    assert clock.until(NOON - 3 * HOUR) == 0.0
    assert clock.now() == NOON - 2 * HOUR
    assert clock.until(NOON - 2 * HOUR + 1) == 0.0
    assert clock.now() == NOON - 2 * HOUR + STRIDE
    wait = clock.until(NOON + MINUTE)
    assert wait == pytest.approx(1.0, abs=0.05)
    assert NOON <= clock.now() < NOON + MINUTE
    clock.set_pace(6_000.0)
    assert clock.until(NOON + 100 * MINUTE) <= 1.0


def test_the_clock_never_goes_back_however_often_its_pace_changes() -> None:
    clock = DrillClock(NOON, NOON, pace=5_000.0)
    clock.until(NOON + HOUR)
    told: list[int] = []
    reader = threading.Thread(target=lambda: told.extend(clock.now() for _ in range(20_000)))
    reader.start()
    for number in range(2_000):
        clock.set_pace(10_000.0 if number % 2 else 10.0)
    reader.join()
    assert told == sorted(told)


def test_it_slows_down_as_it_grows_grave(store: Store) -> None:
    clock = DrillClock(NOON, NOON, pace=90.0)
    clock.until(NOON)
    reached: queue.SimpleQueue[Level] = queue.SimpleQueue()
    pacing = Pacing(store, clock, Pace(90.0, 30.0, 12.0), reached.put)
    for rule, level, pace in (
        ("watch", Level.WARNING, 30),
        ("escalate", Level.SERIOUS, 30),
        ("critical", Level.CRITICAL, 12),
    ):
        store.write(incidents.raise_, [a_verdict(rule, a_subject())], NOON).result()
        assert reached.get(timeout=10) is level
        assert clock.until(clock.now() + pace * 1_000) == pytest.approx(1.0, abs=0.1)
    found = store.read(gravest).result()
    assert found is not None
    assert found.level is Level.CRITICAL
    pacing.end()
    store.write(incidents.raise_, [a_verdict("critical", a_subject("another"))], NOON).result()
    assert reached.empty()
