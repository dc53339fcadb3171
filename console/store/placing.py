"""Where an arriving post belongs: its conversation, its monitors, and whose words it says when it has none of its own.

Posts are placed one after the other, so that nothing depends on how a stream was cut into batches; only the looking up
is done for a whole batch at once.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from console.domain.conversation import conversation_of
from console.domain.mention import ConversationId, Post, Sentiment
from console.domain.monitor import MonitorId
from console.store import minutes
from console.store.connection import Tx
from console.store.migrations import WAITING
from console.store.rows import COLUMNS, post_of, sentiment_of

Key = tuple[str, str]
"""Platform and external id."""

AWAITS = Sentiment(None, None, None, 0.0, "", unscored="awaits_root")
"""The judgement of a bare post whose words are not known yet."""

NO_WORDS = Sentiment(None, None, None, 0.0, "", unscored="no_words")
"""The judgement of a bare post that names no other."""


class Known:
    """A mention that stands in the store or is about to, as far as others depend on it.

    Of most stored ones nobody asks what they say: their judgement is read from the row when somebody does.
    """

    __slots__ = ("_heritage", "_row", "_sentiment", "conversation", "external_id", "id", "label")

    def __init__(
        self,
        number: int,
        external_id: str,
        conversation: ConversationId,
        sentiment: Sentiment | None,
        row: sqlite3.Row | None = None,
    ) -> None:
        self.id = number
        self.external_id = external_id
        self.conversation = conversation
        self.label = row["label"] if row is not None else sentiment.label if sentiment is not None else None
        self._sentiment = sentiment
        self._row = row
        self._heritage: Sentiment | None = None

    @property
    def sentiment(self) -> Sentiment:
        """What it says."""
        if self._sentiment is None:
            assert self._row is not None
            self._sentiment = sentiment_of(tuple(self._row)[-7:])
        return self._sentiment

    @property
    def heritage(self) -> Sentiment:
        """What a bare post says that repeats it: its words, or the words that it repeats itself."""
        if self._heritage is None:
            origin = self.sentiment.inherited_from or self.external_id
            self._heritage = replace(self.sentiment, inherited_from=origin)
        return self._heritage

    def say(self, sentiment: Sentiment) -> None:
        """Its words have come."""
        self._sentiment = sentiment
        self.label = sentiment.label


@dataclass(slots=True)
class Placed:
    """A new mention, or a stored one that waits for its words."""

    known: Known
    source: str
    post: Post
    monitors: tuple[MonitorId, ...]
    is_new: bool


class Placing:
    """What one batch needs to know of the store, kept in step while its posts are placed."""

    def __init__(self, tx: Tx, posts: Sequence[Post]) -> None:
        self._tx = tx
        self._known: dict[Key, Known] = {}
        self._waiting: dict[Key, dict[int, Placed]] = {}
        self._monitors: dict[str, set[MonitorId]] = {}
        self._next_id = (tx.value("SELECT max(id) FROM mention") or 0) + 1
        self._load(posts)
        self.placed: list[Placed] = []
        self.merged: list[tuple[ConversationId, ConversationId]] = []
        self.new_watch: list[tuple[ConversationId, MonitorId]] = []

    def is_known(self, post: Post) -> bool:
        """Whether the post is already there."""
        return (post.platform, post.external_id) in self._known

    def place(
        self, source: str, post: Post, monitors: tuple[MonitorId, ...], sentiment: Sentiment | None
    ) -> Placed | None:
        """Give a new post its place; None when neither it nor its thread concerns any monitor."""
        key = (post.platform, post.external_id)
        conversation = self._conversation(post)
        if len(monitors) > 1:
            monitors = tuple(sorted(set(monitors)))
        if not monitors:
            thread = self._monitors.get(conversation) or self._monitors.get(post.external_id)
            if not thread:
                return None
            monitors = tuple(sorted(thread))
        known = Known(self._next_id, post.external_id, conversation, sentiment or self._inherited(post))
        self._next_id += 1
        placed = Placed(known, source, post, monitors, is_new=True)
        self._known[key] = known
        self.placed.append(placed)
        self._watch(conversation, monitors)
        if known.label is None and known.sentiment is AWAITS:
            self._wait(placed)
        if conversation != post.external_id and post.external_id in self._monitors:
            self._merge(ConversationId(post.external_id), conversation)
        return placed

    def judged_by(self, placed: Placed) -> list[Placed]:
        """The posts that waited for the words of this one, however far down, and now have them; by id within a step."""
        if placed.known.label is None or (placed.post.platform, placed.known.external_id) not in self._waiting:
            return []
        done: list[Placed] = []
        step = [placed]
        while step:
            below: dict[int, Placed] = {}
            for one in step:
                below.update(self._waiting.pop((one.post.platform, one.known.external_id), {}))
            below.update(self._waiting_in_store([one for one in step if not one.is_new]))
            step = []
            for number in sorted(below):
                one = below[number]
                if one.known.label is None:
                    one.known.say(placed.known.heritage)
                    step.append(one)
            done.extend(step)
        return done

    def _conversation(self, post: Post) -> ConversationId:
        for ancestor in (post.root_id, post.parent_id):
            if ancestor is not None:
                known = self._known.get((post.platform, ancestor))
                if known is not None:
                    return known.conversation
                if ancestor == post.root_id:
                    break
        return conversation_of(post)

    def _inherited(self, post: Post) -> Sentiment:
        ancestors = _ancestors(post)
        for ancestor in ancestors:
            known = self._known.get((post.platform, ancestor))
            if known is not None and known.label is not None:
                return known.heritage
        return AWAITS if ancestors else NO_WORDS

    def _wait(self, placed: Placed) -> None:
        for ancestor in _ancestors(placed.post):
            self._waiting.setdefault((placed.post.platform, ancestor), {})[placed.known.id] = placed

    def _watch(self, conversation: ConversationId, monitors: Iterable[MonitorId]) -> None:
        watching = self._monitors.setdefault(conversation, set())
        for monitor in monitors:
            if monitor not in watching:
                watching.add(monitor)
                self.new_watch.append((conversation, monitor))

    def _merge(self, old: ConversationId, new: ConversationId) -> None:
        # A reply came before the post it answers, and that post turns out to be a reply itself.
        self.merged.append((old, new))
        for known in self._known.values():
            if known.conversation == old:
                known.conversation = new
        for waiting in self._waiting.values():
            for placed in waiting.values():
                if placed.known.conversation == old:
                    placed.known.conversation = new
        self.new_watch = [watch for watch in self.new_watch if watch[0] != old]
        self._watch(new, self._monitors.pop(old))
        merge(self._tx, old, new)

    def _load(self, posts: Sequence[Post]) -> None:
        named: dict[str, set[str]] = {}
        own: dict[str, list[str]] = {}
        conversations: set[str] = set()
        for post in posts:
            names = named.setdefault(post.platform, set())
            names.add(post.external_id)
            own.setdefault(post.platform, []).append(post.external_id)
            conversations.add(conversation_of(post))
            conversations.add(post.external_id)
            if post.root_id is not None:
                names.add(post.root_id)
            if post.parent_id is not None:
                names.add(post.parent_id)
        for platform, names in named.items():
            for row in self._tx.rows(_KNOWN, (json.dumps(list(names)), platform)):
                known = Known(row["id"], row["external_id"], row["conversation"], None, row)
                self._known[platform, known.external_id] = known
                conversations.add(known.conversation)
        for conversation, monitor in self._tx.rows(_WATCHING, (json.dumps(list(conversations)),)):
            self._monitors.setdefault(conversation, set()).add(monitor)
        for platform, ids in own.items():
            for placed in self._stored_waiting(platform, ids).values():
                self._wait(placed)

    def _waiting_in_store(self, above: Sequence[Placed]) -> dict[int, Placed]:
        found: dict[int, Placed] = {}
        for platform in {one.post.platform for one in above}:
            ids = [one.known.external_id for one in above if one.post.platform == platform]
            found.update(self._stored_waiting(platform, ids))
        return found

    def _stored_waiting(self, platform: str, ids: Sequence[str]) -> dict[int, Placed]:
        found: dict[int, Placed] = {}
        wanted = json.dumps(ids)
        for row in self._tx.rows(_WAITING, (wanted, platform, wanted, platform)):
            key = (platform, row["external_id"])
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = Known(row["id"], row["external_id"], row["conversation"], None, row)
            monitors = self._tx.rows("SELECT monitor FROM mention_monitor WHERE mention = ? ORDER BY 1", (known.id,))
            found[known.id] = Placed(
                known, row["source"], post_of(row), tuple(MonitorId(m[0]) for m in monitors), is_new=False
            )
        return found


def merge(tx: Tx, old: ConversationId, new: ConversationId) -> None:
    """Make one stored conversation part of another, and remember that it is."""
    tx.execute("UPDATE mention SET conversation = ? WHERE conversation = ?", (new, old))
    tx.execute("DELETE FROM conversation_monitor WHERE conversation = ?", (old,))
    minutes.move(tx, old, new)
    tx.execute("UPDATE conversation_merge SET into_id = ? WHERE into_id = ?", (new, old))
    tx.execute("INSERT OR REPLACE INTO conversation_merge (id, into_id) VALUES (?, ?)", (old, new))


def _ancestors(post: Post) -> tuple[str, ...]:
    parent, root, own = post.parent_id, post.root_id, post.external_id
    if parent is None or parent in (own, root):
        return () if root is None or root == own else (root,)
    return (parent,) if root is None or root == own else (parent, root)


_KNOWN = """
    SELECT id, external_id, conversation, score, negative, label, confidence, scorer, unscored, inherited_from
    FROM mention WHERE external_id IN (SELECT value FROM json_each(?)) AND platform = ?
"""

_WATCHING = """
    SELECT conversation, monitor FROM conversation_monitor WHERE conversation IN (SELECT value FROM json_each(?))
"""

_WAITING = f"""
    SELECT {COLUMNS} FROM mention
    WHERE {WAITING} AND parent_id IN (SELECT value FROM json_each(?)) AND platform = ?
    UNION
    SELECT {COLUMNS} FROM mention
    WHERE {WAITING} AND root_id IN (SELECT value FROM json_each(?)) AND platform = ?
"""
