"""Verified copies of the store: made in one step, checked before they count, kept by the hour and by the day."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from console.domain.clock import Instant, WallClock
from console.domain.errors import StoreCorrupt
from console.store.connection import APPLICATION_ID, connect_reader, told_plainly

HOURLY = 24
DAILY = 7

_STAMP = "%Y%m%dT%H%M%SZ"


def folder(store: Path) -> Path:
    """Where a store's backups lie."""
    return store.with_name(store.name + ".backups")


def stamp(at: Instant) -> str:
    """An instant as part of a file's name; names in order are in order of time."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime(_STAMP)


def copy(connection: sqlite3.Connection, target: Path) -> Path:
    """Copy the store behind a connection to ``target``: whole, checked, on disk. Raises StoreCorrupt if it is damaged.

    One step: a stepwise copy starts again at every write of another connection and never ends under load.
    """
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    try:
        with told_plainly(target), closing(sqlite3.connect(half, isolation_level=None)) as copied:
            connection.backup(copied, pages=-1)
            copied.execute("PRAGMA journal_mode = DELETE")
        if not is_sound(half):
            raise StoreCorrupt("store_corrupt", path=str(target))
        _sync(half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return target


def hourly(connection: sqlite3.Connection, store: Path, at: Instant) -> Path:
    """Make this hour's backup and let go of those that no longer count: 24 hours and 7 days are kept."""
    where = folder(store)
    where.mkdir(exist_ok=True)
    made = copy(connection, where / f"{stamp(at)}.db")
    for old in _surplus(all_of(store)):
        old.unlink(missing_ok=True)
    return made


def back_up(store: Path, at: Instant | None = None) -> Path:
    """The same for a store of which only the path is at hand."""
    with told_plainly(store), closing(connect_reader(store)) as connection:
        return hourly(connection, store, WallClock().now() if at is None else at)


def all_of(store: Path) -> list[Path]:
    """A store's backups, newest first."""
    return sorted(folder(store).glob("*.db"), reverse=True)


def newest_sound(store: Path) -> Path | None:
    """The newest backup that can still be read whole."""
    return next((path for path in all_of(store) if is_sound(path)), None)


def is_sound(path: Path) -> bool:
    """Whether a file is a whole store of ours."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as connection:
            is_ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            return bool(is_ours and connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _surplus(newest_first: list[Path]) -> list[Path]:
    kept = set(newest_first[:HOURLY])
    newest_of_day: dict[str, Path] = {}
    for path in newest_first:
        newest_of_day.setdefault(path.name[:8], path)
    kept.update(list(newest_of_day.values())[:DAILY])
    return [path for path in newest_first if path not in kept]


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
