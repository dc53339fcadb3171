"""A feed is read from a real server: what is new comes once, and an error is never an empty feed."""

import asyncio
import contextlib
import json
import random
import ssl
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import ReplayClock, WallClock
from console.domain.errors import SettingRefused, SourceDelayed
from console.domain.mention import Post
from console.domain.ports import Batch, Cursor
from console.sources._feed_documents import read_feed
from console.sources.feed import REMEMBERED, Feed, FeedOptions
from console.wire import Wire
from tests.helpers.server import Answer, ScriptedServer, gzipped, redirect, serving

NOW = 1_750_000_000_000
TRUST = ssl.create_default_context()
XML = {"Content-Type": "application/rss+xml; charset=utf-8"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as one:
        yield one


def rss(*items: str, title: str = "雪杉观察") -> bytes:
    whole = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{whole}</channel></rss>'.encode()


def an_item(guid: str = "1", title: str = "冰箱门关不上", **fields: str) -> str:
    return f"<guid>{guid}</guid><title>{title}</title>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items())


def a_feed(url: str, **options: object) -> Feed:
    wire = Wire(WallClock(), deadline=5, trust=TRUST)
    return Feed("news", FeedOptions(url, allow_private=True, **options), wire, ReplayClock(NOW), random.Random(1))  # type: ignore[arg-type]


def readings(feed: Feed, count: int, cursor: Cursor | None = None) -> list[Batch]:
    """So many readings in a row, each from the cursor of the one before, as a supervisor would."""

    async def read() -> list[Batch]:
        batches = feed.run(cursor or Cursor())
        came = [await anext(batches) for _ in range(count)]
        await batches.aclose()  # type: ignore[attr-defined]
        return came

    return asyncio.run(read())


def posts(body: bytes, content_type: str = "application/xml") -> Sequence[Post]:
    with serving() as server:
        url = server.on("/feed", Answer(body, headers={"Content-Type": content_type}))
        return readings(a_feed(url), 1)[0].items


# ── what an entry becomes ─────────────────────────────────────────────────────────────────────────


def test_an_rss_item() -> None:
    item = an_item(
        link="https://example.org/1?a=1&amp;b=2",
        description="&lt;p&gt;门&lt;b&gt;关不上&lt;/b&gt;&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;",
        author="wang@example.org (Wang)",
        pubDate="Wed, 01 May 2024 15:20:30 +0800",
    )
    (post,) = posts(rss(item))
    assert post.text == "冰箱门关不上\n门关不上"
    assert (post.platform, post.author, post.url) == ("blog", "Wang", "https://example.org/1?a=1&b=2")
    assert post.published_at == 1_714_548_030_000
    assert (post.author_followers, post.root_id, post.arrived_at) == (None, None, None)


def test_an_atom_entry() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/"><title>F</title>
      <author><name>Li</name></author><entry><id>tag:a</id><title type="html">A &amp;amp; B</title><link href="/a"/>
      <updated>2024-05-01T07:20:30Z</updated>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>one</p><p>two</p></div></content></entry></feed>"""
    (post,) = posts(body.encode())
    assert post.text == "A & B\none\n\ntwo"
    assert post.author == "Li"
    assert post.published_at == 1_714_548_030_000


def test_an_rdf_item() -> None:
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title></channel><item rdf:about="https://e.org/1">
      <title>T</title><link>https://e.org/1</link><dc:creator>Zhao</dc:creator><dc:date>2024-05-01T07:20:30Z</dc:date></item></rdf:RDF>"""
    (post,) = posts(body.encode())
    assert (post.text, post.author, post.url, post.published_at) == ("T", "Zhao", "https://e.org/1", 1_714_548_030_000)


def test_a_json_feed_item() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "F",
        "authors": [{"name": "Sun"}],
        "items": [
            {"id": 7, "url": "/7", "content_html": "<p>a &lt; b</p>", "date_published": "2024-05-01T15:20:30+08:00"},
            {"id": "8", "title": "T", "content_text": "words", "author": {"name": "Qian"}, "date_published": "never"},
            "no item",
        ],
    }
    one, two = posts(json.dumps(body).encode(), "application/feed+json")
    assert (one.text, one.author, one.published_at) == ("a < b", "Sun", 1_714_548_030_000)
    assert one.url is not None
    assert one.url.startswith("http://127.0.0.1")
    assert (two.text, two.author, two.published_at) == ("T\nwords", "Qian", NOW)


@pytest.mark.parametrize("date", ["", "soon", "0001-01-01", "Fri, 31 Dec 9999 23:59:59 GMT", "1900-01-01"])
def test_a_date_that_makes_no_sense_is_now(date: str) -> None:
    (post,) = posts(rss(an_item(pubDate=date)))
    assert post.published_at == NOW


def test_a_post_is_never_published_after_now() -> None:
    (post,) = posts(rss(an_item(pubDate="Sun, 15 Jun 2025 18:00:00 GMT")))
    assert post.published_at == NOW


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        ("门关不上…", "门关不上，换了三次", "门关不上，换了三次"),
        ("门关不上...", "门关不上，换了三次", "门关不上，换了三次"),
        ("标题", "正文", "标题\n正文"),
        ("", "正文", "正文"),
        ("标题", "", "标题"),
    ],
)
def test_title_and_body_are_said_once(title: str, body: str, text: str) -> None:
    (post,) = posts(rss(f"<title>{title}</title><description>{body}</description><link>https://e.org/1</link>"))
    assert post.text == text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://[::1", "http://e.org/" + "a" * 3_000]
)
def test_a_link_that_is_none_is_left_out(link: str) -> None:
    (post,) = posts(rss(an_item(link=link)))
    assert post.url is None


def test_an_entry_without_words_is_rejected(server: ScriptedServer) -> None:
    url = server.on("/feed", Answer(rss("<link>https://e.org/1</link><guid>1</guid>", an_item("2")), headers=XML))
    one, two = readings(a_feed(url), 2)
    assert [(reason.place, reason.code) for reason in one.rejected] == [("https://e.org/1", "no_text")]
    assert len(one.items) == 1
    assert two.rejected == ()


def test_a_giant_entry_is_rejected(server: ScriptedServer) -> None:
    url = server.on("/feed", gzipped(rss(an_item("1", "a" * 1_000_001), an_item("2")), **XML))
    (batch,) = readings(a_feed(url), 1)
    assert [reason.code for reason in batch.rejected] == ["too_large"]
    assert len(batch.rejected[0].sample) <= 200
    assert len(batch.items) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("said", ["utf-8", None])
def test_encodings_also_when_the_server_is_wrong(encoding: str, said: str | None) -> None:
    body = rss(an_item()).decode().replace('"1.0"', f'"1.0" encoding="{encoding}"').encode(encoding)
    (post,) = posts(body, "text/xml" + (f"; charset={said}" if said else ""))
    assert post.text == "冰箱门关不上"


# ── ids ───────────────────────────────────────────────────────────────────────────────────────────


def test_ids_stay_the_same_and_belong_to_their_feed(server: ScriptedServer) -> None:
    items = [
        an_item("same", "a", link="https://e.org/1"),
        an_item("same", "b", link="https://e.org/2"),
        an_item("own", "c"),
    ]
    bare = ["<title>d</title>", "<title>e</title><link>https://e.org/3</link>", an_item("x" * 1_000, "f")]
    urls = [server.on(path, Answer(rss(*order), headers=XML)) for path, order in
            (("/a", items + bare), ("/a2", (items + bare)[::-1]), ("/b", items + bare))]  # fmt: skip

    def ids(url: str) -> dict[str, str]:
        return {post.text: post.external_id for post in readings(a_feed(url), 1)[0].items}

    first = ids(urls[0])
    assert len(set(first.values())) == 6
    assert all(len(one) <= 400 for one in first.values())
    server.on("/a", Answer(rss(*(items + bare)[::-1]), headers=XML))
    assert ids(urls[0]) == first
    assert not set(ids(urls[2]).values()) & set(first.values())


def test_what_was_seen_does_not_come_again(server: ScriptedServer) -> None:
    old, new = an_item("1", "old", pubDate="Wed, 01 May 2024 07:20:30 GMT"), an_item("2", "new")
    bumped = rss(an_item("1", "old, edited"), new, title="bumped")
    url = server.on("/feed", *(Answer(body, headers=XML) for body in (rss(old), rss(new, old), bumped)))
    came = readings(a_feed(url), 3)
    assert [[post.text for post in batch.items] for batch in came] == [["old"], ["new"], []]
    again = readings(a_feed(url), 1, Cursor(json.loads(json.dumps(dict(came[1].cursor.fields)))))
    assert again[0].items == ()


def test_posts_come_the_oldest_first(server: ScriptedServer) -> None:
    days = [an_item(str(day), f"day {day}", pubDate=f"Wed, {day:02} May 2024 07:20:30 GMT") for day in (3, 1, 2)]
    url = server.on("/feed", Answer(rss(*days), headers=XML))
    assert [post.text for post in readings(a_feed(url), 1)[0].items] == ["day 1", "day 2", "day 3"]


def test_the_memory_is_bounded(server: ScriptedServer) -> None:
    pages = [rss(*(an_item(f"{page}-{i}", f"{page} {i}") for i in range(300))) for page in range(5)]
    url = server.on("/feed", *(Answer(page, headers=XML) for page in pages))
    came = readings(a_feed(url), 5)
    assert all(len(batch.items) == 300 for batch in came)
    assert len(came[-1].cursor.fields["seen"]) <= 300 + REMEMBERED


# ── asking politely ───────────────────────────────────────────────────────────────────────────────


def test_a_feed_that_has_not_changed_is_asked_with_its_validators(server: ScriptedServer) -> None:
    tags = {"ETag": 'W/"abc"', "Last-Modified": "Wed, 01 May 2024 07:20:30 GMT", **XML}
    url = server.on("/feed", Answer(rss(an_item()), headers=tags), Answer(status=304))
    one, two, three = readings(a_feed(url), 3)
    assert len(one.items) == 1
    assert two.items == three.items == ()
    assert two.cursor == one.cursor
    assert "if-none-match" not in server.asked[0].headers
    for asked in server.asked[1:]:
        assert asked.headers["if-none-match"] == 'W/"abc"'
        assert asked.headers["if-modified-since"] == tags["Last-Modified"]


def test_validators_of_another_address_are_not_sent(server: ScriptedServer) -> None:
    one = server.on("/one", Answer(rss(an_item()), headers={"ETag": '"abc"', **XML}))
    two = server.on("/two", Answer(rss(an_item()), headers=XML))
    (batch,) = readings(a_feed(one), 1)
    (other,) = readings(a_feed(two), 1, batch.cursor)
    assert "if-none-match" not in server.asked[1].headers
    assert len(other.items) == 1


@pytest.mark.parametrize("tag", ["é", "a" * 2_000, "a\x7fb"])
def test_a_strange_validator_is_not_kept(server: ScriptedServer, tag: str) -> None:
    url = server.on("/feed", Answer(rss(an_item()), headers={"ETag": tag, **XML}))
    one, _ = readings(a_feed(url), 2)
    assert one.cursor.fields["etag"] is None
    assert "if-none-match" not in server.asked[1].headers


def test_the_pace_is_the_user_s_with_some_jitter(server: ScriptedServer) -> None:
    url = server.on("/feed", Answer(rss(), headers=XML), Answer(status=304))
    paces = [batch.next_after or 0 for batch in readings(a_feed(url, interval=100.0), 20)]
    assert all(90 <= pace <= 110 for pace in paces)
    assert len(set(paces)) > 10


def test_a_moved_feed_is_followed(server: ScriptedServer) -> None:
    server.on("/new/feed", Answer(rss(an_item(link="post/1")), headers=XML))
    (batch,) = readings(a_feed(server.on("/old", redirect("/new/feed", 301))), 1)
    assert batch.items[0].url == server.url("/new/post/1")


# ── what is no feed ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"<!doctype html><html><body><h1>Cookies expired</h1></body></html>", "text/html", "html"),
        (b"<html><body>Login</body></html>", "application/rss+xml", "html"),
        (b"", "application/rss+xml", "unknown"),
        (b"Service busy", "text/plain", "unknown"),
        (b"\x00\x01\x02\xff" * 100, "application/xml", "unknown"),
        (b'{"error": "no"}', "application/json", "json"),
        (b'{"version": "1", "items": []}', "application/json", "json"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>cut', "application/xml", "broken"),
    ],
)
def test_a_page_that_is_no_feed_is_a_failure(
    server: ScriptedServer, body: bytes, content_type: str, reason: str
) -> None:
    url = server.on("/feed", Answer(body, headers={"Content-Type": content_type}))
    with pytest.raises(SourceDelayed) as caught:
        readings(a_feed(url), 1)
    assert (caught.value.code, caught.value.fields) == ("not_a_feed", {"reason": reason})


def test_broken_json_is_a_failure(server: ScriptedServer) -> None:
    url = server.on("/feed", Answer(b'{"items": [', headers={"Content-Type": "application/json"}))
    with pytest.raises(SourceDelayed) as caught:
        readings(a_feed(url), 1)
    assert caught.value.code == "not_json"


def test_an_empty_feed_is_a_feed(server: ScriptedServer) -> None:
    (batch,) = readings(a_feed(server.on("/feed", Answer(rss(), headers=XML))), 1)
    assert (batch.items, batch.rejected, batch.caught_up) == ((), (), True)


def test_the_whole_part_of_a_truncated_document_counts() -> None:
    body = rss(an_item("1", "whole"), an_item("2", "cut off"))
    found = posts(body[: body.index(b"cut off")])
    assert "whole" in [post.text for post in found]


def rss_after(prologue: str, title: str) -> str:
    return f'{prologue}<rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'


LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
ENTITIES = [
    rss_after('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    rss_after('<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">', "a"),
    rss_after('<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "a"),
    rss_after(f'<!DOCTYPE rss [<!ENTITY a0 "ha">{LAUGHS}]>', "&a11;"),
]


@pytest.mark.parametrize("document", ENTITIES, ids=["file", "dtd", "parameter", "laughs"])
def test_no_entity_opens_a_file_or_a_socket(document: str) -> None:
    reached: list[str] = []
    watching = True

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if watching and (event == "socket.connect" or (event == "open" and "passwd" in str(arguments[0]))):
            reached.append(str(arguments))

    sys.addaudithook(note)
    try:
        texts = [entry.text for entry in read_feed(document.encode(), "application/xml", "http://a/")]
    except SourceDelayed:
        texts = []
    finally:
        watching = False
    assert reached == []
    assert all("root:" not in text and len(text) < 100_000 for text in texts)


def test_a_text_is_never_taken_for_a_path(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(an_item()))
    with pytest.raises(SourceDelayed):
        read_feed(str(path).encode(), "application/xml", "http://a/")


# ── options ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"url": "ftp://e.org/"}, "bad_url"),
        ({"url": "file:///etc/passwd"}, "bad_url"),
        ({"url": ""}, "bad_url"),
        ({"url": "http://e.org/", "interval": 1.0}, "option_wrong"),
        ({"url": "http://e.org/", "interval": float("nan")}, "option_wrong"),
        ({"url": "http://e.org/", "platform": " "}, "option_wrong"),
    ],
)
def test_options_that_cannot_be(options: dict[str, object], code: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        FeedOptions(**options)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_inside_addresses_need_the_user_s_word(server: ScriptedServer) -> None:
    feed = Feed("news", FeedOptions(server.url("/feed")), Wire(WallClock(), trust=TRUST), WallClock())
    with pytest.raises(Exception, match="address_private"):
        readings(feed, 1)
    assert server.asked == []


# ── recorded and random documents ─────────────────────────────────────────────────────────────────


@given(st.binary(max_size=400) | st.text(alphabet="<>/rsitem!?[]CDATA&;\"'= {}:,", max_size=300).map(str.encode))
def test_no_document_breaks_us(body: bytes) -> None:
    for before in (b"", b'<rss version="2.0"><channel><item><title>', b'{"version":"jsonfeed.org","items":['):
        with contextlib.suppress(SourceDelayed):
            assert isinstance(read_feed(before + body, "", "http://a/"), list)


def recorded(data_dir: Path) -> list[Path]:
    found = [
        path
        for folder in ("feedparser", "gofeed", "miniflux")
        for path in sorted((data_dir / "payloads" / folder).rglob("*"))
        if path.is_file()
    ]
    if not found:
        pytest.skip("no recorded feeds")
    return found


def read_all(paths: Sequence[Path]) -> tuple[int, int]:
    """How many documents gave entries, and how many were no feeds; every entry must be one that can be kept."""
    taken = refused = 0
    for path in paths:
        try:
            entries = read_feed(path.read_bytes(), "", "https://example.org/feed")
            taken += bool(entries)
        except SourceDelayed:
            refused += 1
            continue
        for entry in entries:
            assert isinstance(entry.text, str), path
            assert entry.link is None or entry.link.startswith("http"), path
    return taken, refused


def test_recorded_feeds(data_dir: Path) -> None:
    taken, refused = read_all(recorded(data_dir)[::6])
    assert taken > 100
    assert refused > 10


@pytest.mark.long
def test_all_recorded_feeds_from_a_server(data_dir: Path) -> None:
    """Every recorded document is served, read through the wire, and gives posts or one of our errors."""
    paths = recorded(data_dir)
    taken, refused = read_all(paths)
    assert taken > 900
    with serving() as server:
        wire = Wire(WallClock(), deadline=20, trust=TRUST)
        came = failed = 0
        for path in paths:
            options = FeedOptions(server.on("/feed", Answer(path.read_bytes())), allow_private=True)
            try:
                (batch,) = readings(Feed("feed", options, wire, ReplayClock(NOW)), 1)
                came += bool(batch.items or batch.rejected)
            except SourceDelayed:
                failed += 1
    assert (came, failed) == (taken, refused)
