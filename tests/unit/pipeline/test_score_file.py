"""Scoring a CSV file: what was in it stays as it was."""

import asyncio
import csv
import random
from pathlib import Path

import pytest

from console.domain.errors import SettingRefused
from console.pipeline.score_file import Scored, score_file
from console.pipeline.scoring import Scoring

MAKE = "tests.helpers.scorers:obedient"


def scored(source: Path, output: Path, *, column: str = "text", stock: bool = False) -> Scored:
    async def whole() -> Scored:
        scoring = Scoring(MAKE)
        try:
            return await score_file(source, column, output, scoring, stock=stock)
        finally:
            await scoring.stop()

    return asyncio.run(whole())


def rows_of(path: Path) -> list[list[str]]:
    csv.field_size_limit(10**8)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_every_cell_row_and_their_order_are_kept(tmp_path: Path) -> None:
    dice = random.Random(7)
    odd = [
        "",
        "a,b",
        'say "hi"',
        "two\nlines",
        "two\r\nlines",
        "\rcr",
        "=1+1",
        "'quoted",
        "\u202e",
        "\x00",
        "很好",
        " ",
    ]
    rows = [["id", "text", "note"]]
    rows += [[str(n), dice.choice(odd) + "x" * (n % 13), dice.choice(odd)] for n in range(3_000)]
    source = written(tmp_path / "in.csv", rows)
    assert scored(source, tmp_path / "out.csv") == Scored(3_000, 0)
    out = rows_of(tmp_path / "out.csv")
    assert out[0] == ["id", "text", "note", "sentiment", "negative", "label", "reason"]
    assert [row[:3] for row in out] == rows
    for row in out[1:]:
        assert float(row[4]) == len(row[1]) % 10 / 10
        assert row[5] == "neutral"
        assert row[6] == f"word: {row[1]}"


def test_stock_fills_sentiment_alone(tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["abc"], [""]])
    scored(source, tmp_path / "out.csv", stock=True)
    assert rows_of(tmp_path / "out.csv") == [["text", "sentiment"], ["abc", "0.7"], ["", "1.0"]]


def test_a_cell_of_a_million_characters_is_scored_and_a_larger_one_is_named(tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["长" * 1_000_000], ["长" * 1_000_001], ["短"]])
    assert scored(source, tmp_path / "out.csv") == Scored(3, 1)
    out = rows_of(tmp_path / "out.csv")
    assert [len(row[0]) for row in out[1:]] == [1_000_000, 1_000_001, 1]
    assert out[2][1:] == ["", "", "", "too_large"]
    assert out[1][1] == "1.0"


def test_a_poisoned_text_costs_its_row_a_score_and_nothing_else(tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["one"], ["!raise"], ["three"]])
    assert scored(source, tmp_path / "out.csv") == Scored(3, 1)
    out = rows_of(tmp_path / "out.csv")
    assert out[2] == ["!raise", "", "", "", "poison"]
    assert [out[1][3], out[3][3]] == ["neutral", "neutral"]


def test_ragged_rows_and_blank_lines_stay_in_line(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("\ufeffid,text\r\n1\r\n\r\n2,ab,extra\r\n3,abc\r\n".encode())
    assert scored(source, tmp_path / "out.csv") == Scored(3, 0)
    out = rows_of(tmp_path / "out.csv")
    assert [row[:3] for row in out[1:]] == [["1", "", "0.5"], [], ["2", "ab", "0.8"], ["3", "abc", "0.7"]]
    assert out[3][-1] == "extra"


def test_chinese_spreadsheets_are_read(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("编号,正文\r\n1,很差\r\n".encode("gb18030"))
    scored(source, tmp_path / "out.csv", column="正文")
    assert rows_of(tmp_path / "out.csv")[1][:3] == ["1", "很差", "0.8"]


@pytest.mark.parametrize(
    ("content", "column", "code"),
    [
        (b"a,b\n1,2\n", "text", "no_such_column"),
        (b"", "text", "empty_file"),
        (b"text\n\xff\xff\xff\n", "text", "unreadable_text"),
    ],
)
def test_what_cannot_be_scored_is_refused_and_nothing_is_left(
    content: bytes, column: str, code: str, tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    with pytest.raises(SettingRefused) as caught:
        scored(source, tmp_path / "out.csv", column=column)
    assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_file_is_not_scored_onto_itself(tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["one"]])
    with pytest.raises(SettingRefused, match="same_file"):
        scored(source, source)
    assert rows_of(source) == [["text"], ["one"]]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["one"]])
    with pytest.raises(SettingRefused, match="unwritable_file"):
        scored(source, tmp_path / "absent" / "out.csv")
