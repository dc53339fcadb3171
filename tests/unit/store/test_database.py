"""The store as a whole: one commit, one word; errors in their own words; two processes never write one store."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.changes import Changes
from console.domain.clock import ReplayClock
from console.domain.errors import SettingRefused, StoreBusy, StoreFull, StoreTooNew
from console.domain.mention import MentionId
from console.store import backup, watchlist
from console.store.connection import APPLICATION_ID
from console.store.database import Db, Store, Tx
from tests.helpers.builders import NOON, a_monitor


def keep(tx: Tx, key: str, value: str) -> None:
    tx.insert("meta", key=key, value=value)
    tx.touch(mention=MentionId(len(value)))


def kept(db: Db, key: str) -> str | None:
    found: str | None = db.value("SELECT value FROM meta WHERE key = ?", (key,))
    return found


def keep_and_fail(tx: Tx) -> None:
    keep(tx, "lost", "value")
    raise ZeroDivisionError


def test_a_write_can_be_read_once_its_answer_is_there(store: Store) -> None:
    store.write(keep, "a", "1").result()
    assert store.read(kept, "a").result() == "1"


def test_each_commit_is_told_once_after_it_and_a_failed_one_never(store: Store, path: Path) -> None:
    told: list[tuple[Changes, bool]] = []
    is_all_told = threading.Event()

    def listen(changes: Changes) -> None:
        with closing(sqlite3.connect(path)) as other:
            is_there = other.execute("SELECT count(*) FROM meta WHERE length(value) = ?", (changes.mention,))
            told.append((changes, bool(is_there.fetchone()[0])))
        if len(told) == 2:
            is_all_told.set()

    store.subscribe(listen)
    store.write(keep, "a", "1").result()
    with pytest.raises(ZeroDivisionError):
        store.write(keep_and_fail).result()
    store.write(keep, "b", "22").result()
    assert is_all_told.wait(10)
    assert told == [(Changes(mention=MentionId(1)), True), (Changes(mention=MentionId(2)), True)]


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        store.write(keep_and_fail).result()
    assert store.read(kept, "lost").result() is None


def test_a_broken_listener_harms_neither_the_writer_nor_other_listeners(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    heard = threading.Event()

    def broken(_: Changes) -> None:
        raise ValueError("broken")

    store.subscribe(broken)
    store.subscribe(lambda _: heard.set())
    store.write(keep, "a", "1").result()
    assert heard.wait(10)
    store.write(keep, "b", "2").result()
    assert "a subscriber failed" in caplog.text


def test_who_left_is_told_no_more(store: Store) -> None:
    told: list[Changes] = []
    leave = store.subscribe(told.append)
    leave()
    store.write(keep, "a", "1").result()
    store.close()
    assert told == []


def test_a_reader_sees_one_unchanging_view_and_cannot_write(store: Store) -> None:
    is_reading, is_written = threading.Event(), threading.Event()

    def look_twice(db: Db) -> tuple[str | None, str | None]:
        before = kept(db, "a")
        is_reading.set()
        assert is_written.wait(10)
        return before, kept(db, "a")

    answer = store.read(look_twice)
    assert is_reading.wait(10)
    store.write(keep, "a", "1").result()
    is_written.set()
    assert answer.result() == (None, None)
    with pytest.raises(Exception, match="store_unwritable"):
        store.read(lambda db: db.rows("DELETE FROM meta RETURNING key")).result()
    assert store.read(kept, "a").result() == "1"


def test_what_was_asked_before_closing_is_done(store: Store, path: Path) -> None:
    answers = [store.write(keep, f"k{number}", "v") for number in range(50)]
    store.close()
    assert all(answer.done() and answer.exception() is None for answer in answers)
    with pytest.raises(RuntimeError, match="closed"):
        store.write(keep, "late", "v")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM meta WHERE key LIKE 'k%'").fetchone()[0] == 50


def test_a_full_disk_is_said_and_what_was_committed_stays(store: Store) -> None:
    store.write(keep, "a", "1").result()
    pages = store.read(lambda db: db.value("PRAGMA page_count")).result()
    store.write(lambda tx: tx.value(f"PRAGMA max_page_count = {pages + 2}")).result()
    with pytest.raises(StoreFull) as caught:
        store.write(keep, "big", "x" * 100_000).result()
    assert caught.value.fields["path"] == str(store.path)
    assert store.read(kept, "a").result() == "1"
    store.write(lambda tx: tx.value("PRAGMA max_page_count = 1000000")).result()
    store.write(keep, "big", "x" * 100_000).result()


def test_a_store_is_made_with_its_folder_and_keeps_its_id(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there" / "console.db"
    first = Store.open(path)
    first.close()
    second = Store.open(path)
    second.close()
    assert first.id == second.id
    assert len(first.id) == 32


def test_another_process_cannot_write_the_same_store_but_may_read_it(store: Store, path: Path) -> None:
    asked = (
        "import sys; from pathlib import Path; from console.store.database import Store\n"
        "from console.domain.errors import StoreBusy\n"
        "try: Store.open(Path(sys.argv[1]))\n"
        "except StoreBusy as busy: print(busy.code)\n"
        "reading = Store.open(Path(sys.argv[1]), read_only=True); print(reading.id)\n"
        "reading.close()"
    )
    done = subprocess.run([sys.executable, "-c", asked, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["store_in_use", store.id]


def test_the_same_process_cannot_open_it_twice_either_until_it_is_closed(store: Store, path: Path) -> None:
    with pytest.raises(StoreBusy):
        Store.open(path)
    store.close()
    Store.open(path).close()


def test_a_store_for_reading_takes_no_writes(store: Store, path: Path) -> None:
    store.write(keep, "a", "1").result()
    reading = Store.open(path, read_only=True)
    try:
        assert reading.read(kept, "a").result() == "1"
        with pytest.raises(RuntimeError, match="reading only"):
            reading.write(keep, "b", "2")
    finally:
        reading.close()


def test_a_newer_programs_store_is_refused_by_name_and_left_alone(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 999")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew) as caught:
        Store.open(path)
    assert caught.value.fields["version"] == 999
    with pytest.raises(StoreTooNew):
        Store.open(path, read_only=True)
    assert path.read_bytes() == before


def _somebodys_notes(path: Path) -> None:
    path.write_text("milk\nbread\n" * 500)


def _somebodys_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text)")
        other.commit()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(SettingRefused) as caught:
        Store.open(tmp_path / ".")
    assert caught.value.code == "not_a_store"


@pytest.mark.parametrize("make", [_somebodys_notes, _somebodys_database])
def test_a_strangers_file_is_refused_and_left_alone(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(SettingRefused) as caught:
        Store.open(path)
    assert caught.value.code == "not_a_store"
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["console.db", "console.db.lock"]


def test_a_store_that_is_not_there_cannot_be_read(path: Path) -> None:
    with pytest.raises(SettingRefused) as caught:
        Store.open(path, read_only=True)
    assert caught.value.code == "no_such_store"
    assert not path.exists()


def test_a_migration_of_an_older_store_is_preceded_by_a_verified_backup(
    path: Path, clock: ReplayClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Store.open(path, clock=clock)
    first.write(watchlist.save_monitor, a_monitor(0), "Lin", NOON).result()
    first.close()

    def m0002_one_more_table(db: "sqlite3.Connection") -> None:
        db.execute("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT")

    from console.store import migrations, opening

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m0002_one_more_table))
    monkeypatch.setattr(opening, "NEWEST", 2)
    second = Store.open(path, clock=clock)
    try:
        assert second.id == first.id
        assert second.read(lambda db: db.value("PRAGMA user_version")).result() == 2
        assert second.read(lambda db: db.rows("SELECT * FROM more")).result() == []
        assert second.read(watchlist.monitors).result() == [a_monitor(1)]
    finally:
        second.close()
    old = path.with_name("console.db.v1.bak")
    assert backup.is_sound(old)
    with closing(sqlite3.connect(old)) as before:
        assert before.execute("PRAGMA user_version").fetchone()[0] == 1


def test_a_migration_that_fails_leaves_the_older_store_whole(
    path: Path, clock: ReplayClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(path, clock=clock).close()

    def m0002_half_a_table(db: "sqlite3.Connection") -> None:
        db.execute("CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT")
        raise ZeroDivisionError

    from console.store import migrations, opening

    with monkeypatch.context() as broken:
        broken.setattr(migrations, "STEPS", (*migrations.STEPS, m0002_half_a_table))
        broken.setattr(opening, "NEWEST", 2)
        with pytest.raises(ZeroDivisionError):
            Store.open(path, clock=clock)
    store = Store.open(path, clock=clock)
    try:
        assert store.read(lambda db: db.value("PRAGMA user_version")).result() == 1
        assert not store.read(lambda db: db.rows("SELECT 1 FROM sqlite_schema WHERE name = 'half'")).result()
    finally:
        store.close()


def test_the_file_says_what_it_is_and_holds_strict_tables_alone(store: Store) -> None:
    assert store.read(lambda db: db.value("PRAGMA application_id")).result() == APPLICATION_ID
    loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE '%sqlite_%'"
    assert store.read(lambda db: [row[0] for row in db.rows(loose)]).result() == []
    settings = {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    for name, value in settings.items():
        assert store.write(lambda tx, asked: tx.value(f"PRAGMA {asked}"), name).result() == value


def test_a_store_that_must_survive_a_power_cut_syncs_every_commit(path: Path) -> None:
    store = Store.open(path)
    try:
        assert store.write(lambda tx: tx.value("PRAGMA synchronous")).result() == 2
    finally:
        store.close()
