"""The guarded client against real, hostile servers."""

import asyncio
import gzip
import json
import re
import ssl
import sys
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import formatdate
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import ReplayClock, WallClock
from console.domain.errors import ConsoleError, SourceDelayed, SourceRefused
from console.wire import Reply, Wire, is_public, read_json, retry_after
from console.wire.unpack import PIECE, Unpacker
from tests.helpers.server import Answer, ScriptedServer, gzipped, redirect, serving

NOW = 1_750_000_000_000
PUBLIC = "93.184.215.14"
TRUST = ssl.create_default_context()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as one:
        yield one


def fetch(
    url: str, wire: Wire | None = None, headers: Mapping[str, str] | None = None, *, allow_private: bool = True
) -> Reply:
    wire = wire or Wire(WallClock(), deadline=10, trust=TRUST)
    return asyncio.run(wire.get(url, headers, allow_private=allow_private))


def failure(url: str, wire: Wire | None = None, *, allow_private: bool = True) -> ConsoleError:
    with pytest.raises(ConsoleError) as caught:
        fetch(url, wire, allow_private=allow_private)
    return caught.value


class Names:
    """A resolver that answers each name by script, one answer a question, and remembers the questions."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(script) for name, script in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        script = self.answers.get(host, [[host]])
        return script.pop(0) if len(script) > 1 else script[0]


@pytest.fixture
def connects() -> Iterator[list[str]]:
    """Every address that a socket of this process is about to connect to while the test runs."""
    seen: list[str] = []
    listening = True

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "socket.connect" and isinstance(arguments[1], tuple):
            seen.append(str(arguments[1][0]))

    sys.addaudithook(note)
    yield seen
    listening = False


# ── an ordinary answer ────────────────────────────────────────────────────────────────────────────


def test_a_page_comes_whole_with_its_headers(server: ScriptedServer) -> None:
    url = server.on("/feed", Answer("你好".encode(), headers={"ETag": '"a"', "Content-Type": "text/plain"}))
    reply = fetch(url)
    assert (reply.status, reply.body.decode(), reply.headers["etag"], reply.url) == (200, "你好", '"a"', url)
    assert server.asked[0].headers["host"] == f"127.0.0.1:{server.port}"
    assert server.asked[0].headers["user-agent"].startswith("crisis-console/")


def test_what_has_not_changed_has_no_body(server: ScriptedServer) -> None:
    url = server.on("/feed", Answer(status=304, headers={"ETag": '"a"'}))
    reply = fetch(url, headers={"If-None-Match": '"a"'})
    assert (reply.status, reply.body) == (304, b"")
    assert server.asked[0].headers["if-none-match"] == '"a"'


@pytest.mark.parametrize("wrap", [zlib.compress, lambda body: zlib.compress(body)[2:-4]], ids=["zlib", "raw"])
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_deflate_comes_in_both_dialects_and_in_any_pieces(
    server: ScriptedServer, wrap: Callable[[bytes], bytes], step: int
) -> None:
    body = b"<rss/>" * 50
    packed = wrap(body)
    pieces = [packed[i : i + step] for i in range(0, len(packed), step)]
    url = server.on("/d", Answer(headers={"Content-Encoding": "deflate"}, pieces=lambda: pieces))
    assert fetch(url).body == body


@given(body=st.binary(max_size=3_000), step=st.integers(1, 500), again=st.integers(1, 900))
def test_unpacking_does_not_depend_on_the_pieces(body: bytes, step: int, again: int) -> None:
    whole = body * again
    packed = gzip.compress(whole, 9)
    unpacker = Unpacker("gzip")
    pieces = [piece for i in range(0, len(packed), step) for piece in unpacker.feed(packed[i : i + step])]
    assert b"".join(pieces) == whole
    assert unpacker.is_whole
    assert max(map(len, pieces), default=0) <= PIECE


@pytest.mark.parametrize("more", range(1, 260, 7))
def test_what_is_left_when_the_input_is_used_up_still_comes(more: int) -> None:
    """Raw deflate ends without a trailer: the last piece may be due after the last byte has been taken."""
    whole = b"a" * (PIECE + more)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    unpacker = Unpacker("deflate")
    assert b"".join(unpacker.feed(packer.compress(whole) + packer.flush())) == whole
    assert unpacker.is_whole


# ── a body that is not what it seems ──────────────────────────────────────────────────────────────


def test_a_truncated_gzip_is_refused(server: ScriptedServer) -> None:
    packed = gzip.compress(bytes(range(256)) * 2_000)
    half = packed[: len(packed) // 2]
    url = server.on("/t", Answer(half, headers={"Content-Encoding": "gzip"}))
    error = failure(url)
    assert isinstance(error, SourceDelayed)
    assert error.code == "truncated_body"


def test_a_body_shorter_than_its_length_is_refused(server: ScriptedServer) -> None:
    url = server.on("/short", Answer(b"half", headers={"Content-Length": "400"}))
    assert failure(url).code == "truncated_body"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"plain text", "gzip"),
        (gzip.compress(b"a")[:-8] + b"\0" * 8, "gzip"),
        (gzip.compress(b"a") + b"more", "gzip"),
        (b"whatever", "br"),
        (gzip.compress(gzip.compress(b"nested")), "gzip, gzip"),
    ],
    ids=["not-packed", "wrong-checksum", "something-after", "not-asked-for", "nested"],
)
def test_a_badly_packed_body_is_refused(server: ScriptedServer, body: bytes, encoding: str) -> None:
    url = server.on("/bad", Answer(body, headers={"Content-Encoding": encoding}))
    assert failure(url).code == "bad_encoding"


def test_a_bomb_stops_at_the_limit(server: ScriptedServer) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(40)) + packer.flush()
    url = server.on("/bomb", Answer(bomb, headers={"Content-Encoding": "gzip"}))
    began = time.monotonic()
    assert failure(url).code == "too_large"
    assert time.monotonic() - began < 2


def test_an_endless_body_stops_at_the_limit(server: ScriptedServer) -> None:
    sent = 0

    def forever() -> Iterator[bytes]:
        nonlocal sent
        while sent < 200_000_000:
            sent += 65_536
            yield b"x" * 65_536

    url = server.on("/endless", Answer(pieces=forever))
    assert failure(url).code == "too_large"
    assert sent < 100_000_000


def test_a_packed_body_of_exactly_the_limit_passes(server: ScriptedServer) -> None:
    url = server.on("/fits", gzipped(b"a" * 5_000))
    assert len(fetch(url, Wire(WallClock(), largest=5_000, trust=TRUST)).body) == 5_000
    assert failure(url, Wire(WallClock(), largest=4_999, trust=TRUST)).code == "too_large"


# ── a server that does not come to the point ──────────────────────────────────────────────────────


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_slow_drip_ends_at_the_deadline(server: ScriptedServer, where: str) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            yield b"a"

    url = server.on(
        "/slow", Answer(pieces=drip, pause=0.05, raw=b"HTTP/1.1 200 OK\r\nX: " if where == "headers" else None)
    )
    began = time.monotonic()
    error = failure(url, Wire(WallClock(), deadline=0.6, trust=TRUST))
    assert error.code == "timed_out"
    assert isinstance(error, SourceDelayed)
    assert time.monotonic() - began < 2


def test_nobody_there(server: ScriptedServer) -> None:
    with serving() as gone:
        url = gone.url("/")
    error = failure(url)
    assert (error.code, error.fields) == ("unreachable", {"host": "127.0.0.1"})


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "bad_answer"),
        (b"hello\r\n\r\n", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(500)) + b"\r\n", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nabcd", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "truncated_body"),
    ],
    ids=["nothing", "no-http", "long-header", "many-headers", "negative-length", "bad-chunk"],
)
def test_an_answer_that_is_none(server: ScriptedServer, raw: bytes, code: str) -> None:
    url = server.on("/odd", Answer(raw=raw))
    error = failure(url)
    assert isinstance(error, SourceDelayed)
    assert error.code == code


# ── refusals and delays ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 406, 410, 414, 451])
def test_what_a_person_must_mend_is_refused(server: ScriptedServer, status: int) -> None:
    error = failure(server.on("/", Answer(status=status)))
    assert isinstance(error, SourceRefused)
    assert error.fields["status"] == status


@pytest.mark.parametrize("status", [204, 300, 304 + 5, 408, 418, 425, 429, 432, 500, 502, 503, 504])
def test_what_may_pass_is_delayed(server: ScriptedServer, status: int) -> None:
    assert isinstance(failure(server.on("/", Answer(status=status))), SourceDelayed)


@pytest.mark.parametrize("status", [429, 503])
def test_the_server_says_when_to_come_again(server: ScriptedServer, status: int) -> None:
    error = failure(server.on("/", Answer(status=status, headers={"Retry-After": "37"})))
    assert isinstance(error, SourceDelayed)
    assert error.retry_after == 37


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 1.5 ", 1.5),
        ("-5", 0.0),
        ("1000000000", 900.0),
        (formatdate(NOW / 1000 + 120, usegmt=True), 120.0),
        (formatdate(NOW / 1000 - 120, usegmt=True), 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 900.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("٣", None),
        ("Mon, 99 Foo 2024 99:99:99 GMT", None),
    ],
)
def test_retry_after_in_all_its_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_breaks_us(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or 0 <= wait <= 900


# ── where we may go ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.251",
        "233.252.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::fb",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "4000::1",
    ],
)
def test_an_inner_address_is_seen_in_any_dress(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", f"{PUBLIC} 1.1.1.1 2606:4700:4700::1111 ::ffff:1.1.1.1 64:ff9b::101:101".split())
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_refused_unless_allowed(server: ScriptedServer, host: str, connects: list[str]) -> None:
    server.on("/", Answer(b"secret"))
    error = failure(server.url(host=host), allow_private=False)
    assert isinstance(error, SourceRefused)
    assert error.code in ("address_private", "bad_url")
    assert server.asked == []
    assert connects == []


def stopped_at(url: str, names: Names) -> str:
    """The address where the guard of tests/conftest.py stopped a connection out of this machine."""
    with pytest.raises(BaseException) as caught:
        fetch(url, Wire(WallClock(), resolve=names, trust=TRUST), allow_private=False)
    told = re.findall(r"a test tried to reach ([0-9.]+):", "".join(traceback.format_exception(caught.value)))
    assert len(set(told)) == 1, caught.value
    return str(told[0])


def test_a_name_is_asked_once_and_the_checked_address_is_used(server: ScriptedServer, connects: list[str]) -> None:
    """A name that turns inward after the check gains nothing: the connection goes where the check looked."""
    names = Names(rebind_test=[[PUBLIC], ["127.0.0.1"]])
    server.on("/", Answer(b"secret"))
    assert stopped_at(server.url(host="rebind.test"), names) == PUBLIC
    assert names.asked == ["rebind.test"]
    assert connects == []


def test_inner_addresses_of_a_mixed_name_are_left_out(server: ScriptedServer, connects: list[str]) -> None:
    names = Names(mixed_test=[["127.0.0.1", PUBLIC, "::1"]])
    assert stopped_at(server.url(host="mixed.test"), names) == PUBLIC
    assert connects == []


def test_the_next_address_is_tried_when_one_is_dead(server: ScriptedServer) -> None:
    names = Names(two_test=[["127.0.0.2", "127.0.0.1"]])
    server.on("/", Answer(b"here"))
    assert fetch(server.url(host="two.test"), Wire(WallClock(), resolve=names, trust=TRUST)).body == b"here"
    assert server.asked[0].headers["host"] == f"two.test:{server.port}"


def test_a_name_nobody_knows() -> None:
    async def none(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    error = failure("http://nowhere.test/", Wire(WallClock(), resolve=none))
    assert isinstance(error, SourceDelayed)
    assert (error.code, error.fields) == ("name_unknown", {"host": "nowhere.test"})


@pytest.mark.parametrize(
    "url",
    ["", "file:///etc/passwd", "ftp://example.org/", "//example.org/", "http://", "http://a:99999/", "javascript:1",
     "http://exa mple.org/", "http://[::1", "http://" + "a" * 5_000, "http://a\x00b/", "http://" + "a" * 70 + ".org/"],
)  # fmt: skip
def test_an_address_that_is_none_of_ours(url: str) -> None:
    error = failure(url)
    assert isinstance(error, SourceRefused | SourceDelayed)
    assert error.code in ("bad_url", "name_unknown")


def test_a_password_in_the_address_is_refused() -> None:
    error = failure("http://me:canary@example.org/feed")
    assert error.code == "url_has_password"
    assert "canary" not in str(error)


def test_proxies_of_the_environment_are_not_used(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        assert fetch(server.on("/", Answer(b"direct"))).body == b"direct"
        assert proxy.asked == []


# ── redirects ─────────────────────────────────────────────────────────────────────────────────────


def test_three_redirects_are_followed_and_no_fourth(server: ScriptedServer) -> None:
    for i in range(4):
        server.on(f"/{i}", redirect(f"/{i + 1}"))
    server.on("/4", Answer(b"end"))
    assert fetch(server.url("/1")).body == b"end"
    assert failure(server.url("/0")).code == "redirect_loop"


def test_a_loop_ends(server: ScriptedServer) -> None:
    error = failure(server.on("/", redirect("/", status=301)))
    assert isinstance(error, SourceDelayed)
    assert error.code == "redirect_loop"
    assert len(server.asked) == 4


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x/", "javascript:alert(1)", "http://me:pass@a/"])
def test_a_redirect_out_of_the_web_is_refused(server: ScriptedServer, target: str) -> None:
    assert failure(server.on("/", redirect(target))).code == "redirect_refused"


@pytest.mark.parametrize(
    "target", ["169.254.169.254", "127.0.0.2", "[::1]", "[64:ff9b::7f00:1]", "0x7f.1", "inner.test"]
)
def test_a_redirect_inward_is_refused_before_any_connection(
    server: ScriptedServer, target: str, connects: list[str]
) -> None:
    """Though the user allowed the first server to be inside: what it points at is another matter."""
    names = Names(inner_test=[["10.0.0.8"]])
    names.answers["0x7f.1"] = [["127.0.0.1"]]
    error = failure(server.on("/", redirect(f"http://{target}/secret")), Wire(WallClock(), resolve=names, trust=TRUST))
    assert isinstance(error, SourceDelayed)
    assert (error.code, error.fields["reason"]) == ("redirect_refused", "address_private")
    assert connects == ["127.0.0.1"]
    assert server.paths() == ["/"]


def test_credentials_stay_with_their_server(server: ScriptedServer) -> None:
    with serving() as other:
        other.on("/there", redirect("/again"))
        other.on("/again", Answer(b"end"))
        server.on("/here", redirect("/still"))
        server.on("/still", redirect(other.url("/there")))
        sent = {"Authorization": "Bearer canary", "Cookie": "a=b", "Accept": "text/xml"}
        fetch(server.url("/here"), headers=sent)
        assert [asked.headers.get("authorization") for asked in server.asked] == ["Bearer canary"] * 2
        assert [(a.headers.get("authorization"), a.headers.get("cookie")) for a in other.asked] == [(None, None)] * 2
        assert other.asked[0].headers["accept"] == "text/xml"


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def _trusting(authority: trustme.CA, names: Names) -> Wire:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return Wire(WallClock(), deadline=10, resolve=names, trust=trust)


def test_the_certificate_is_checked_against_the_name(authority: trustme.CA) -> None:
    context = _tls(authority, "feed.test")
    asked_for: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    names = Names(feed_test=[["127.0.0.1"]], other_test=[["127.0.0.1"]])
    with serving(context) as server:
        server.on("/", Answer(b"safe"))
        assert fetch(server.url(host="feed.test"), _trusting(authority, names)).body == b"safe"
        assert asked_for == ["feed.test"]
        assert server.asked[0].headers["host"] == f"feed.test:{server.port}"
        error = failure(server.url(host="other.test"), _trusting(authority, names))
        assert isinstance(error, SourceDelayed)
        assert error.code == "tls_failed"
        assert len(server.asked) == 1


def test_a_stranger_s_certificate_is_refused(authority: trustme.CA) -> None:
    with serving(_tls(trustme.CA(), "feed.test")) as server:
        error = failure(server.url(host="feed.test"), _trusting(authority, Names(feed_test=[["127.0.0.1"]])))
        assert error.code == "tls_failed"
        assert server.asked == []


def test_https_never_falls_back_to_http(authority: trustme.CA, server: ScriptedServer) -> None:
    with serving(_tls(authority, "feed.test")) as safe:
        safe.on("/", redirect(server.on("/plain", Answer(b"open"))))
        error = failure(safe.url(host="feed.test"), _trusting(authority, Names(feed_test=[["127.0.0.1"]])))
        assert (error.code, error.fields["reason"]) == ("redirect_refused", "downgrade")
        assert server.asked == []


def test_the_system_s_certificates_are_loaded_once() -> None:
    wire = Wire(WallClock(), deadline=10)
    with serving() as server:
        server.on("/", Answer(b"a"))
        fetch(server.url(), wire)
        first = wire.trust
        fetch(server.url(), wire)
    assert first is not None
    assert wire.trust is first
    assert first.verify_mode is ssl.CERT_REQUIRED
    assert first.check_hostname


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "syntax"), ("[-Infinity]", "syntax"), ("1e999", "syntax"), ("9" * 5_000, "syntax"), ("", "syntax"),
        ("[" * 100_000, "depth"), ("[" * 200 + "]" * 200, "depth"), ('{"a":' * 200 + "1" + "}" * 200, "depth"),
        (" " * 2_000 + "1", "size"), (b"\"\xff\"", "encoding"), ("\ufeff", "syntax"),
    ],
)  # fmt: skip
def test_what_is_not_strictly_json_is_refused(text: str | bytes, reason: str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    largest = 1_000 if reason == "size" else 8_000_000
    with pytest.raises(SourceDelayed) as caught:
        read_json(data, largest=largest)
    assert (caught.value.code, caught.value.fields) == ("not_json", {"reason": reason})


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-le"]),
)  # fmt: skip
def test_json_comes_back_as_it_went(value: object, encoding: str) -> None:
    assert read_json(json.dumps(value).encode(encoding)) == value


def test_the_json_test_suite(data_dir: Path) -> None:
    """Every document that must be accepted is, every one that must not be is not, and none breaks us."""
    folder = data_dir / "corpora" / "JSONTestSuite" / "test_parsing"
    if not folder.is_dir():
        pytest.skip("the JSON test suite is absent")
    wrong = []
    for path in sorted(folder.glob("*.json")):
        try:
            read_json(path.read_bytes())
            is_taken = True
        except SourceDelayed:
            is_taken = False
        if path.name[0] in "yn" and is_taken is not (path.name[0] == "y"):
            wrong.append(path.name)
    assert wrong == []


def test_a_date_is_reckoned_by_the_clock(server: ScriptedServer) -> None:
    answer = Answer(status=429, headers={"Retry-After": formatdate(NOW / 1000 + 60, usegmt=True)})
    error = failure(server.on("/", answer), Wire(ReplayClock(NOW), deadline=10))
    assert isinstance(error, SourceDelayed)
    assert error.retry_after == 60
