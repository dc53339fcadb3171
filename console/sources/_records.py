"""Records: one post as somebody's file has it, read as a post of ours."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from console.domain.clock import Instant
from console.domain.mention import TEXT_LIMIT, Post
from console.sources._columns import meaning, platform_of
from console.sources._times import read_time

UNKNOWN_PLATFORM = "unknown"
LARGEST_NUMBER = 2**63 - 1


class Unfit(ValueError):
    """What is no record; its code says why."""


_COUNT = re.compile(r"(\d[\d.]*)\s*(万|w|亿|千|k|m|b)?\s*\+?\s*(?:条|人|次|个|粉丝|粉)?", re.IGNORECASE | re.ASCII)
_TIMES = {"": 1, "万": 10_000, "w": 10_000, "亿": 10**8, "千": 1_000, "k": 1_000, "m": 10**6, "b": 10**9}


def read_count(value: Any) -> int | None:
    """A count as people write it: 12, '1,234', '1.1万', '10万+', '3k'; None for what says no number."""
    if type(value) is int:
        return value if 0 <= value <= LARGEST_NUMBER else None
    if type(value) is str and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    text = repr(value) if type(value) is float else value if isinstance(value, str) else ""
    if len(text) > 40:
        return None
    text = unicodedata.normalize("NFKC", text).replace(",", "").replace("萬", "万").replace("億", "亿").strip()
    found = _COUNT.fullmatch(text)
    if found is None:
        return None
    try:
        number = int(Decimal(found[1]) * _TIMES[(found[2] or "").lower()])
    except InvalidOperation:
        return None
    return number if number <= LARGEST_NUMBER else None


def json_record(data: bytes | str) -> Mapping[str, Any]:
    """The object that a line holds. Raises Unfit: bad_encoding, not_json, not_a_record."""
    try:
        text = (data.decode() if isinstance(data, bytes) else data).strip("\ufeff \t\r\n")
        record, end = _DECODER.raw_decode(text)
    except UnicodeDecodeError:
        raise Unfit("bad_encoding") from None
    except (ValueError, RecursionError):
        raise Unfit("not_json") from None
    if end != len(text):
        raise Unfit("not_json")
    if type(record) is not dict:
        raise Unfit("not_a_record")
    return record


def read_record(fields: Iterable[tuple[str, Any]], platform: str, zone: tzinfo | None, now: Instant) -> Post:
    """The post of a record of anybody's making: (column, value) pairs in any order.

    ``platform`` is for records that name none. A record without a time is of ``now``; one without an id gets one from
    its words. Raises Unfit: no_text, bad_time, too_large, wrong_type.
    """
    given: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    for column, value in fields:
        meant = None if value is None or value == "" else meaning(column)
        if meant is not None and meant[1] < ranks.get(meant[0], 1_000):
            ranks[meant[0]] = meant[1]
            given[meant[0]] = value
    get = given.get
    text = said_once(_words(get("title")), _words(get("text")))
    own, note = _words(get("id")).strip(), _words(get("note_id")).strip()
    parent, root = _other(get("parent_id")), _other(get("root_id")) or (_other(note) if own else None)
    if not text and root is None and parent is None:
        raise Unfit("no_text")
    if len(text) > TEXT_LIMIT:
        raise Unfit("too_large")
    author = " ".join(_words(get("author")).split())[:200]
    published = get("published_at")
    try:
        published_at = now if published is None else min(read_time(published, zone), now)
    except ValueError:
        raise Unfit("bad_time") from None
    platform = platform_of(_words(get("platform")), platform)
    url = _words(get("url")).strip()
    return Post(
        platform,
        own or note or fingerprint(platform, author, published, text),
        author,
        text,
        published_at,
        read_count(get("author_followers")),
        root,
        parent,
        url if url.startswith(("http://", "https://")) and len(url) <= 2_000 else None,
        read_count(get("reposts")),
        read_count(get("likes")),
        read_count(get("comments")),
        sentiment=_probability(get("sentiment")),
    )


def fingerprint(*parts: Any) -> str:
    """An id for a record that brings none: the same words by the same author at the same time are the same post."""
    return "sha256:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def said_once(title: str, text: str) -> str:
    """Title and text, once each: short posts often repeat their beginning as a title."""
    title, text = title.strip(), text.strip()
    if not title or text.startswith(title.rstrip("…. ")):
        return text or title
    return f"{title}\n{text}" if text else title


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if type(value) in (int, float):
        return str(value)
    raise Unfit("wrong_type")


def _other(value: Any) -> str | None:
    """The id of another post; exports write 0 where there is none."""
    text = _words(value).strip()
    return text if text not in ("", "0", "null", "None") else None


def _probability(value: Any) -> float | None:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except (ValueError, OverflowError):
        return None
    return number if 0.0 <= number <= 1.0 else None


def _refuse(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse)
