"""What every source must do, whatever it reads: the list of sources and those that commands make."""

import asyncio
import json
import random
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from console.domain.clock import ReplayClock, WallClock
from console.domain.coverage import SourceHealth
from console.domain.errors import ConsoleError, SettingRefused, SourceDelayed, SourceRefused
from console.domain.hygiene import clean
from console.domain.mention import Post
from console.domain.ports import Batch, Cursor, Source
from console.pipeline.supervise import supervise
from console.sources import SAMPLED, SOURCES, make, options_of, sample
from console.sources._reading import Reading
from console.sources.file_import import FileImport
from console.sources.replay import Replay
from console.wire import Wire
from tests.helpers.server import Answer, ScriptedServer, serving

CLOCK = WallClock()
WIRE = Wire(CLOCK, deadline=10, trust=ssl.create_default_context())
WORDS = [
    *(f"第{i}帖：门关不上" for i in range(6)),
    "<table>" * 30 + "<img src='file:///etc/passwd'>",
    "right \u202e to left, zero\u200bwidth, ÿ, 👨‍👩‍👧",
    "=cmd|' /C calc'!A0",
    "a " * 3_000,
    '"quoted", and\nover lines',
    "//@somebody: repost",
]
"""Twelve posts, some of them ugly."""


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with serving() as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "exports"
    path.mkdir()
    return path


Maker = Callable[[ScriptedServer, Path, list[str]], Source]


def _record(i: int, text: str) -> str:
    at = f"2025-03-03T00:{i:02}:00+08:00"
    return json.dumps({"id": f"p{i}", "author": "a", "text": text, "published_at": at, "arrived_at": at}) + "\n"


def _stream(folder: Path, words: list[str]) -> Path:
    path = folder / "a.jsonl"
    path.write_text("".join(_record(i, text) for i, text in enumerate(words)))
    return path


def a_feed(server: ScriptedServer, folder: Path, words: list[str]) -> Source:
    items = "".join(
        f"<item><guid>{i}</guid><title>{escape(escape(text))}</title>"
        f"<pubDate>Mon, 03 Mar 2025 00:{i:02}:00 +0800</pubDate></item>"
        for i, text in enumerate(words)
    )
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    url = server.on(f"/{folder.parent.name}", Answer(body, headers={"Content-Type": "application/xml"}))
    return make("feed", "one", {"url": url, "allow_private": True}, WIRE, CLOCK)


def a_folder(server: ScriptedServer, folder: Path, words: list[str]) -> Source:
    _stream(folder, words)
    return make("folder", "one", {"path": str(folder)}, WIRE, CLOCK)


def an_import(server: ScriptedServer, folder: Path, words: list[str]) -> Source:
    return FileImport(_stream(folder, words), Reading(CLOCK, batch=5), name="one")


def a_replay(server: ScriptedServer, folder: Path, words: list[str]) -> Source:
    return Replay([_stream(folder, words)], batch=5, name="one")


MAKERS: Mapping[str, Maker] = {"feed": a_feed, "folder": a_folder, "import": an_import, "replay": a_replay}
every_source = pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)


async def one_round(batches: AsyncIterator[Batch]) -> list[Batch]:
    """Batches up to the first that is caught up. A source never sleeps: its supervisor does."""
    came = []
    async with asyncio.timeout(20):
        async for batch in batches:
            came.append(batch)
            if batch.caught_up:
                break
    return came


def heard(source: Source, cursor: Cursor | None = None) -> list[Batch]:
    async def run() -> list[Batch]:
        batches = source.run(cursor or Cursor())
        came = await one_round(batches)
        await batches.aclose()  # type: ignore[attr-defined]
        return came

    return asyncio.run(run())


def posts_of(batches: list[Batch]) -> list[Post]:
    return [post for batch in batches for post in batch.items]


def test_every_source_on_the_list_is_tried_here() -> None:
    assert set(SOURCES) <= set(MAKERS)


@every_source
def test_it_brings_every_post_once_as_it_was_written(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    source = maker(server, folder, WORDS)
    posts = posts_of(heard(source))
    assert source.name == "one"
    assert [post.text.split() for post in posts] == [text.split() for text in WORDS]
    assert len({(post.platform, post.external_id) for post in posts}) == len(WORDS)


@every_source
def test_its_posts_can_be_kept(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    for post in posts_of(heard(maker(server, folder, WORDS))):
        assert isinstance(clean(post, CLOCK.now()), Post)
        assert post.author_followers is None
        assert post.published_at <= CLOCK.now()
        assert post.platform


@every_source
def test_only_a_record_has_times_of_arrival(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    is_recorded = maker is a_replay
    assert all((post.arrived_at is not None) is is_recorded for post in posts_of(heard(maker(server, folder, WORDS))))


@every_source
def test_its_cursors_are_plain_values_and_skip_nothing(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    came = heard(maker(server, folder, WORDS))
    ids = [post.external_id for post in posts_of(came)]
    done = 0
    for batch in came:
        done += len(batch.items)
        cursor = Cursor(json.loads(json.dumps(dict(batch.cursor.fields))))
        rest = [post.external_id for post in posts_of(heard(maker(server, folder, WORDS), cursor))]
        assert set(ids[done:]) <= set(rest) <= set(ids)


@every_source
def test_a_strange_cursor_is_a_beginning(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    strangers: list[dict[str, Any]] = [{"scope": 1}, {"place": {}, "files": []}, {"files": {"a.jsonl": "x"}}]
    for strange in strangers:
        assert len(posts_of(heard(maker(server, folder, WORDS), Cursor(strange)))) == len(WORDS)


@every_source
def test_reading_again_gives_the_same_ids(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    first = [post.external_id for post in posts_of(heard(maker(server, folder, WORDS)))]
    assert [post.external_id for post in posts_of(heard(maker(server, folder, WORDS)))] == first


@every_source
def test_it_says_when_it_has_caught_up_and_when_it_reads_again(
    maker: Maker, server: ScriptedServer, folder: Path
) -> None:
    came = heard(maker(server, folder, WORDS))
    assert [batch.caught_up for batch in came] == [False] * (len(came) - 1) + [True]
    assert all(batch.next_after is None for batch in came[:-1])
    assert (came[-1].next_after is not None) is (maker in (a_feed, a_folder))


@every_source
def test_it_can_be_left_at_any_time(maker: Maker, server: ScriptedServer, folder: Path) -> None:
    async def leave() -> None:
        source = maker(server, folder, WORDS)
        batches = source.run(Cursor())
        await anext(batches)
        await batches.aclose()  # type: ignore[attr-defined]
        await source.run(Cursor()).aclose()  # type: ignore[attr-defined]

    asyncio.run(leave())


@every_source
def test_what_is_broken_is_rejected_with_a_place_a_reason_and_a_sample(
    maker: Maker, server: ScriptedServer, folder: Path
) -> None:
    came = heard(maker(server, folder, ["first", "x" * 1_000_001, "last"]))
    assert [post.text for post in posts_of(came)] == ["first", "last"]
    (rejected,) = [reason for batch in came for reason in batch.rejected]
    assert rejected.code == "too_large"
    assert rejected.place
    assert 0 < len(rejected.sample) <= 200


# ── the list ──────────────────────────────────────────────────────────────────────────────────────

GIVEN: Mapping[str, Mapping[str, Any]] = {"feed": {"url": "https://example.org/feed"}, "folder": {"path": "exports"}}
every_kind = pytest.mark.parametrize("kind", SOURCES)


@every_kind
def test_options_are_a_form_that_a_dialog_can_draw(kind: str) -> None:
    form = SOURCES[kind].options
    assert is_dataclass(form)
    assert form.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(field.type in (str, int, float, bool) for field in fields(form))
    assert [field.name for field in fields(form) if field.default is MISSING] == list(GIVEN[kind])
    assert form.__doc__


@every_kind
def test_options_survive_the_store(kind: str) -> None:
    options = options_of(kind, GIVEN[kind])
    assert options_of(kind, json.loads(json.dumps(asdict(options)))) == options


@every_kind
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "option_unknown"),
        ({"interval": "often"}, "option_wrong"),
        ({"interval": True}, "option_wrong"),
        ({"interval": 0}, "option_wrong"),
        ({"platform": 5}, "option_wrong"),
        ({"platform": None}, "option_wrong"),
    ],
)
def test_wrong_options_are_refused(kind: str, change: dict[str, Any], code: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        options_of(kind, {**GIVEN[kind], **change})
    assert caught.value.code == code
    assert caught.value.fields["option"] in change


@every_kind
def test_a_missing_option_is_named(kind: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        options_of(kind, {})
    assert (caught.value.code, caught.value.fields["option"]) == ("option_missing", next(iter(GIVEN[kind])))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingRefused) as caught:
        make("telepathy", "x", {}, WIRE, CLOCK)
    assert caught.value.code == "no_such_kind"


@every_kind
def test_a_test_shows_the_newest_posts(kind: str, server: ScriptedServer, folder: Path) -> None:
    posts = asyncio.run(sample(MAKERS[kind](server, folder, WORDS)))
    assert len(posts) == SAMPLED == 5
    assert [post.published_at for post in posts] == sorted((post.published_at for post in posts), reverse=True)
    assert posts[0].text == WORDS[-1].strip()


@every_kind
def test_a_test_of_a_source_with_nothing_in_it(kind: str, server: ScriptedServer, folder: Path) -> None:
    assert asyncio.run(sample(MAKERS[kind](server, folder, []))) == []


@every_kind
def test_a_test_of_a_source_that_cannot_be_read_says_why(kind: str, server: ScriptedServer, folder: Path) -> None:
    absent: dict[str, dict[str, Any]] = {
        "feed": {"url": server.url("/absent"), "allow_private": True},
        "folder": {"path": str(folder / "absent")},
    }
    with pytest.raises(ConsoleError) as caught:
        asyncio.run(sample(make(kind, "x", absent[kind], WIRE, CLOCK)))
    assert caught.value.code == ("not_there" if kind == "feed" else "folder_missing")


@every_kind
def test_a_test_of_a_source_with_nothing_readable_says_what_it_saw(
    kind: str, server: ScriptedServer, folder: Path
) -> None:
    with pytest.raises(SourceDelayed) as caught:
        asyncio.run(sample(MAKERS[kind](server, folder, ["x" * 1_000_001])))
    assert caught.value.code == "nothing_readable"
    assert caught.value.fields["reason"] == "too_large"


# ── under the supervisor ──────────────────────────────────────────────────────────────────────────


def test_a_feed_with_troubles_is_heard_through_all_of_them(server: ScriptedServer) -> None:
    """From failing to hearing to gone: the lamps, the pace the server asks for, every post once, and the end."""

    def feed(*guids: int) -> Answer:
        items = "".join(f"<item><guid>{i}</guid><title>post {i}</title></item>" for i in guids)
        return Answer(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), headers={"ETag": f'"{guids}"'})

    url = server.on(
        "/troubled",
        Answer(status=500),
        Answer(status=429, headers={"Retry-After": "600"}),
        Answer(b"<html>busy</html>"),
        feed(1, 2),
        Answer(status=304),
        feed(2, 3),
        Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<rss"),
        feed(3, 4),
        Answer(status=410),
    )
    clock = ReplayClock(1_750_000_000_000)
    began = clock.now()
    source = make("feed", "news", {"url": url, "allow_private": True}, WIRE, clock)
    texts: list[str] = []
    told: list[SourceHealth] = []

    async def put(name: str, batch: Batch) -> None:
        texts.extend(post.text for post in batch.items)

    async def tell(health: SourceHealth) -> None:
        told.append(health)

    error = asyncio.run(supervise(source, Cursor(), put, tell, clock, random.Random(1)))
    assert texts == ["post 1", "post 2", "post 3", "post 4"]
    assert [(health.lamp.value, health.code) for health in told] == [
        ("late", "server_failed"),
        ("late", "rate_limited"),
        ("failing", "not_a_feed"),
        ("hearing", None),
        ("late", "truncated_body"),
        ("hearing", None),
        ("refused", "not_there"),
    ]
    assert isinstance(error, SourceRefused)
    assert clock.now() - began >= 600_000 + 4 * 270_000
