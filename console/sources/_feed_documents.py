"""Feed documents, read: RSS, Atom and RDF by feedparser, JSON Feed by hand. Nothing here opens a file or a socket."""

import calendar
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser

from console.domain.clock import Instant
from console.domain.errors import SourceDelayed
from console.sources._html import plain
from console.sources._records import said_once
from console.sources._times import read_time
from console.wire import read_json

_LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as plain text. ``published_at`` is None where the document names no time that makes sense."""

    guid: str
    link: str | None
    author: str
    text: str
    published_at: Instant | None


def read_feed(body: bytes, content_type: str, base: str) -> list[Entry]:
    """The entries of a document, as they stand in it; ``base`` is where it came from, for relative links.

    Raises SourceDelayed('not_a_feed', reason): an error page is a failure, never a feed without entries.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or "json" in content_type.lower():
        return _json_feed(read_json(body), base)
    try:
        # Bytes only: given a text, feedparser would open it as a path or an address.
        document = feedparser.parse(
            BytesIO(body),
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        if not document.get("version"):
            raise SourceDelayed("not_a_feed", reason="html" if b"<html" in body[:4_000].lower() else "unknown")
        if document.get("bozo") and not document.entries and _is_malformed(document.get("bozo_exception")):
            raise SourceDelayed("not_a_feed", reason="broken")
        channel = _author(document.feed) or _line(_field(document.feed, "title"))
        return [_entry(raw, channel, base) for raw in document.entries]
    except SourceDelayed:
        raise
    except Exception as error:  # whatever feedparser dies of is the document's fault
        raise SourceDelayed("not_a_feed", reason=type(error).__name__) from error


def _is_malformed(fault: object) -> bool:
    """Whether the markup itself was broken, not merely mislabelled."""
    return not isinstance(fault, feedparser.NonXMLContentType | feedparser.CharacterEncodingOverride)


def _entry(raw: Any, channel: str, base: str) -> Entry:
    contents = _field(raw, "content") or [_field(raw, "summary_detail")]
    body = max((_said(content) for content in contents), key=len)
    title = " ".join(_said(_field(raw, "title_detail")).split())
    return Entry(
        _line(_field(raw, "id")),
        _link(_field(raw, "link"), base),
        _author(raw) or channel,
        said_once(title, body),
        _published(raw),
    )


def _field(raw: Any, name: str) -> Any:
    """A field as it stands; feedparser's own access maps old names to new ones, with a warning."""
    return dict.get(raw, name) if isinstance(raw, dict) else None


def _said(detail: Any) -> str:
    """The plain text of one piece of content."""
    value = _field(detail, "value")
    if not isinstance(value, str):
        return ""
    if "html" in str(_field(detail, "type") or ""):
        return plain(value)
    return _unescaped(value).strip()


def _unescaped(text: str) -> str:
    """Many feeds escape their plain titles twice."""
    try:
        return html.unescape(text)
    except ValueError:
        return text


def _author(raw: Any) -> str:
    detail = _field(raw, "author_detail")
    return _line(_field(detail, "name") or _field(raw, "author"))


def _published(raw: Any) -> Instant | None:
    for field in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = _field(raw, field)
        if parsed:
            try:
                return calendar.timegm(parsed) * 1000
            except (ValueError, TypeError, OverflowError, IndexError):
                continue
    return None


def _json_feed(value: Any, base: str) -> list[Entry]:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        raise SourceDelayed("not_a_feed", reason="json")
    if "jsonfeed.org" not in str(value.get("version", "")):
        raise SourceDelayed("not_a_feed", reason="json")
    channel = _json_author(value) or _line(value.get("title"))
    return [_json_entry(item, channel, base) for item in value["items"] if isinstance(item, dict)]


def _json_entry(item: Mapping[str, Any], channel: str, base: str) -> Entry:
    body = item.get("content_text")
    if not isinstance(body, str) or not body.strip():
        markup = item.get("content_html")
        body = plain(markup) if isinstance(markup, str) else item.get("summary")
    guid = item.get("id")
    return Entry(
        str(guid) if type(guid) is int else _line(guid),
        _link(item.get("url") or item.get("external_url"), base),
        _json_author(item) or channel,
        said_once(_line(item.get("title")), body.strip() if isinstance(body, str) else ""),
        _json_time(item.get("date_published") or item.get("date_modified")),
    )


def _json_author(item: Mapping[str, Any]) -> str:
    authors = item.get("authors")
    listed: Sequence[Any] = authors if isinstance(authors, list) else [item.get("author")]
    return ", ".join(name for one in listed if isinstance(one, dict) and (name := _line(one.get("name"))))


def _json_time(value: Any) -> Instant | None:
    try:
        return read_time(value)
    except ValueError:
        return None


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _link(value: Any, base: str) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        link = urljoin(base, value.strip())
    except ValueError:
        return None
    return link if link.startswith(("http://", "https://")) and len(link) <= _LONGEST_LINK else None
