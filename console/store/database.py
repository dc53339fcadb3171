"""Store: one thread writes, a few read, and every commit is told to who subscribed."""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from console.domain.changes import Changes
from console.domain.clock import Clock, WallClock
from console.domain.errors import SettingRefused
from console.store import backup
from console.store.connection import Db, Tx, told_plainly
from console.store.lock import StoreLock
from console.store.migrations import NEWEST
from console.store.opening import Recovered, open_for_reading, open_for_writing, version_of

__all__ = ["Db", "Recovered", "Store", "Tx"]

P = ParamSpec("P")
T = TypeVar("T")

READERS = 3

_log = logging.getLogger(__name__)


class Store:
    """One store. ``write`` and ``read`` may be called from any thread and never block.

    ``recovered`` tells that it was damaged when opened and what was put in its place; the person must be told. ``id``
    is random, made with the store. Closing waits for what was asked before.
    """

    def __init__(self, path: Path, clock: Clock, writer: sqlite3.Connection | None) -> None:
        self.path = path
        self.recovered: Recovered | None = None
        self._clock = clock
        self._writer = writer
        self._lock: StoreLock | None = None
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._subscribers: tuple[Callable[[Changes], None], ...] = ()
        self._guard = threading.Lock()
        self._local = threading.local()
        self._open_readers: list[sqlite3.Connection] = []
        self._is_closed = False
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._thread: threading.Thread | None = None
        if writer is not None:
            self._thread = threading.Thread(target=self._work, name="store", daemon=True)
            self._thread.start()
        self.id: str = self.read(_id_of).result()

    @classmethod
    def open(cls, path: Path, *, durable: bool = True, clock: Clock | None = None, read_only: bool = False) -> "Store":
        """Open the store at ``path``, made if absent (its folder too), brought to the newest shape after a backup.

        ``durable``: a commit survives a power cut; without, only a crash of the program: enough for what can be
        replayed. Raises StoreBusy when another process writes it, StoreTooNew, StoreFull, StoreLost, and
        SettingRefused for a file that is no store. ``read_only`` may be opened beside a writer.
        """
        clock = clock or WallClock()
        if path.is_dir():
            raise SettingRefused("not_a_store", path=str(path))
        if read_only:
            return cls._open_read_only(path, clock)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingRefused("store_folder", path=str(path.parent), detail=error.strerror or "") from error
        lock = StoreLock(path)
        try:
            connection, recovered = open_for_writing(path, clock, durable=durable)
            lock.mark()
            store = cls(path, clock, connection)
        except BaseException:
            lock.release()
            raise
        store._lock = lock
        store.recovered = recovered
        return store

    @classmethod
    def _open_read_only(cls, path: Path, clock: Clock) -> "Store":
        if not path.is_file():
            raise SettingRefused("no_such_store", path=str(path))
        with told_plainly(path), closing(open_for_reading(path)) as looking:
            version = version_of(looking, path)
        if version < NEWEST:
            cls.open(path, clock=clock).close()
        return cls(path, clock, None)

    def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run ``fn(tx, ...)`` in one transaction on the store thread. What it raises rolls everything back."""
        future: Future[T] = Future()

        def job() -> None:
            if future.set_running_or_notify_cancel():
                self._transact(future, lambda tx: fn(tx, *args, **kwargs))

        with self._guard:
            if self._is_closed or self._thread is None:
                raise RuntimeError("the store is closed" if self._is_closed else "the store is open for reading only")
            self._jobs.put(job)
        return future

    def read(self, fn: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run ``fn(db, ...)`` over one unchanging view of the store, on a reader's thread."""
        return self._readers.submit(self._ask, lambda db: fn(db, *args, **kwargs))

    def subscribe(self, fn: Callable[[Changes], None]) -> Callable[[], None]:
        """Have ``fn`` told of each commit, on the store thread, where it may only enqueue. Returns how to end it."""
        with self._guard:
            self._subscribers = (*self._subscribers, fn)

        def end() -> None:
            with self._guard:
                self._subscribers = tuple(one for one in self._subscribers if one is not fn)

        return end

    def backup(self) -> "Future[Path]":
        """Make this hour's verified backup on a reader's thread; StoreCorrupt if the store proves damaged."""
        return self._readers.submit(lambda: backup.hourly(self._reader(), self.path, self._clock.now()))

    def close(self) -> None:
        """Finish what was asked, close the file, let others have it. A second time does nothing."""
        with self._guard:
            if self._is_closed:
                return
            self._is_closed = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()
        self._readers.shutdown(wait=True)
        for connection in self._open_readers:
            connection.close()
        if self._writer is not None:
            self._writer.close()
        if self._lock is not None:
            self._lock.release()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _transact(self, future: "Future[T]", fn: Callable[[Tx], T]) -> None:
        connection = self._writer
        assert connection is not None
        tx = Tx(connection, self._clock)
        try:
            with told_plainly(self.path):
                connection.execute("BEGIN IMMEDIATE")
                result = fn(tx)
                connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            future.set_exception(error)
            return
        # Who waits for the answer may ask the store at once; who only subscribed hears of it next.
        future.set_result(result)
        if tx.changes:
            self._tell(tx.changes)

    def _tell(self, changes: Changes) -> None:
        for fn in self._subscribers:
            try:
                fn(changes)
            except Exception:  # noqa: BLE001 - a listener must never harm the writer
                _log.exception("a subscriber failed")

    def _ask(self, fn: Callable[[Db], T]) -> T:
        connection = self._reader()
        with told_plainly(self.path):
            connection.execute("BEGIN")
            try:
                return fn(Db(connection))
            finally:
                connection.execute("COMMIT")

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = open_for_reading(self.path)
            with self._guard:
                self._open_readers.append(connection)
        return connection


def _id_of(db: Db) -> str:
    return str(db.value("SELECT value FROM meta WHERE key = 'id'"))
