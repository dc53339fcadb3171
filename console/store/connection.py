"""Connections to the store's file, and what a reader and a writer may do with one."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from console.domain.changes import Changes
from console.domain.clock import Clock, Instant
from console.domain.errors import ConsoleError, StoreBusy, StoreCorrupt, StoreFull, StoreLost

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.db import Table

APPLICATION_ID = 0x43524953
"""``CRIS``: marks a SQLite file as a store of ours."""

LENGTH_LIMIT = 6_000_000
"""Bytes of one row: the longest text that is let in, in its widest encoding, and room for the rest."""

Parameters: TypeAlias = Sequence[Any] | dict[str, Any]


class Db:
    """What a reader may do: ask. Every answer is fetched whole, since a half-read cursor stops the checkpoint."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a query, None when there is none."""
        found = self._connection.execute(sql, parameters).fetchmany(1)
        return found[0] if found else None

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, None when there is none."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]


class Tx(Db):
    """What a writer may do within one transaction. It is good for that transaction alone."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        super().__init__(connection)
        self._clock = clock
        self._database: Database | None = None
        self.changes = Changes()

    def now(self) -> Instant:
        """The present instant of the store's Clock."""
        return self._clock.now()

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; how many rows it changed."""
        return self._connection.execute(sql, parameters).rowcount

    def executemany(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement for each set of parameters: the hot path."""
        self._connection.executemany(sql, parameters)

    def insert(self, table: str, **fields: Any) -> int:
        """Insert one row; its rowid."""
        names = ", ".join(f'"{name}"' for name in fields)
        marks = ", ".join("?" * len(fields))
        cursor = self._connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(fields.values()))
        return cursor.lastrowid or 0

    def table(self, name: str) -> "Table":
        """A table as sqlite-utils sees it, for writes that nobody waits for."""
        if self._database is None:
            from sqlite_utils import Database

            self._database = Database(self._connection, execute_plugins=False)
        return self._database.table(name)

    def touch(self, **fields: Any) -> None:
        """Note what this transaction changes: fields of :class:`Changes`."""
        self.changes = self.changes | replace(Changes(), **fields)


def connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    """The one connection that writes."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=5.0, cached_statements=256
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA wal_autocheckpoint = 1000")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -32768")
    _harden(connection)
    return connection


def connect_reader(path: Path, *, immutable: bool = False) -> sqlite3.Connection:
    """A connection that cannot write. ``immutable`` is for a store on a medium where nobody can."""
    uri = f"file:{quote(str(path.resolve()))}?mode=ro{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5.0)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -8192")
    _harden(connection)
    return connection


def _harden(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LENGTH_LIMIT)


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file into ours; its errors about our statements are bugs and pass."""
    try:
        yield
    except sqlite3.Error as error:
        ours = _ours(error, path)
        if ours is None:
            raise
        raise ours from error


def _ours(error: sqlite3.Error, path: Path) -> ConsoleError | None:
    code = getattr(error, "sqlite_errorcode", None)
    where = str(path)
    match None if code is None else code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StoreFull("store_full", path=where)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreCorrupt("store_corrupt", path=where)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy("store_busy", path=where)
        case sqlite3.SQLITE_IOERR:
            return StoreLost("store_io", path=where, detail=str(error))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreLost("store_unwritable", path=where, detail=str(error))
    return None
