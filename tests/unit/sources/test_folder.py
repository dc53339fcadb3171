"""A watched folder: what is new in it comes once, as it comes."""

import asyncio
import gzip
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from console.domain.clock import ReplayClock, WallClock
from console.domain.errors import SettingRefused, SourceDelayed
from console.domain.ports import Batch, Cursor
from console.sources.folder import Folder, FolderOptions

LONG_AGO = 1_600_000_000


class Watch:
    """Rounds of one folder, each up to its heartbeat; what the test does in between is done to the folder."""

    def __init__(self, folder: Path, cursor: Cursor | None = None, **options: str) -> None:
        self.clock = ReplayClock(WallClock().now())
        self._folder = Folder("exports", FolderOptions(str(folder), **options), self.clock)  # type: ignore[arg-type]
        self._cursor = cursor or Cursor()
        self.rejected: list[tuple[str, str]] = []
        self.cursor = self._cursor

    def rounds(self, *between: Callable[[], object]) -> list[list[str]]:
        async def run() -> list[list[str]]:
            batches = self._folder.run(self._cursor)
            came = [await self._round(batches)]
            for act in between:
                act()
                came.append(await self._round(batches))
            await batches.aclose()  # type: ignore[attr-defined]
            return came

        return asyncio.run(run())

    async def _round(self, batches: AsyncIterator[Batch]) -> list[str]:
        texts = []
        while True:
            batch = await anext(batches)
            texts += [post.text for post in batch.items]
            self.rejected += [(one.place, one.code) for one in batch.rejected]
            self.cursor = Cursor(json.loads(json.dumps(dict(batch.cursor.fields))))
            if batch.caught_up:
                assert batch.next_after == 10.0
                assert batch.items == ()
                return texts
            assert batch.next_after is None


def put(path: Path, *texts: str, end: str = "\n", old: bool = False) -> Path:
    path.write_text("text\n" + "\n".join(texts) + end)
    if old:
        os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def add(path: Path, text: str) -> int:
    with path.open("a") as out:
        return out.write(text)


def test_new_and_grown_files_come_once(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.jsonl"
    put(one, "a", "b")
    watch = Watch(tmp_path)
    assert watch.rounds(
        lambda: add(one, "c\n"),
        lambda: two.write_text('{"text": "d"}\n'),
        lambda: None,
        lambda: [add(*more) for more in ((one, "e\n"), (two, '{"text": "f"}\n'))],
    ) == [["a", "b"], ["c"], ["d"], [], ["e", "f"]]
    assert watch.rejected == []


def test_watching_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = put(tmp_path / "1.csv", "a", "b")
    first = Watch(tmp_path)
    first.rounds()
    add(path, "c\n")
    put(tmp_path / "0.csv", "z")
    assert Watch(tmp_path, first.cursor).rounds() == [["z", "c"]]


def test_a_half_written_line_waits_for_its_end(tmp_path: Path) -> None:
    path = put(tmp_path / "1.csv", "a", "b and ha", end="")
    watch = Watch(tmp_path)
    assert watch.rounds(lambda: None, lambda: add(path, "lf\nc\n")) == [["a"], [], ["b and half", "c"]]
    assert watch.rejected == []


def test_a_half_written_quote_waits_for_its_end(tmp_path: Path) -> None:
    path = put(tmp_path / "1.csv", "a", '"b', "goes")
    watch = Watch(tmp_path)
    assert watch.rounds(lambda: add(path, 'on"\nc\n')) == [["a"], ["b\ngoes\non", "c"]]
    assert watch.rejected == []


def test_a_last_line_without_an_end_is_taken_when_nobody_writes_any_more(tmp_path: Path) -> None:
    put(tmp_path / "1.csv", "a", "b", end="")
    watch = Watch(tmp_path)
    later = watch.clock.now() + 60_000
    assert watch.rounds(lambda: None, lambda: watch.clock.until(later), lambda: None) == [["a"], [], ["b"], []]


def test_what_stays_cut_off_is_rejected_once(tmp_path: Path) -> None:
    path = tmp_path / "1.jsonl"
    path.write_text('{"text": "a"}\n{"text": "b')
    os.utime(path, (LONG_AGO, LONG_AGO))
    watch = Watch(tmp_path)
    assert watch.rounds(lambda: None) == [["a"], []]
    assert watch.rejected == [("1.jsonl:2", "not_json")]


def test_a_replaced_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = put(tmp_path / "1.csv", "a", "b")
    assert Watch(tmp_path).rounds(lambda: put(path, "c", "d", "e")) == [["a", "b"], ["c", "d", "e"]]


def test_a_file_that_holds_no_posts_is_told_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "1.csv"
    path.write_text("名称,数量\n苹果,3\n")
    put(tmp_path / "2.csv", "b")
    watch = Watch(tmp_path)
    assert watch.rounds(lambda: None, lambda: put(path, "a")) == [["b"], [], ["a"]]
    assert watch.rejected == [("1.csv", "no_text_column")]


def test_a_packed_file_that_is_still_being_copied(tmp_path: Path) -> None:
    whole = gzip.compress(b"text\n" + b"".join(b"post %d %s\n" % (i, os.urandom(30).hex().encode()) for i in range(99)))
    path = tmp_path / "1.csv.gz"
    path.write_bytes(whole[:-50])
    watch = Watch(tmp_path)
    before, after = watch.rounds(lambda: path.write_bytes(whole))
    assert [code for _, code in watch.rejected] == ["file_broken_off"]
    assert sorted({*before, *after}) == sorted(before + after)
    assert len(before + after) == 99


def test_what_is_no_file_of_posts_is_left_alone(tmp_path: Path) -> None:
    for name in ("a.png", "b.xlsx", ".hidden.csv", "~$open.csv", "c.csv.part"):
        put(tmp_path / name, "x")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "absent.csv")
    watch = Watch(tmp_path)
    assert watch.rounds() == [[]]
    assert watch.rejected == []


def test_a_folder_that_is_missing_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(SourceDelayed) as caught:
        Watch(tmp_path / "absent").rounds()
    assert caught.value.code == "folder_missing"
    with pytest.raises(SourceDelayed):
        Watch(put(tmp_path / "a.csv", "x")).rounds()


def test_a_deleted_file_is_forgotten_and_its_return_is_read(tmp_path: Path) -> None:
    path = put(tmp_path / "1.csv", "a")
    watch = Watch(tmp_path)
    assert watch.rounds(path.unlink, lambda: put(path, "a")) == [["a"], [], ["a"]]


def test_options_reach_the_posts(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("text,time\na,2024-05-01 15:20:30\n")

    async def first() -> Batch:
        folder = Folder("x", FolderOptions(str(tmp_path), "forum", "Asia/Shanghai"), WallClock())
        batches = folder.run(Cursor())
        batch = await anext(batches)
        await batches.aclose()  # type: ignore[attr-defined]
        return batch

    (post,) = asyncio.run(first()).items
    assert (post.platform, post.published_at) == ("forum", 1_714_548_030_000)


@pytest.mark.parametrize(
    "options",
    [
        {"path": ""},
        {"path": "a", "platform": ""},
        {"path": "a", "zone": "Mars/Olympus"},
        {"path": "a", "zone": "../../etc/passwd"},
        {"path": "a", "zone": "\0"},
        {"path": "a", "interval": 0.0},
        {"path": "a", "interval": float("nan")},
    ],
)
def test_options_that_cannot_be(options: dict[str, object]) -> None:
    with pytest.raises(SettingRefused) as caught:
        FolderOptions(**options)  # type: ignore[arg-type]
    assert caught.value.code == "option_wrong"
