"""Recorded streams come back merged, in the order of their arrival, and whatever is broken is told."""

import asyncio
import gzip
import json
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.errors import SettingRefused
from console.domain.mention import TEXT_LIMIT, Post
from console.domain.ports import Batch, Cursor
from console.sources.replay import Replay

BEGIN = datetime(2025, 3, 3, tzinfo=timezone(timedelta(hours=8)))


def a_record(second: float, **fields: Any) -> dict[str, Any]:
    at = (BEGIN + timedelta(seconds=second)).isoformat()
    return {"id": f"p{second}", "platform": "weibo", "author": "a", "text": "门关不上", "arrived_at": at} | fields


def written(path: Path, records: Iterable[Mapping[str, Any] | str]) -> Path:
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    data = "".join(line + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def batches(source: Replay) -> list[Batch]:
    async def run() -> list[Batch]:
        return [batch async for batch in source.run(Cursor())]

    return asyncio.run(run())


def posts(source: Replay) -> list[Post]:
    return [post for batch in batches(source) for post in batch.items]


def instant(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def test_every_field_of_a_record_arrives(tmp_path: Path) -> None:
    record = a_record(
        60,
        published_at=BEGIN.astimezone(UTC).isoformat(),
        author_followers=12,
        root_id="r",
        parent_id="q",
        url="https://a/b",
        reposts=1,
        likes=2,
        comments=0,
        sentiment=0.25,
    )
    source = Replay([written(tmp_path / "a.jsonl", [record])])
    began = instant(BEGIN)
    assert posts(source) == [
        Post("weibo", "p60", "a", "门关不上", began, 12, "r", "q", "https://a/b", 1, 2, 0, began + 60_000, 0.25)
    ]
    assert (source.count, source.first_at, source.name) == (1, began + 60_000, "replay")


def test_a_record_may_lack_all_but_a_time(tmp_path: Path) -> None:
    at = BEGIN.isoformat()
    path = written(tmp_path / "a.jsonl", [{"published_at": at}, {"arrived_at": at, "text": None, "likes": None}])
    first, _ = posts(Replay([path]))
    assert first.published_at == first.arrived_at == instant(BEGIN)
    assert (first.platform, first.author, first.text, first.author_followers) == ("unknown", "", "", None)
    assert first.external_id.startswith("sha256:")
    assert posts(Replay([path]))[0].external_id == first.external_id


def test_files_are_merged_and_ties_keep_their_order(tmp_path: Path) -> None:
    one = written(tmp_path / "1.jsonl.gz", [a_record(5, id="late"), a_record(1, id="b1"), a_record(1, id="b2")])
    two = written(tmp_path / "2.jsonl", [a_record(0, id="first"), a_record(1, id="b3"), a_record(9, id="last")])
    assert [post.external_id for post in posts(Replay([one, two]))] == ["first", "b1", "b2", "b3", "late", "last"]
    assert [post.external_id for post in posts(Replay([two, one]))] == ["first", "b3", "b1", "b2", "late", "last"]
    assert Replay([one, two]).first_at == instant(BEGIN)


def test_a_file_is_known_as_gzipped_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(gzip.compress(json.dumps(a_record(1)).encode()))
    assert len(posts(Replay([path]))) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 50), st.integers(1, 4))
def test_the_stream_does_not_depend_on_batch_or_files(
    tmp_path: Path, seconds: list[int], batch: int, files: int
) -> None:
    records = [a_record(second, id=str(i)) for i, second in enumerate(seconds)]
    cut = max(1, -(-len(records) // files))
    paths = [
        written(tmp_path / f"{i}.jsonl", records[i * cut : (i + 1) * cut])
        for i in range(files)
    ]  # fmt: skip
    came = batches(Replay(paths, batch))
    ids = [post.external_id for one in came for post in one.items]
    assert ids == [str(i) for i in sorted(range(len(seconds)), key=lambda i: seconds[i])]
    assert all(0 < len(one.items) <= batch for one in came)
    assert [one.caught_up for one in came] == [False] * (len(came) - 1) + [True] * bool(came)
    assert all(one.next_after is None for one in came)


BROKEN = [
    ("{", "not_json"),
    ('{"id": NaN}', "not_json"),
    ("[" * 100_000, "not_json"),
    ('{"a": 1} x', "not_json"),
    ("[1]", "not_a_record"),
    ('"text"', "not_a_record"),
    ("{}", "no_time"),
    ('{"arrived_at": ""}', "no_time"),
    ('{"arrived_at": "2025-03-03T00:00:00"}', "bad_time"),
    ('{"arrived_at": "soon"}', "bad_time"),
    ('{"arrived_at": 5}', "bad_time"),
    ('{"arrived_at": "0001-01-01T00:00:00+08:00"}', "bad_time"),
    (json.dumps(a_record(1, published_at="soon")), "bad_time"),
    (json.dumps(a_record(1, text=["a"])), "wrong_type"),
    (json.dumps(a_record(1, author=5)), "wrong_type"),
    (json.dumps(a_record(1, likes="5")), "wrong_type"),
    (json.dumps(a_record(1, likes=True)), "wrong_type"),
    (json.dumps(a_record(1, likes=-1)), "bad_number"),
    (json.dumps(a_record(1, likes=2**63)), "bad_number"),
    (json.dumps(a_record(1, sentiment=1.5)), "bad_number"),
    (json.dumps(a_record(1, sentiment="0.5")), "bad_number"),
    (json.dumps(a_record(1, text="a" * (TEXT_LIMIT + 1))), "too_large"),
    (json.dumps(a_record(1, text="a" * 9_000_000)), "too_large"),
]


@pytest.mark.parametrize(("line", "code"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_line_is_rejected_with_its_number_and_reason(tmp_path: Path, line: str, code: str) -> None:
    path = written(tmp_path / "a.jsonl", [a_record(1, id="before"), "", line, a_record(2, id="after")])
    came = batches(Replay([path]))
    assert [post.external_id for one in came for post in one.items] == ["before", "after"]
    (rejected,) = [reason for one in came for reason in one.rejected]
    assert (rejected.place, rejected.code) == ("a.jsonl:3", code)
    assert rejected.sample == line[: len(rejected.sample)]
    assert 0 < len(rejected.sample) <= 200


def test_bytes_that_are_no_text_are_rejected(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [a_record(1)])
    path.write_bytes(path.read_bytes() + b'{"text": "\xff\xfe"}\n')
    (batch,) = batches(Replay([path]))
    assert [(one.place, one.code) for one in batch.rejected] == [("a.jsonl:2", "bad_encoding")]


def test_only_broken_lines(tmp_path: Path) -> None:
    source = Replay([written(tmp_path / "a.jsonl", ["{", "}"])])
    (batch,) = batches(source)
    assert (len(batch.rejected), batch.caught_up, source.count, source.first_at) == (2, True, 0, 0)


def test_nothing_to_read(tmp_path: Path) -> None:
    source = Replay([written(tmp_path / "a.jsonl", [])])
    assert batches(source) == []
    assert source.count == 0


def test_a_last_line_without_an_end_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + (json.dumps(a_record(1)) + "\r\n" + json.dumps(a_record(2))).encode())
    assert len(posts(Replay([path]))) == 2


@pytest.mark.parametrize("name", ["absent.jsonl", ""])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        Replay([tmp_path / name])
    assert caught.value.code == "file_unreadable"


def test_a_packed_file_that_breaks_off(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl.gz", [a_record(i, text=str(random.Random(i).random())) for i in range(500)])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SettingRefused) as caught:
        Replay([path])
    assert caught.value.code == "file_broken_off"


def test_recorded_streams(data_dir: Path) -> None:
    """Real streams: everything is delivered, in order, with the sentiment that the record carries."""
    paths = sorted((data_dir / "replays").glob("stream_0[0-2].jsonl.gz"))
    if not paths:
        pytest.skip("no recorded streams")
    source = Replay(paths)
    came = batches(source)
    arrived = [post.arrived_at for one in came for post in one.items]
    assert len(arrived) == source.count > 1_000
    assert not [reason for one in came for reason in one.rejected]
    assert arrived == sorted(arrived, key=lambda at: at or 0)
    assert arrived[0] == source.first_at
    assert all(post.sentiment is not None for post in came[0].items)
