"""Opening the store's file: is it ours, is it whole, is it of our age; and what to do where it is not."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.domain.clock import Clock, Instant
from console.domain.errors import SettingRefused, StoreCorrupt, StoreTooNew
from console.store import backup
from console.store.connection import APPLICATION_ID, connect, connect_reader, told_plainly
from console.store.lock import lock_path
from console.store.migrations import NEWEST, migrate

CHECK_FOR = 2.0
"""Seconds that the check at start may take; what it has not read by then the hourly backup's check will."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The store was damaged: ``set_aside`` is the damaged file, ``restored_from`` the backup now in its place.

    ``restored_from`` None: there was no good backup, and the store begins anew. ``backed_up_at`` is the backup's time:
    what came after it is lost from this store.
    """

    set_aside: Path
    restored_from: Path | None
    at: Instant


def open_for_writing(path: Path, clock: Clock, *, durable: bool) -> tuple[sqlite3.Connection, Recovered | None]:
    """A connection to a whole store of the newest shape. The caller holds the store's lock.

    A damaged one is renamed ``*.corrupt-<time>`` and the newest good backup put in its place. Raises StoreTooNew for a
    newer program's store and SettingRefused for a file that is no store of ours; neither is touched.
    """
    recovered = None
    try:
        connection = _checked(path, durable=durable)
    except StoreCorrupt:
        if not _is_known(path):
            raise SettingRefused("not_a_store", path=str(path)) from None
        recovered = _recover(path, clock.now())
        connection = _checked(path, durable=durable)
    try:
        with told_plainly(path):
            _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection, recovered


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A reader's connection to a store of our shape; also on a medium where nothing can be written."""
    with told_plainly(path):
        try:
            connection = connect_reader(path)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError:
            # Nobody can have the shared-memory file made beside a closed store on a read-only medium.
            connection = connect_reader(path, immutable=True)
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return connection


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The number of the store's shape; 0 for an empty file. Raises StoreTooNew and SettingRefused."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise SettingRefused("not_a_store", path=str(path))
        return 0
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > NEWEST:
        raise StoreTooNew("store_too_new", path=str(path), version=version, newest=NEWEST)
    return version


def _checked(path: Path, *, durable: bool) -> sqlite3.Connection:
    if path.exists() and path.stat().st_size:
        # Looked at through a reader first: opening for writing would already turn a stranger's file to WAL.
        with told_plainly(path), closing(connect_reader(path)) as looking:
            version_of(looking, path)
            _quick_check(looking, path)
    with told_plainly(path):
        return connect(path, durable=durable)


def _quick_check(connection: sqlite3.Connection, path: Path) -> None:
    give_up_at = time.monotonic() + CHECK_FOR
    connection.set_progress_handler(lambda: time.monotonic() > give_up_at, 100_000)
    try:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        said = "ok"
    finally:
        connection.set_progress_handler(None, 0)
    if said != "ok":
        raise StoreCorrupt("store_corrupt", path=str(path), detail=said)


def _is_known(path: Path) -> bool:
    return lock_path(path).stat().st_size > 0 or backup.folder(path).exists()


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    version = version_of(connection, path)
    if version == NEWEST:
        return
    from sqlite_utils import Database

    if version:
        backup.copy(connection, path.with_name(f"{path.name}.v{version}.bak"))
    migrate(Database(connection, execute_plugins=False))


def _recover(path: Path, at: Instant) -> Recovered:
    aside = path.with_name(f"{path.name}.corrupt-{backup.stamp(at)}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.corrupt-{backup.stamp(at)}-{number}")
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    path.replace(aside)
    good = backup.newest_sound(path)
    if good is not None:
        with closing(connect_reader(good, immutable=True)) as source:
            backup.copy(source, path)
    return Recovered(aside, good, at)
