"""A feed: RSS, Atom, RDF or JSON Feed, asked again and again, politely."""

import asyncio
import hashlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.domain.clock import DAY, Clock
from console.domain.errors import SettingRefused
from console.domain.hygiene import EARLIEST, sample
from console.domain.mention import TEXT_LIMIT, Post
from console.domain.ports import Batch, Cursor, Rejected

if TYPE_CHECKING:  # feedparser and the client's library are slow to import: they are, when a feed is first read
    from console.sources._feed_documents import Entry
    from console.wire import Reply, Wire

SHORTEST, LONGEST = 30.0, 86_400.0
"""Seconds between which the interval of a feed must lie."""

REMEMBERED = 500
"""Entries that are remembered after they have left the document: one that comes back is not new."""

_LONGEST_ID = 300
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """Where the feed is and how it is read. ``interval`` is in seconds; ``platform`` decides the tier of its posts.

    ``allow_private``: the address may be inside this machine or its own networks.
    """

    url: str
    platform: str = "blog"
    interval: float = 300.0
    allow_private: bool = False

    def __post_init__(self) -> None:
        if re.match(r"https?://[^\s/]", self.url.strip()) is None:
            raise SettingRefused("bad_url", url=self.url[:200])
        if not self.platform.strip():
            raise SettingRefused("option_wrong", option="platform", value=self.platform)
        if not SHORTEST <= self.interval <= LONGEST:
            raise SettingRefused("option_wrong", option="interval", value=self.interval)


class Feed:
    """Polls one feed. The cursor holds the server's validators and which entries were seen."""

    def __init__(
        self, name: str, options: FeedOptions, wire: "Wire", clock: Clock, rng: random.Random | None = None
    ) -> None:
        self.name = name
        self._options = options
        self._wire = wire
        self._clock = clock
        self._rng = rng or random.Random()
        self._url = options.url.strip()
        address = urlsplit(self._url)
        self._scope = _digest(f"{address.netloc.lower()}{address.path}?{address.query}")

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Each reading brings the entries that are new, the oldest first.

        Raises what the wire raises, and SourceDelayed('not_a_feed', reason) for an answer that is none.
        """
        while True:
            reply = await self._wire.get(self._url, self._headers(cursor), allow_private=self._options.allow_private)
            if reply.status == 304:
                batch = Batch((), cursor, next_after=self._next_after())
            else:
                batch = await asyncio.to_thread(self._read, reply, cursor)
            yield batch
            cursor = batch.cursor

    def _headers(self, cursor: Cursor) -> dict[str, str]:
        headers = {"Accept": _ACCEPT}
        if cursor.fields.get("scope") == self._scope:
            for field, header in (("etag", "If-None-Match"), ("modified", "If-Modified-Since")):
                if cursor.fields.get(field):
                    headers[header] = str(cursor.fields[field])
        return headers

    def _read(self, reply: "Reply", cursor: Cursor) -> Batch:
        from console.sources._feed_documents import read_feed

        entries = read_feed(reply.body, reply.headers.get("content-type", ""), reply.url)
        seen: list[str] = list(cursor.fields.get("seen", ())) if cursor.fields.get("scope") == self._scope else []
        known = set(seen)
        posts: list[Post] = []
        rejected: list[Rejected] = []
        now = self._clock.now()
        present: dict[str, None] = {}
        for entry, external_id in zip(entries, self._ids(entries), strict=True):
            mark = _digest(external_id)
            if mark not in known and mark not in present:
                found = self._post(entry, external_id, now)
                (posts if isinstance(found, Post) else rejected).append(found)  # type: ignore[arg-type]
            present[mark] = None
        left = [mark for mark in seen if mark not in present]
        fields = {
            "scope": self._scope,
            "etag": _header(reply.headers.get("etag")),
            "modified": _header(reply.headers.get("last-modified")),
            "seen": [*present, *left[:REMEMBERED]],
        }
        posts.sort(key=lambda post: post.published_at)
        return Batch(tuple(posts), Cursor(fields), next_after=self._next_after(), rejected=tuple(rejected))

    def _ids(self, entries: Sequence["Entry"]) -> list[str]:
        """Ids that stay the same from reading to reading: the guid, else the link, else the words.

        What several entries share names none of them. A guid speaks for its own feed alone, so that no feed can take
        another's place.
        """
        guids = Counter(entry.guid for entry in entries)
        links = Counter(entry.link for entry in entries)
        ids = []
        for entry in entries:
            if entry.guid and guids[entry.guid] == 1:
                own = entry.guid
            elif entry.link and links[entry.link] == 1:
                own = entry.link
            else:
                own = "sha256:" + hashlib.sha256(_bytes(f"{entry.author}\0{entry.text}")).hexdigest()
            ids.append(f"{self._scope}:{own if len(own) <= _LONGEST_ID else hashlib.sha256(_bytes(own)).hexdigest()}")
        return ids

    def _post(self, entry: "Entry", external_id: str, now: int) -> Post | Rejected:
        place = entry.link or entry.guid or external_id
        if not entry.text:
            return Rejected(sample(place), "no_text", "")
        if len(entry.text) > TEXT_LIMIT:
            return Rejected(sample(place), "too_large", sample(entry.text))
        published = entry.published_at
        if published is None or not EARLIEST <= published <= now + DAY:
            published = now
        return Post(
            self._options.platform,
            external_id,
            entry.author[:200],
            entry.text,
            min(published, now),
            url=entry.link,
        )

    def _next_after(self) -> float:
        return self._options.interval * self._rng.uniform(0.9, 1.1)


def _header(value: str | None) -> str | None:
    """A validator that can be sent back as it came; a strange one is not worth it."""
    fits = value is not None and value.isascii() and value.isprintable() and len(value) <= 1_000
    return value if fits else None


def _digest(text: str) -> str:
    return hashlib.sha256(_bytes(text)).hexdigest()[:12]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
