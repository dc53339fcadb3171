"""Files of posts, JSON lines or tables: their records one by one, each with where it stands and where to read on."""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from console.domain.errors import SettingRefused
from console.domain.hygiene import sample
from console.sources._columns import meaning
from console.sources._files import LONGEST_LINE, Line, lines
from console.sources._records import Unfit, json_record
from console.sources._texts import sniff

_DELIMITERS = (",", "\t", ";", "|")
TAIL = 32
"""Bytes that are remembered of where a reading stopped."""

csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Found:
    """One record: the number of its first line, and its fields, or why it has none (``fault``, a code).

    ``last`` and ``end`` are the number of its last line and the offset behind it: where to read on; ``tail`` are the
    bytes that stand before it. ``has_end`` is false for what may still be in the writing: a last line without an end,
    a last quote that is not closed.
    """

    number: int
    last: int
    end: int
    tail: bytes
    text: str
    fields: tuple[tuple[str, Any], ...] = ()
    fault: str | None = None
    has_end: bool = True


class Table:
    """How one file is to be read, found out from its beginning; and its records.

    Raises SettingRefused where there is no way: ``no_text_column``, ``json_array``. ``columns`` are the headings of a
    table, empty for JSON lines. Offsets are in bytes of the text as :class:`~console.sources._texts.TextForm` gives it.
    """

    def __init__(self, path: Path, head: bytes, *, is_whole: bool) -> None:
        self._form = sniff(head, is_whole=is_whole)
        self._delimiter = ","
        self._begins = (0, 0)
        self.columns: tuple[str, ...] = ()
        text = head.decode(self._form.encoding, "ignore").lstrip("\ufeff \t\r\n")
        if text.startswith("["):
            raise SettingRefused("json_array", path=str(path))
        self.is_json = text.startswith("{")
        if text and not self.is_json:
            self._take_headings(path, head)

    def text_of(self, handle: BinaryIO) -> BinaryIO:
        """The file as the text that offsets count in."""
        return self._form.lines_of(handle)

    def records(self, text: BinaryIO, offset: int = 0, number: int = 0) -> Iterator[Found]:
        """The records from ``offset`` on, where ``text`` stands and which ``number`` lines precede."""
        for _ in range(self._begins[1] - number):
            data = text.readline()
            offset, number = offset + len(data), number + 1
        came = self._decoded(lines(text, offset, number))
        return self._json_lines(came) if self.is_json else self._rows(_Lines(came))

    def _take_headings(self, path: Path, head: bytes) -> None:
        with self._form.lines_of(io.BytesIO(head)) as text:
            heading = next((line for line in self._decoded(lines(text)) if line.text.strip() or line.fault), None)
        if heading is not None and heading.fault is None:
            with suppress(Unfit):
                self._delimiter = max(_DELIMITERS, key=lambda mark: len(_known(_cells(heading.text, mark))))
                self.columns = tuple(_cells(heading.text, self._delimiter))
                self._begins = (heading.end, heading.number)
        if not {"text", "title"} & _known(self.columns):
            shown = ", ".join(sample(column)[:20] for column in self.columns[:12])
            raise SettingRefused("no_text_column", path=str(path), columns=shown)

    def _decoded(self, came: Iterable[Line]) -> Iterator[Found]:
        for number, _, end, data in came:
            if data is None:
                yield Found(number, number, end, b"", "", fault="too_large")
                continue
            tail, has_end = data[-TAIL:], data.endswith(b"\n")
            try:
                yield Found(number, number, end, tail, self._form.decoded(data), has_end=has_end)
            except UnicodeDecodeError:
                text = data[:400].decode("utf-8", "replace")
                yield Found(number, number, end, tail, text, (), "bad_encoding", has_end)

    def _json_lines(self, came: Iterable[Found]) -> Iterator[Found]:
        for line in came:
            if line.fault is not None:
                yield line
            elif line.text.strip():
                try:
                    fields, fault = tuple(json_record(line.text).items()), None
                except Unfit as reason:
                    fields, fault = (), str(reason)
                yield replace(line, fields=fields, fault=fault)

    def _rows(self, came: "_Lines") -> Iterator[Found]:
        """Rows by the rules of RFC 4180: a quoted cell may go over several lines.

        A quote that nobody closes, or that closes inside another row, costs its own line and not the rest of the file.
        """
        while (line := came.next()) is not None:
            if line.fault is not None:
                yield line
                continue
            held, size = [line], len(line.text)
            more: Found | None = line
            is_closed = _closes(line.text, self._delimiter, is_open=False)
            while is_closed is False and size <= LONGEST_LINE:
                more = came.next()
                if more is None or more.fault is not None:
                    break
                held.append(more)
                size += len(more.text)
                is_closed = _closes(more.text, self._delimiter, is_open=True)
            if is_closed:
                yield from self._row(held)
                continue
            yield replace(line, fault="unclosed_quote", has_end=more is not None)
            came.back([*held[1:], *([more] if more is not None and more is not held[-1] else [])])

    def _row(self, held: list[Found]) -> Iterator[Found]:
        text = "".join(line.text for line in held)
        fields: tuple[tuple[str, Any], ...] = ()
        fault = None
        try:
            cells = _cells(text, self._delimiter)
        except Unfit as reason:
            cells, fault = [text], str(reason)
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            fault = fault or "too_many_cells"
        if not any(cell.strip() for cell in cells):
            return
        if fault is None:
            fields = tuple(zip(self.columns, cells, strict=False))
        last = held[-1]
        yield Found(held[0].number, last.last, last.end, last.tail, text, fields, fault, last.has_end)


class _Lines:
    """Lines that can be put back."""

    def __init__(self, came: Iterator[Found]) -> None:
        self._came = came
        self._back: deque[Found] = deque()

    def next(self) -> Found | None:
        return self._back.popleft() if self._back else next(self._came, None)

    def back(self, given: list[Found]) -> None:
        self._back.extendleft(reversed(given))


def _closes(text: str, delimiter: str, *, is_open: bool) -> bool | None:
    """Whether a line ends outside of quotes. None: a quote that was open before it closes where no cell can end."""
    at = 0
    is_carried = is_open
    while True:
        if not is_open:
            if not text.startswith('"', at):
                at = text.find(delimiter, at) + 1
                if at == 0:
                    return True
                continue
            at += 1
        at = text.find('"', at)
        if at < 0:
            return False
        is_open = text.startswith('"', at + 1)
        if is_open:
            at += 2
            continue
        if is_carried and text[at + 1 :].lstrip(" ")[:1] not in ("", "\r", "\n", delimiter):
            return None
        is_carried = False
        at = text.find(delimiter, at + 1) + 1
        if at == 0:
            return True


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        raise Unfit("bad_row") from None


def _known(cells: Iterable[str]) -> set[str]:
    return {meant[0] for cell in cells if (meant := meaning(cell)) is not None}
