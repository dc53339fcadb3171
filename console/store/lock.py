"""The lock that keeps two processes from writing one store: held by whoever has the file, dropped when they die."""

import os
import sys
from pathlib import Path
from typing import IO

from console.domain.errors import StoreBusy, StoreLost


class StoreLock:
    """Held from its making until :meth:`release`. The file stays beside the store."""

    def __init__(self, store: Path) -> None:
        self._file: IO[bytes] | None = None
        path = lock_path(store)
        try:
            file = path.open("ab")
        except OSError as error:
            raise StoreLost("store_unwritable", path=str(store), detail=error.strerror or "") from error
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise StoreBusy("store_in_use", path=str(store)) from error
        self._file = file

    def mark(self) -> None:
        """Leave a mark in the file: a store of ours has stood here, so that damage is told from a stranger's file."""
        assert self._file is not None
        if self._file.tell() == 0:
            self._file.write(b"crisis-console\n")
            self._file.flush()

    def release(self) -> None:
        """Let others have the store."""
        if self._file is not None:
            self._file.close()
            self._file = None


def lock_path(store: Path) -> Path:
    """The lock file of a store."""
    return store.with_name(store.name + ".lock")


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
