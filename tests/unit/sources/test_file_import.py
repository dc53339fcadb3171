"""Files of posts in any shape people make: every record comes once, or is rejected with its number and reason."""

import asyncio
import codecs
import csv
import gzip
import io
import json
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.clock import ReplayClock
from console.domain.errors import SettingRefused
from console.domain.mention import Post
from console.domain.ports import Batch, Cursor, Rejected
from console.sources._reading import Reading
from console.sources._tables import Table
from console.sources.file_import import FileImport

NOW = 1_750_000_000_000
HEAD = "标题,内容,作者,发布时间,粉丝数\n"
ROWS = ["换货,门关不上,甲,2024-05-01 10:00,12", ",又坏了,乙,2024-05-01 10:01,1.1万", ",第三次,丙,2024-05-01 10:02,"]


def a_reading(batch: int = 500) -> Reading:
    return Reading(ReplayClock(NOW), batch=batch)


def batches(path: Path, cursor: Cursor | None = None, batch: int = 500) -> list[Batch]:
    async def run() -> list[Batch]:
        return [one async for one in FileImport(path, a_reading(batch)).run(cursor or Cursor())]

    return asyncio.run(run())


def read(path: Path, batch: int = 500) -> tuple[list[Post], list[Rejected]]:
    came = batches(path, batch=batch)
    return [post for one in came for post in one.items], [reason for one in came for reason in one.rejected]


def written(path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def texts(posts: Sequence[Post]) -> list[str]:
    return [post.text for post in posts]


def faults(rejected: Sequence[Rejected]) -> list[tuple[str, str]]:
    return [(one.place, one.code) for one in rejected]


# ── encodings and line ends ───────────────────────────────────────────────────────────────────────

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str, kind: str, is_packed: bool) -> None:
    if kind == "csv":
        lines = [HEAD.strip(), *ROWS]
    else:
        lines = [
            json.dumps({"title": row.split(",")[0], "content": row.split(",")[1]}, ensure_ascii=False) for row in ROWS
        ]
    data = (end.join(lines) + end).encode(encoding)
    posts, rejected = read(written(tmp_path / f"a.{kind}", gzip.compress(data) if is_packed else data))
    assert rejected == []
    assert texts(posts) == ["换货\n门关不上", "又坏了", "第三次"]
    if kind == "csv":
        assert [post.author_followers for post in posts] == [12, 11_000, None]


def test_a_file_that_turns_out_to_be_gb18030_late(tmp_path: Path) -> None:
    data = b"text,author\n" + b"plain ascii %s,a\n" % (b"x" * 1_000) * 1_100 + "门关不上,甲\n".encode("gb18030")
    posts, rejected = read(written(tmp_path / "a.csv", data))
    assert rejected == []
    assert posts[-1].text == "门关不上"


def test_a_line_in_another_encoding_is_rejected(tmp_path: Path) -> None:
    data = (HEAD + ROWS[0] + "\n").encode() + ROWS[1].encode("gbk") + b"\n" + ROWS[2].encode()
    posts, rejected = read(written(tmp_path / "a.csv", data))
    assert texts(posts) == ["换货\n门关不上", "第三次"]
    assert faults(rejected) == [("a.csv:3", "bad_encoding")]
    assert rejected[0].sample


def test_utf_16_cut_in_the_middle_of_a_character(tmp_path: Path) -> None:
    data = (HEAD + ROWS[0] + "\n" + ROWS[1]).encode("utf-16")[:-1]
    posts, rejected = read(written(tmp_path / "a.csv", data))
    assert len(posts) + len(rejected) == 2


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    posts, _ = read(written(tmp_path / "a.txt", (HEAD + "\n".join(ROWS)).replace(",", delimiter)))
    assert [post.author for post in posts] == ["甲", "乙", "丙"]


CELL = st.text(
    alphabet=st.one_of(st.sampled_from('",;\n\t| a。'), st.characters(codec="utf-8", exclude_characters="\r")),
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.tuples(CELL.map(lambda text: "x" + text), CELL), min_size=1, max_size=8),
    st.sampled_from([",", "\t", ";", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.integers(1, 9),
)
def test_whatever_the_csv_module_writes_comes_back(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str, end: str, encoding: str, batch: int
) -> None:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator=end)
    table.writerow(["id", "text", "author"])
    table.writerows((i, *row) for i, row in enumerate(rows, 1))
    posts, rejected = read(written(tmp_path / "a.csv", out.getvalue(), encoding), batch)
    assert rejected == []
    assert [post.external_id for post in posts] == [str(i) for i in range(1, len(rows) + 1)]
    assert texts(posts) == [text.strip() for text, _ in rows]


def test_a_cell_over_several_lines_keeps_them(tmp_path: Path) -> None:
    posts, rejected = read(written(tmp_path / "a.csv", 'text,author\r\n"one\r\n\r\n""two"", three",a\r\nnext,b\r\n'))
    assert texts(posts) == ['one\r\n\r\n"two", three', "next"]
    assert rejected == []


@pytest.mark.parametrize(
    ("rows", "kept", "lost"),
    [
        (['"never closed,a', "next,b", "last,c"], ["next", "last"], [2]),
        (["first,a", '"never closed,a', '"quoted, well",b', "last,c"], ["first", "quoted, well", "last"], [3]),
        (['"never', '"closed', "last,c"], ["last"], [2, 3]),
        (["first,a", '"cut off'], ["first"], [3]),
        (['5" disc,a', 'a "word" here,b', '"closed"oddly,c'], ['5" disc', 'a "word" here', "closedoddly"], []),
    ],
)
def test_an_unclosed_quote_costs_its_own_line(
    tmp_path: Path, rows: list[str], kept: list[str], lost: list[int]
) -> None:
    posts, rejected = read(written(tmp_path / "a.csv", "text,author\n" + "\n".join(rows) + "\n"))
    assert texts(posts) == kept
    assert faults(rejected) == [(f"a.csv:{number}", "unclosed_quote") for number in lost]


def test_an_unclosed_quote_before_a_long_file_costs_its_own_line(tmp_path: Path) -> None:
    rows = "".join(f"row {i} {'x' * 1_000},b\n" for i in range(6_000))
    posts, rejected = read(written(tmp_path / "a.csv", 'text,author\n"never closed,a\n' + rows))
    assert (len(posts), faults(rejected)) == (6_000, [("a.csv:2", "unclosed_quote")])


def test_an_unclosed_quote_is_given_up_before_the_whole_file_is_in_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'text,author\n"never closed,a\n' + f"{'x' * 10_000},b\n" * 2_000)
    with path.open("rb") as handle:
        table = Table(path, handle.read(10_000), is_whole=False)
        handle.seek(0)
        first = next(table.records(handle))
        assert (first.number, first.fault) == (2, "unclosed_quote")
        assert handle.tell() < 6_000_000 < path.stat().st_size


def test_too_many_cells_are_rejected_and_too_few_are_not(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,author\na,b,c\nd\ne,f,,\n,,\n\n")
    posts, rejected = read(path)
    assert texts(posts) == ["d", "e"]
    assert faults(rejected) == [("a.csv:2", "too_many_cells")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("名称,数量\n苹果,3\n", "no_text_column"),
        ("just some words\nand more\n", "no_text_column"),
        ('[{"text": "a"}]', "json_array"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "no_text_column"),
        (b"PK\x03\x04" + b"\0" * 3_000, "no_text_column"),
    ],
)
def test_a_file_that_holds_no_posts_is_refused(tmp_path: Path, text: str | bytes, code: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        FileImport(written(tmp_path / "a.csv", text), a_reading())
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["absent.csv", ""])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        FileImport(tmp_path / name, a_reading())
    assert caught.value.code == "file_unreadable"


def test_an_empty_file_has_nothing(tmp_path: Path) -> None:
    (batch,) = batches(written(tmp_path / "a.csv", ""))
    assert (batch.items, batch.rejected, batch.caught_up, batch.next_after) == ((), (), True, None)


# ── JSON lines ────────────────────────────────────────────────────────────────────────────────────


def test_broken_json_lines(tmp_path: Path) -> None:
    lines = ['{"text": "a"}', "", "{", "[1]", '{"text": NaN}', '{"text": "b"}{}', '{"text": "z"']
    posts, rejected = read(written(tmp_path / "a.jsonl", "\n".join(lines)))
    assert texts(posts) == ["a"]
    assert faults(rejected) == [
        ("a.jsonl:3", "not_json"), ("a.jsonl:4", "not_a_record"), ("a.jsonl:5", "not_json"), ("a.jsonl:6", "not_json"),
        ("a.jsonl:7", "not_json"),
    ]  # fmt: skip
    assert rejected[-1].sample == '{"text": "z"'


def test_nul_and_control_characters(tmp_path: Path) -> None:
    posts, rejected = read(written(tmp_path / "a.csv", b"text,author\na\0b,\x1b[31mc\n\0,\0\n"))
    assert rejected == []
    assert texts(posts) == ["a\0b", "\0"]
    posts, rejected = read(written(tmp_path / "a.jsonl", b'{"text": "a\\u0000b"}\n{"text": "a\0b"}\n'))
    assert texts(posts) == ["a\0b"]
    assert faults(rejected) == [("a.jsonl:2", "not_json")]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_giant_line_is_rejected_within_bounds(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    with path.open("wb") as out:
        out.write(b"text,author\n" if kind == "csv" else b"")
        out.write(b"first,a\n" if kind == "csv" else b'{"text": "first"}\n')
        out.write(b"" if kind == "csv" else b'{"text": "')
        for _ in range(100):
            out.write(b"x" * 1_000_000)
        out.write(b"\n" if kind == "csv" else b'"}\n')
        out.write(b"last,b\n" if kind == "csv" else b'{"text": "last"}\n')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    posts, rejected = read(path)
    assert texts(posts) == ["first", "last"]
    assert [(one.place, one.code) for one in rejected] == [(f"a.{kind}:{3 if kind == 'csv' else 2}", "too_large")]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000


def test_a_post_over_the_limit_is_rejected(tmp_path: Path) -> None:
    lines = [json.dumps({"text": "门" * size}, ensure_ascii=False) for size in (1_000_000, 1_000_001)]
    posts, rejected = read(written(tmp_path / "a.jsonl", "\n".join(lines)))
    assert [len(post.text) for post in posts] == [1_000_000]
    assert faults(rejected) == [("a.jsonl:2", "too_large")]


# ── resuming ──────────────────────────────────────────────────────────────────────────────────────


def through_json(cursor: Cursor) -> Cursor:
    return Cursor(json.loads(json.dumps(dict(cursor.fields))))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_reading_on_from_any_batch_equals_reading_once(
    tmp_path: Path, encoding: str, is_packed: bool, kind: str
) -> None:
    if kind == "csv":
        lines = ["id,text", *(f'{i},"post {i}\n门 {i}"' for i in range(100))]
    else:
        lines = [json.dumps({"id": i, "text": f"post {i} 门"}, ensure_ascii=False) for i in range(100)]
    lines[50:50] = ["broken,line,with,cells" if kind == "csv" else "{"]
    data = ("\n".join(lines) + "\n").encode(encoding)
    path = written(tmp_path / "a", gzip.compress(data) if is_packed else data)
    came = batches(path, batch=7)
    posts = [post for one in came for post in one.items]
    rejected = [reason for one in came for reason in one.rejected]
    assert [post.external_id for post in posts] == [str(i) for i in range(100)]
    for stop in range(len(came)):
        rest = batches(path, through_json(came[stop].cursor), batch=11)
        assert [post for one in rest for post in one.items] == [post for one in came[stop + 1 :] for post in one.items]
        assert [why for one in rest for why in one.rejected] == [
            why for one in came[stop + 1 :] for why in one.rejected
        ]
    assert len(rejected) == 1


def test_a_grown_file_is_read_on_and_another_one_from_its_beginning(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", HEAD + ROWS[0] + "\n")
    cursor = through_json(batches(path)[-1].cursor)
    assert batches(path, cursor)[-1].items == ()
    with path.open("ab") as out:
        out.write((ROWS[1] + "\n").encode())
    assert texts(batches(path, cursor)[0].items) == ["又坏了"]
    written(path, HEAD + ROWS[2] + "\n" + ROWS[0] + "\n")
    assert texts(batches(path, cursor)[0].items) == ["第三次", "换货\n门关不上"]
    written(path, HEAD)
    assert batches(path, cursor)[0].items == ()


def test_a_long_file_replaced_by_one_with_the_same_beginning_is_read_from_its_beginning(tmp_path: Path) -> None:
    same = "text\n" + "".join(f"the same row {i}\n" for i in range(200))
    path = written(tmp_path / "a.csv", same + "one\n" * 50)
    cursor = batches(path)[-1].cursor
    written(path, same + "two\n" * 60)
    assert len(batches(path, cursor)[0].items) == 260


def test_a_file_replaced_by_one_with_the_same_end_is_read_from_its_beginning(tmp_path: Path) -> None:
    same = "the very same row at the end of both of them\n"
    path = written(tmp_path / "a.csv", "text\none\n" + same)
    cursor = batches(path)[-1].cursor
    written(path, "text\ntwo\n" + same)
    assert texts(batches(path, cursor)[0].items) == ["two", same.strip()]


@pytest.mark.parametrize("place", [None, "x", [1, 2], [5, 1, "", ""], ["a", 1, "b", "c"], [10**9, 1, "ab", "zz"]])
def test_a_cursor_that_makes_no_sense_is_the_beginning(tmp_path: Path, place: object) -> None:
    path = written(tmp_path / "a.csv", HEAD + ROWS[0])
    assert len(batches(path, Cursor({"place": place}))[0].items) == 1


def test_importing_again_gives_the_same_ids(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", HEAD + "\n".join(ROWS))
    other = written(tmp_path / "b.csv", "\n".join([HEAD.strip(), *ROWS[::-1]]), "utf-16")
    first, again, moved = (sorted(post.external_id for post in read(one)[0]) for one in (path, path, other))
    assert first == again == moved
    assert len(set(first)) == 3


# ── anything ──────────────────────────────────────────────────────────────────────────────────────


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(
    st.binary(max_size=300) | st.text(alphabet='",;\n\r\t| a门{}[]:\0', max_size=200).map(str.encode),
    st.sampled_from([b"", b"text,author\n", b'{"text":"a"}\n', codecs.BOM_UTF16_LE, codecs.BOM_UTF8 + b"text\n"]),
)
def test_no_file_breaks_us(tmp_path: Path, body: bytes, before: bytes) -> None:
    path = written(tmp_path / "a.csv", before + body)
    try:
        came = batches(path, batch=3)
    except SettingRefused as refused:
        assert refused.code in ("no_text_column", "json_array", "file_broken_off")  # noqa: PT017
        return
    assert came[-1].caught_up
    for one in came:
        assert all(reason.code and reason.place.startswith("a.csv:") for reason in one.rejected)
        json.dumps(dict[str, Any](one.cursor.fields))
