"""Reading a file of posts piece by piece, from where it was left."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from io import SEEK_CUR, BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from console.domain.clock import Clock
from console.domain.hygiene import sample
from console.domain.mention import Post
from console.domain.ports import Rejected
from console.sources._files import opened
from console.sources._records import UNKNOWN_PLATFORM, Unfit, read_record
from console.sources._tables import TAIL, Found, Table
from console.sources._texts import SNIFFED

_EDGE = 1_024
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read: the offset in its text, the lines before it, and how to know the file again.

    ``head`` is a digest of its first bytes, ``tail`` the last bytes that were read: a file that has others there is
    another file, and is read from its beginning.
    """

    offset: int = 0
    line: int = 0
    head: str = ""
    tail: str = ""

    @classmethod
    def of(cls, value: Any) -> "Place":
        """The place that a cursor holds; the beginning if it holds none."""
        fits = isinstance(value, list | tuple) and [type(part) for part in value] == [int, int, str, str]
        return cls(*value) if fits else cls()

    def to_json(self) -> list[int | str]:
        """Plain values for a cursor."""
        return [self.offset, self.line, self.head, self.tail]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some records of a file. ``is_last``: it has no more; ``is_held``: its last line may still be in the writing."""

    posts: tuple[Post, ...]
    rejected: tuple[Rejected, ...]
    place: Place
    is_last: bool
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: ``platform`` for records that name none, ``zone`` for times without one.

    ``zone`` None is the machine's own; ``batch`` is the number of records in a piece.
    """

    clock: Clock
    platform: str = UNKNOWN_PLATFORM
    zone: tzinfo | None = None
    batch: int = 500

    def pieces(self, path: Path, place: Place, *, hold_back: bool = False) -> Iterator[Piece]:
        """The file's records from ``place`` on, or from its beginning if it is another file by now.

        ``hold_back``: leave what may still be in the writing for later. There is always a last piece. Raises
        SettingRefused for a file that cannot be read as posts.
        """
        with opened(path) as handle:
            head = handle.read(SNIFFED)
            handle.seek(0)
            table = Table(path, head, is_whole=len(head) < SNIFFED)
            text = table.text_of(handle)
            if not _stands(text, place):
                place = Place()
                handle.seek(0)
                text = table.text_of(handle)
            some: list[Found] = []
            is_held = False
            for found in table.records(text, place.offset, place.line):
                is_held = hold_back and not found.has_end
                if is_held:
                    break
                some.append(found)
                if len(some) >= self.batch:
                    place = _place(table, head, some[-1])
                    yield self._piece(path, some, place)
                    some = []
            place = _place(table, head, some[-1]) if some else place
            yield self._piece(path, some, place, is_last=True, is_held=is_held)

    def check(self, path: Path) -> None:
        """Raise SettingRefused if the file cannot be read as posts."""
        with opened(path) as handle:
            head = handle.read(SNIFFED)
            Table(path, head, is_whole=len(head) < SNIFFED)

    def _piece(
        self, path: Path, some: Sequence[Found], place: Place, *, is_last: bool = False, is_held: bool = False
    ) -> Piece:
        now = self.clock.now()
        posts: list[Post] = []
        rejected: list[Rejected] = []
        for found in some:
            try:
                if found.fault is not None:
                    raise Unfit(found.fault)
                posts.append(read_record(found.fields, self.platform, self.zone, now))
            except Unfit as reason:
                rejected.append(Rejected(f"{path.name}:{found.number}", str(reason), sample(found.text.strip())))
        return Piece(tuple(posts), tuple(rejected), place, is_last, is_held)


def _place(table: Table, head: bytes, last: Found) -> Place:
    with table.text_of(BytesIO(head)) as text:
        opening = text.read(_opening(last.end))
    return Place(last.end, last.last, _digest(opening), last.tail.hex())


def _stands(text: BinaryIO, place: Place) -> bool:
    """Whether the text is the one that was read; if so it stands at the place afterwards."""
    if place.offset == 0:
        return True
    opening = text.read(_opening(place.offset))
    if _digest(opening) != place.head:
        return False
    if len(opening) == place.offset:
        return opening[-TAIL:].hex().endswith(place.tail)
    length = len(place.tail) // 2
    _skip(text, place.offset - len(opening) - length)
    return text.read(length).hex() == place.tail


def _opening(offset: int) -> int:
    """How many of the first bytes tell a file, such that the tail is not among them unless all are."""
    return offset if offset <= _EDGE else min(_EDGE, offset - TAIL)


def _skip(text: BinaryIO, count: int) -> None:
    if text.seekable():
        text.seek(count, SEEK_CUR)
        return
    while count > 0 and (block := text.read(min(count, _BLOCK))):
        count -= len(block)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
