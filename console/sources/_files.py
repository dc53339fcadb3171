"""Files of records: opened plain or gzipped, read line by line within bounds."""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from console.domain.errors import SettingRefused

LONGEST_LINE = 4_500_000
"""Bytes of a line that are looked at: a post of a million characters with all its fields fits."""

_GZIP = b"\x1f\x8b"
_BLOCK = 1024 * 1024


class Line(NamedTuple):
    """One line: its number from 1, the offsets of its first byte and of the next line's, and itself with its end.

    ``data`` is None for a line that is too long.
    """

    number: int
    start: int
    end: int
    data: bytes | None


@contextmanager
def opened(path: Path, *, seekable: bool = False) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked if it is gzipped (by its first bytes, not its name).

    ``seekable``: a gzipped file is unpacked to a nameless temporary file first. Raises SettingRefused for a file that
    cannot be read or whose packing is broken, also while it is read.
    """
    try:
        with path.open("rb") as plain:
            is_packed = plain.read(2) == _GZIP
            plain.seek(0)
            if not is_packed:
                yield plain
                return
            with gzip.GzipFile(fileobj=plain) as packed:
                if not seekable:
                    yield cast(BinaryIO, packed)
                    return
                with tempfile.TemporaryFile() as spool:
                    shutil.copyfileobj(packed, spool, _BLOCK)
                    spool.seek(0)
                    yield cast(BinaryIO, spool)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SettingRefused("file_broken_off", path=str(path)) from error
    except OSError as error:
        raise SettingRefused("file_unreadable", path=str(path), reason=error.strerror or str(error)) from error


def lines(handle: BinaryIO, offset: int = 0, number: int = 0) -> Iterator[Line]:
    """The lines to the end of ``handle``, which stands at ``offset`` after ``number`` lines."""
    while data := handle.readline(LONGEST_LINE):
        number += 1
        start, offset = offset, offset + len(data)
        if len(data) < LONGEST_LINE or data.endswith(b"\n"):
            yield Line(number, start, offset, data)
            continue
        while rest := handle.readline(_BLOCK):
            offset += len(rest)
            if rest.endswith(b"\n"):
                break
        yield Line(number, start, offset, None)
