"""Mentions as the desk looks at them: newest first, paged by key."""

import json
from collections.abc import Sequence
from typing import Any

from console.domain.clock import Instant
from console.domain.mention import ConversationId, Label, Mention, MentionId
from console.domain.monitor import Monitor, MonitorId
from console.store.connection import Db
from console.store.rows import COLUMNS, mention_of

SEARCHED = 100_000
"""A search for words looks at this many of the newest mentions: it reads each of them."""


def latest(
    db: Db,
    *,
    limit: int,
    before: MentionId | None = None,
    after: MentionId | None = None,
    label: Label | None = None,
    monitor: MonitorId | None = None,
    conversations: Sequence[ConversationId] | None = None,
    source: str | None = None,
    platform: str | None = None,
    text: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    oldest_first: bool = False,
) -> list[Mention]:
    """At most ``limit`` mentions, newest first by id; the next page is ``before`` the last of this one.

    ``after`` keeps to newer ones; with ``oldest_first`` the next page is ``after`` the last. ``since`` and ``until``
    bound the publication (until: not included). ``text`` is looked for in text and author, in the newest
    :data:`SEARCHED` mentions only.
    """
    asked = _Asked(before, after, label, monitor, conversations, source, platform, text, since, until)
    order = "ASC" if oldest_first else "DESC"
    # Only numbers are sorted and cut; whole rows are read for those that are left.
    page = f"SELECT {asked.key} FROM {asked.table} {asked.where} ORDER BY {asked.key} {order} LIMIT ?"
    rows = db.rows(f"SELECT {COLUMNS} FROM mention WHERE id IN ({page})", (*asked.values, limit))
    return sorted(map(mention_of, rows), key=lambda mention: mention.id, reverse=not oldest_first)


def count(
    db: Db,
    *,
    after: MentionId | None = None,
    label: Label | None = None,
    monitor: MonitorId | None = None,
    conversations: Sequence[ConversationId] | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> int:
    """How many mentions :func:`latest` would give without a limit."""
    asked = _Asked(None, after, label, monitor, conversations, None, None, None, since, until)
    return int(db.value(f"SELECT count(*) FROM {asked.table} {asked.where}", asked.values))


def newest_before(db: Db, at: Instant) -> MentionId:
    """The newest mention that had arrived before an instant, 0 when there is none: ids follow the order of arrival."""
    low, high = 0, int(db.value("SELECT max(id) FROM mention") or 0)
    while low < high:
        middle = (low + high + 1) // 2
        row = db.row("SELECT id, arrived_at FROM mention WHERE id <= ? ORDER BY id DESC LIMIT 1", (middle,))
        if row is None or row["arrived_at"] < at:
            low = middle
        else:
            high = row["id"] - 1
    return MentionId(low)


def by_external_id(db: Db, platform: str, external_ids: Sequence[str]) -> dict[str, Mention]:
    """The mentions of a platform by their ids there; those that are not known are left out."""
    rows = db.rows(
        f"SELECT {COLUMNS} FROM json_each(?) AS wanted CROSS JOIN mention "
        "ON mention.external_id = wanted.value AND mention.platform = ?",
        (json.dumps(list(external_ids)), platform),
    )
    return {row["external_id"]: mention_of(row) for row in rows}


class _Asked:
    """The table, the conditions and their values of one question.

    Which index leads is said, not guessed: SQLite knows nothing of how rare a thread or a negative is.
    """

    def __init__(
        self,
        before: MentionId | None,
        after: MentionId | None,
        label: Label | None,
        monitor: MonitorId | None,
        conversations: Sequence[ConversationId] | None,
        source: str | None,
        platform: str | None,
        text: str | None,
        since: Instant | None,
        until: Instant | None,
    ) -> None:
        self.values: list[Any] = []
        self._conditions: list[str] = []
        self.table, self.key = "mention NOT INDEXED", "mention.id"
        if conversations is not None:
            self.table = "mention INDEXED BY mention_conversation"
            self._only("mention.conversation IN (SELECT value FROM json_each(?))", json.dumps(list(conversations)))
        elif since is not None:
            self.table = "mention INDEXED BY mention_published"
        elif monitor is not None:
            self._by_monitor(monitor, label)
            monitor = None
        elif label is Label.NEGATIVE:
            self.table = f"mention INDEXED BY {'mention_negative' if source is None else 'mention_negative_source'}"
        elif label is Label.UNCERTAIN:
            self.table = "mention INDEXED BY mention_uncertain"
        if label is not None:
            self._only(f"mention.label = '{label.value}'")  # spelt out, so that the partial index serves
        for condition, given in (
            (_WATCHED, monitor),
            (f"{self.key} < ?", before),
            (f"{self.key} > ?", after),
            ("mention.source = ?", source),
            ("mention.platform = ?", platform),
            ("mention.published_at >= ?", since),
            ("mention.published_at < ?", until),
        ):
            if given is not None:
                self._only(condition, given)
        if text:
            pattern = f"%{_literal(text)}%"
            self._only(f"{self.key} > (SELECT max(id) FROM mention) - {SEARCHED}")
            self._only("(mention.text LIKE ? ESCAPE '\\' OR mention.author LIKE ? ESCAPE '\\')", pattern, pattern)

    def _by_monitor(self, monitor: MonitorId, label: Label | None) -> None:
        by_label = " INDEXED BY mention_monitor_negative" if label is Label.NEGATIVE else ""
        self.table = f"mention_monitor AS link{by_label} CROSS JOIN mention ON mention.id = link.mention"
        self.key = "link.mention"
        self._only("link.monitor = ?", monitor)
        if label is not None:
            self._only(f"link.label = '{label.value}'")

    @property
    def where(self) -> str:
        return f"WHERE {' AND '.join(self._conditions)}" if self._conditions else ""

    def _only(self, condition: str, *given: Any) -> None:
        self._conditions.append(condition)
        self.values.extend(given)


def one(db: Db, mention: MentionId) -> Mention | None:
    """One mention, None when there is none of that id."""
    row = db.row(f"SELECT {COLUMNS} FROM mention WHERE id = ?", (mention,))
    return None if row is None else mention_of(row)


def count_by_label(db: Db, since: Instant, monitor: MonitorId | None = None) -> dict[Label | None, int]:
    """How many mentions published since read how; None stands for those without a judgement."""
    among = "" if monitor is None else f"AND {_WATCHED}"
    values = (since,) if monitor is None else (since, monitor)
    rows = db.rows(
        f"""
        SELECT label, count(*) FROM mention INDEXED BY mention_published WHERE published_at >= ? {among} GROUP BY label
        """,
        values,
    )
    return {None if label is None else Label(label): count for label, count in rows}


def sample_matching(db: Db, monitor: Monitor, limit: int, among: int = 5_000) -> list[Mention]:
    """What a monitor would take of the newest ``among`` mentions: at most ``limit``, newest first."""
    found: list[Mention] = []
    before: MentionId | None = None
    for _ in range(0, among, 500):
        page = latest(db, limit=500, before=before)
        found.extend(mention for mention in page if monitor.matches(mention.post))
        if len(page) < 500 or len(found) >= limit:
            break
        before = page[-1].id
    return found[:limit]


_WATCHED = "EXISTS (SELECT 1 FROM mention_monitor AS link WHERE link.monitor = ? AND link.mention = mention.id)"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def newest_arrival(db: Db) -> Instant | None:
    """When the newest mentions arrived; None in an empty store."""
    found: Instant | None = db.value(
        "SELECT max(arrived_at) FROM (SELECT arrived_at FROM mention ORDER BY id DESC LIMIT 500)"
    )
    return found
