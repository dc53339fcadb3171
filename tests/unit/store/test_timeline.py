"""The timeline is written once: nobody changes it through us, and who changes it behind our back is found out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.clock import MINUTE, ReplayClock
from console.domain.escalation import Contact, ContactId, Role
from console.domain.incident import IncidentId
from console.domain.timeline import GENESIS, EntryKind, first_broken_own
from console.store import incidents, timeline, watchlist
from console.store.database import Store
from tests.helpers.builders import NOON, a_monitor, a_subject, a_verdict


@pytest.fixture
def told(store: Store) -> Store:
    """A store with two incidents, the entries of which alternate, and some of the whole desk."""
    for step in range(3):
        for name in ("one", "two"):
            rule = ("watch", "escalate", "critical")[step]
            store.write(incidents.raise_, [a_verdict(rule, a_subject(name))], NOON + step * MINUTE).result()
        store.write(watchlist.save_monitor, a_monitor(0), "Lin", NOON).result()
    return store


def test_entries_are_counted_without_gaps_and_chained(told: Store) -> None:
    entries = told.read(timeline.entries).result()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0].previous == GENESIS
    assert told.read(timeline.head).result() == (entries[-1].seq, entries[-1].hash)
    assert told.read(timeline.verify).result() is None


@pytest.mark.parametrize("number", [1, 2])
def test_the_entries_of_one_incident_are_a_chain_of_their_own(told: Store, number: int) -> None:
    entries = told.read(timeline.entries, IncidentId(number)).result()
    assert {entry.incident for entry in entries} == {number}
    assert first_broken_own(entries) is None
    assert first_broken_own([*entries[:2], *entries[3:]]) == entries[3].seq


def test_entries_keep_three_times_and_who_did_it(store: Store, clock: ReplayClock) -> None:
    entry = store.write(
        timeline.append, None, EntryKind.NOTE, NOON - MINUTE, NOON, "林", {"text": "冰柜 <b>", "n": [1, 2.5, None]}
    ).result()
    (found,) = store.read(timeline.entries).result()
    assert found == entry
    assert (found.happened_at, found.known_at, found.recorded_at, found.actor) == (
        NOON - MINUTE,
        NOON,
        clock.now(),
        "林",
    )
    assert found.facts == {"text": "冰柜 <b>", "n": [1, 2.5, None]}


@pytest.mark.parametrize(
    "sql", ["UPDATE entry SET actor = 'x' WHERE seq = 2", "DELETE FROM entry WHERE seq = 2", "DELETE FROM entry"]
)
def test_the_store_itself_refuses_to_change_an_entry(told: Store, sql: str) -> None:
    before = told.read(timeline.entries).result()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        told.write(lambda tx: tx.execute(sql)).result()
    assert told.read(timeline.entries).result() == before


@pytest.mark.parametrize("table", ["monitor", "source", "contact", "rule", "policy"])
def test_no_row_of_the_watchlist_is_ever_overwritten(told: Store, table: str) -> None:
    told.write(watchlist.save_source, "feed", "feed", {}, "Lin", NOON).result()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        told.write(lambda tx: tx.execute(f"UPDATE {table} SET changed_by = 'x'")).result()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        told.write(lambda tx: tx.execute(f"DELETE FROM {table}")).result()


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'x'",
        "facts = '{}'",
        "happened_at = happened_at + 1",
        "known_at = known_at - 1",
        "recorded_at = 0",
        "kind = 'note'",
        "incident = NULL",
        "hash = previous",
        "previous_own = hash",
    ],
)
def test_who_changes_an_entry_behind_our_back_is_found_out(told: Store, path: Path, change: str) -> None:
    told.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TRIGGER entry_no_update")
        other.execute(f"UPDATE entry SET {change} WHERE seq = 7")
        other.commit()
    reading = Store.open(path, read_only=True)
    try:
        assert reading.read(timeline.verify).result() == 7
    finally:
        reading.close()


def test_who_takes_an_entry_out_is_found_out(told: Store, path: Path) -> None:
    told.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TRIGGER entry_no_delete")
        other.execute("DELETE FROM entry WHERE seq = 5")
        other.commit()
    reading = Store.open(path, read_only=True)
    try:
        assert reading.read(timeline.verify).result() == 5
    finally:
        reading.close()


def test_a_change_of_the_watch_stands_in_the_timeline_of_the_desk(store: Store) -> None:
    store.write(watchlist.save_contact, Contact(ContactId(1), "Lin", Role.DUTY), "Lin", NOON).result()
    (entry,) = store.read(timeline.entries).result()
    assert (entry.incident, entry.kind, entry.actor) == (None, EntryKind.WATCH_CHANGED, "Lin")
    assert entry.facts == {"what": "contact", "act": "changed", "name": "Lin"}
