"""Backups that can be trusted, and what happens to a store that was damaged."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.clock import DAY, HOUR, ReplayClock
from console.domain.errors import StoreCorrupt
from console.store import backup, mentions, watchlist
from console.store.database import Store
from console.store.lock import lock_path
from tests.helpers.builders import NOON, a_monitor, a_scored_post


def filled(path: Path, clock: ReplayClock) -> Store:
    store = Store.open(path, clock=clock, durable=False)
    store.write(mentions.add, [a_scored_post() for _ in range(300)]).result()
    return store


def test_a_backup_is_a_whole_store_of_its_own(path: Path, clock: ReplayClock, tmp_path: Path) -> None:
    store = filled(path, clock)
    made = store.backup().result()
    store.write(mentions.add, [a_scored_post()]).result()
    store.close()
    assert backup.is_sound(made)
    copy = made.rename(tmp_path / "elsewhere.db")
    other = Store.open(copy, read_only=True)
    try:
        assert len(other.read(lambda db: mentions.latest(db, limit=1000)).result()) == 300
        assert other.id == store.id
    finally:
        other.close()


def test_a_damaged_copy_does_not_count(path: Path, clock: ReplayClock) -> None:
    store = filled(path, clock)
    made = store.backup().result()
    store.close()
    with made.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)
    assert not backup.is_sound(made)
    assert backup.newest_sound(path) is None


def test_a_day_of_hours_and_a_week_of_days_are_kept(path: Path, clock: ReplayClock) -> None:
    store = Store.open(path, clock=clock, durable=False)
    store.close()
    where = backup.folder(path)
    where.mkdir()
    for hour in range(24 * 12):
        (where / f"{backup.stamp(NOON - 12 * DAY + hour * HOUR)}.db").write_bytes(b"")
    backup.back_up(path, NOON)
    left = backup.all_of(path)
    newest_hours = [f"{backup.stamp(NOON - hours * HOUR)}.db" for hours in range(backup.HOURLY)]
    assert [one.name for one in left[: backup.HOURLY]] == newest_hours
    days = {one.name[:8] for one in left}
    assert len(days) == backup.DAILY
    assert len(left) == backup.HOURLY + backup.DAILY - 2


def test_no_half_made_copy_is_left(path: Path, clock: ReplayClock) -> None:
    store = filled(path, clock)
    store.backup().result()
    store.close()
    assert [one.suffix for one in backup.folder(path).iterdir()] == [".db"]


def damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    dice = random.Random(how)
    match how:
        case "zeroed":
            data[4096 * 2 : 4096 * 3] = bytes(4096)
        case "noise":
            data[4096 * 4 : 4096 * 5] = dice.randbytes(4096)
        case "cut":
            del data[len(data) // 2 :]
        case "header":
            data[:100] = dice.randbytes(100)
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["zeroed", "noise", "cut", "header"])
def test_a_damaged_store_is_set_aside_and_the_newest_good_backup_restored(
    path: Path, clock: ReplayClock, how: str
) -> None:
    store = filled(path, clock)
    good = store.backup().result()
    clock.until(NOON + HOUR)
    bad = store.backup().result()
    store.write(watchlist.save_monitor, a_monitor(0), "Lin", NOON).result()
    store.close()
    damage(bad, "cut")
    damage(path, how)
    broken = path.read_bytes()

    again = Store.open(path, clock=clock, durable=False)
    try:
        assert again.recovered is not None
        assert again.recovered.restored_from == good
        assert again.recovered.set_aside.read_bytes() == broken
        assert ".corrupt-" in again.recovered.set_aside.name
        assert again.id == store.id
        assert len(again.read(lambda db: mentions.latest(db, limit=1000)).result()) == 300
        assert again.read(watchlist.monitors).result() == []
    finally:
        again.close()
    whole = Store.open(path, clock=clock)
    assert whole.recovered is None
    whole.close()


def test_a_damaged_store_without_a_backup_begins_anew_and_says_so(path: Path, clock: ReplayClock) -> None:
    filled(path, clock).close()
    damage(path, "cut")
    again = Store.open(path, clock=clock)
    try:
        assert again.recovered is not None
        assert again.recovered.restored_from is None
        assert again.recovered.set_aside.exists()
        assert again.read(lambda db: mentions.latest(db, limit=1)).result() == []
    finally:
        again.close()


def test_two_damaged_stores_of_one_second_are_both_kept(path: Path, clock: ReplayClock) -> None:
    kept = []
    for _ in range(2):
        filled(path, clock).close()
        damage(path, "cut")
        store = Store.open(path, clock=clock)
        assert store.recovered is not None
        kept.append(store.recovered.set_aside)
        store.close()
    assert kept[0] != kept[1]
    assert all(one.exists() for one in kept)


def test_a_damaged_store_is_known_as_ours_by_its_lock(path: Path, clock: ReplayClock) -> None:
    filled(path, clock).close()
    assert lock_path(path).stat().st_size


def test_copying_a_damaged_store_says_so_and_leaves_nothing(path: Path, clock: ReplayClock, tmp_path: Path) -> None:
    filled(path, clock).close()
    damage(path, "noise")
    target = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as connection, pytest.raises(StoreCorrupt):
        backup.copy(connection, target)
    assert not list(tmp_path.glob("copy.db*"))
