"""The texts of a CSV file, scored: every column, row and cell as it was, and the judgement beside it."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from console.domain.errors import SettingRefused
from console.domain.mention import TEXT_LIMIT, Sentiment
from console.pipeline.scoring import Scoring

if TYPE_CHECKING:
    from _csv import Writer

COLUMNS = ("sentiment", "negative", "label", "reason")
STOCK_COLUMNS = ("sentiment",)

_ROWS, _CHARACTERS = 2_048, 4_000_000


@dataclass(frozen=True, slots=True)
class Scored:
    """How many rows were written, and how many of them could not be judged."""

    rows: int
    unscored: int


async def score_file(
    source: Path,
    text_column: str,
    output: Path,
    scoring: Scoring,
    *,
    stock: bool,
    tell: Callable[[int], None] = lambda _: None,
) -> Scored:
    """Write ``output``: the rows of ``source`` in their order, unchanged, then P(positive), P(negative), label, reason.

    With ``stock`` (``scoring`` is then made of the stock scorer) P(positive) alone. A text that could not be judged has
    empty cells and its reason. ``tell`` hears the number of rows written so far. The output appears when it is whole.
    UTF-8 is read, with or without a mark, or else GB 18030; a blank line stays a blank line.
    Raises SettingRefused (``no_such_column``, ``unreadable_text``, ``empty_file``, ``not_csv``, ``same_file``).
    """
    rows = unscored = 0
    with _wide_cells(), _reading(source) as reading, _whole(output, source) as writing:
        lines = _lines(reading, source)
        try:
            header = next(lines)
        except StopIteration:
            raise SettingRefused("empty_file", path=str(source)) from None
        if text_column not in header:
            raise SettingRefused("no_such_column", path=str(source), column=text_column, columns=tuple(header))
        place, width = header.index(text_column), len(header)
        writer = csv.writer(writing)
        writer.writerow([*header, *(STOCK_COLUMNS if stock else COLUMNS)])
        for part in _parts(lines):
            texts = [line[place] for line in part if len(line) > place]
            sentiments = await _judged(scoring, texts)
            reasons = {} if stock else await _reasons(scoring, sentiments)
            for line in part:
                if not line:
                    writer.writerow(line)
                    continue
                text = line[place] if len(line) > place else ""
                sentiment = sentiments.get(text, _EMPTY)
                unscored += sentiment.unscored is not None
                rows += 1
                cells = _cells(sentiment, reasons.get(text, ""))
                _write(writer, line, width, cells[: len(STOCK_COLUMNS)] if stock else cells)
            tell(rows)
    return Scored(rows, unscored)


_EMPTY = Sentiment(0.5, 0.0, None, 0.0, "")


async def _judged(scoring: Scoring, texts: Sequence[str]) -> dict[str, Sentiment]:
    known = {text: Sentiment(None, None, None, 0.0, "", "too_large") for text in texts if len(text) > TEXT_LIMIT}
    asked = [text for text in dict.fromkeys(texts) if text not in known]
    return known | dict(zip(asked, await scoring.score(asked), strict=True))


async def _reasons(scoring: Scoring, sentiments: dict[str, Sentiment]) -> dict[str, str]:
    told = {text: s.unscored for text, s in sentiments.items() if s.unscored}
    asked = [text for text in sentiments if text not in told]
    for text, reasons in zip(asked, await scoring.explain_all(asked), strict=True):
        told[text] = "; ".join(f"{reason.kind.value}: {reason.text}" for reason in reasons[:4])
    return told


def _cells(sentiment: Sentiment, reason: str) -> list[str]:
    if sentiment.score is None or sentiment.negative is None:
        return ["", "", "", reason]
    label = sentiment.label.value if sentiment.label else "neutral"
    return [repr(sentiment.score), repr(sentiment.negative), label, reason]


def _write(writer: "Writer", line: list[str], width: int, cells: list[str]) -> None:
    """A short row is filled up, what a row has too much stays behind its judgement: columns keep in line."""
    writer.writerow([*line[:width], *([""] * (width - len(line))), *cells, *line[width:]])


def _lines(reading: TextIO, source: Path) -> Iterator[list[str]]:
    reader = csv.reader(reading)
    try:
        yield from reader
    except csv.Error as error:
        raise SettingRefused("not_csv", path=str(source), line=reader.line_num, said=str(error)) from None


def _parts(lines: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    part: list[list[str]] = []
    characters = 0
    for line in lines:
        part.append(line)
        characters += sum(map(len, line))
        if len(part) == _ROWS or characters > _CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part


@contextmanager
def _wide_cells() -> Iterator[None]:
    """Cells as long as they come; the limit belongs to the whole interpreter, so it is put back."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


@contextmanager
def _reading(source: Path) -> Iterator[TextIO]:
    with source.open(encoding=_encoding(source), newline="") as reading:
        yield reading


def _encoding(source: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with source.open(encoding=encoding, newline="") as reading:
                while reading.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise SettingRefused("unreadable_file", path=str(source), said=error.strerror or str(error)) from error
        return encoding
    raise SettingRefused("unreadable_text", path=str(source))


@contextmanager
def _whole(output: Path, source: Path) -> Iterator[TextIO]:
    """A file that takes its name only once it is complete."""
    if output.exists() and output.samefile(source):
        raise SettingRefused("same_file", path=str(output))
    partial = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as writing:
            yield writing
        partial.replace(output)
    except OSError as error:
        raise SettingRefused("unwritable_file", path=str(output), said=error.strerror or str(error)) from error
    finally:
        partial.unlink(missing_ok=True)
