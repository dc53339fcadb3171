"""Replay: recorded streams, merged and delivered in the order in which they arrived."""

from array import array
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from console.domain.clock import DAY, SECOND, Instant
from console.domain.hygiene import EARLIEST, sample
from console.domain.mention import TEXT_LIMIT, Post
from console.domain.ports import Batch, Cursor, Rejected
from console.sources._files import LONGEST_LINE, lines, opened
from console.sources._records import LARGEST_NUMBER, UNKNOWN_PLATFORM, Unfit, fingerprint, json_record

_FAULTS = ("", "too_large", "bad_encoding", "not_json", "not_a_record", "no_time", "bad_time")
"""What may be wrong with a line before it has its place in time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Replay:
    """The records of all files, one JSON object a line, plain or gzipped, by ``arrived_at`` (else ``published_at``).

    Ties keep the order of the files, and of the lines in a file. The files are read twice: at once for the order, of
    which 20 bytes a record stay in memory, and again while the records are delivered. A line that is no record is
    rejected with its file, number and reason among its neighbours. ``count`` is the number of records that have a time
    and ``first_at`` the earliest arrival, 0 without any. Raises SettingRefused for a file that cannot be read.
    """

    def __init__(self, paths: Sequence[Path], batch: int = 256, name: str = "replay") -> None:
        self.name = name
        self._paths = tuple(paths)
        self._batch = batch
        self._times = array("q")
        self._offsets = array("q")
        self._numbers = array("L")
        self._faults = bytearray()
        self._ends: list[int] = []
        self.count = 0
        earliest = LARGEST_NUMBER
        for path in self._paths:
            earliest = min(earliest, self._index(path))
        self.first_at: Instant = earliest if self.count else 0

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:  # noqa: ARG002 - a replay always reads all
        """All records, from the beginning wherever ``cursor`` stands: what is stored already is a duplicate."""
        total = len(self._times)
        with ExitStack() as stack:
            files = [stack.enter_context(opened(path, seekable=True)) for path in self._paths]
            posts: list[Post] = []
            rejected: list[Rejected] = []
            for done, entry in enumerate(self._order(), 1):
                where = bisect_right(self._ends, entry)
                try:
                    posts.append(self._post(files[where], entry))
                except Unfit as reason:
                    place = f"{self._paths[where].name}:{self._numbers[entry]}"
                    rejected.append(Rejected(place, str(reason), self._sample(files[where], entry)))
                if done == total or len(posts) + len(rejected) >= self._batch:
                    yield Batch(tuple(posts), Cursor(), caught_up=done == total, rejected=tuple(rejected))
                    posts, rejected = [], []

    def _index(self, path: Path) -> Instant:
        """Note time and place of every line; a line without a time stands beside the one before it."""
        earliest = LARGEST_NUMBER
        at: Instant = 0
        with opened(path) as handle:
            for number, offset, _, data in lines(handle):
                if data is not None and not data.strip():
                    continue
                fault = 0
                try:
                    at = _arrival(_record(data))
                    earliest = min(earliest, at)
                    self.count += 1
                except Unfit as reason:
                    fault = _FAULTS.index(str(reason))
                self._faults.append(fault)
                self._times.append(at)
                self._offsets.append(offset)
                self._numbers.append(number)
        self._ends.append(len(self._times))
        return earliest

    def _order(self) -> Iterator[int]:
        times = self._times
        if all(times[i] <= times[i + 1] for i in range(len(times) - 1)):
            return iter(range(len(times)))
        return iter(array("q", sorted(range(len(times)), key=times.__getitem__)))

    def _post(self, handle: BinaryIO, entry: int) -> Post:
        if self._faults[entry]:
            raise Unfit(_FAULTS[self._faults[entry]])
        handle.seek(self._offsets[entry])
        return _post(_record(handle.readline(LONGEST_LINE)), self._times[entry])

    def _sample(self, handle: BinaryIO, entry: int) -> str:
        handle.seek(self._offsets[entry])
        return sample(handle.readline(1_000).decode("utf-8", "replace").strip())


def _record(data: bytes | None) -> Mapping[str, Any]:
    if data is None:
        raise Unfit("too_large")
    return json_record(data)


def _arrival(record: Mapping[str, Any]) -> Instant:
    text = record.get("arrived_at") or record.get("published_at")
    if not text:
        raise Unfit("no_time")
    return _instant(text)


def _instant(text: Any) -> Instant:
    """The instant of an ISO 8601 time with an offset."""
    try:
        at = datetime.fromisoformat(text)
        since = at - _EPOCH
    except (ValueError, TypeError, OverflowError):
        raise Unfit("bad_time") from None
    instant = since.days * DAY + since.seconds * SECOND + since.microseconds // 1000
    if instant < EARLIEST:
        raise Unfit("bad_time")
    return instant


def _post(record: Mapping[str, Any], arrived: Instant) -> Post:
    get = record.get
    published = get("published_at")
    text = _words(get("text"))
    if len(text) > TEXT_LIMIT:
        raise Unfit("too_large")
    author = _words(get("author"))
    sentiment = get("sentiment")
    if sentiment is not None and (type(sentiment) not in (float, int) or not 0 <= sentiment <= 1):
        raise Unfit("bad_number")
    return Post(
        _words(get("platform")) or UNKNOWN_PLATFORM,
        _id(get("id")) or fingerprint(author, published, text),
        author,
        text,
        _instant(published) if published else arrived,
        _number(get("author_followers")),
        _id(get("root_id")),
        _id(get("parent_id")),
        _words(get("url")) or None,
        _number(get("reposts")),
        _number(get("likes")),
        _number(get("comments")),
        arrived,
        sentiment,
    )


def _words(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    raise Unfit("wrong_type")


def _id(value: Any) -> str | None:
    if type(value) is str:
        return value or None
    return str(value) if type(value) is int else _words(value) or None


def _number(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int:
        raise Unfit("wrong_type")
    if not 0 <= value <= LARGEST_NUMBER:
        raise Unfit("bad_number")
    return value
