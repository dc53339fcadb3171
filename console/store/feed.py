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
) -> list[Mention]:
    """At most ``limit`` mentions, newest first by id; the next page is ``before`` the last of this one.

    ``after`` keeps to newer ones. ``since`` and ``until`` bound the publication (until: not included). ``text`` is
    looked for in text and author, in the newest :data:`SEARCHED` mentions only.
    """
    where: list[str] = []
    values: list[Any] = []

    def only(condition: str, *given: Any) -> None:
        where.append(condition)
        values.extend(given)

    table = "mention"
    if monitor is not None:
        table = "mention_monitor AS link CROSS JOIN mention ON mention.id = link.mention"
        only("link.monitor = ?", monitor)
    key = "link.mention" if monitor is not None else "mention.id"
    if before is not None:
        only(f"{key} < ?", before)
    if after is not None:
        only(f"{key} > ?", after)
    if label is not None:
        only(f"mention.label = '{label.value}'")  # spelt out, so that the partial index serves
    if conversations is not None:
        only("mention.conversation IN (SELECT value FROM json_each(?))", json.dumps(list(conversations)))
    if source is not None:
        only("mention.source = ?", source)
    if platform is not None:
        only("mention.platform = ?", platform)
    if since is not None:
        only("mention.published_at >= ?", since)
    if until is not None:
        only("mention.published_at < ?", until)
    if text:
        only(f"{key} > (SELECT max(id) FROM mention) - {SEARCHED}")
        pattern = f"%{_literal(text)}%"
        only("(mention.text LIKE ? ESCAPE '\\' OR mention.author LIKE ? ESCAPE '\\')", pattern, pattern)
    conditions = f"WHERE {' AND '.join(where)}" if where else ""
    rows = db.rows(f"SELECT {COLUMNS} FROM {table} {conditions} ORDER BY {key} DESC LIMIT ?", (*values, limit))
    return [mention_of(row) for row in rows]


def one(db: Db, mention: MentionId) -> Mention | None:
    """One mention, None when there is none of that id."""
    row = db.row(f"SELECT {COLUMNS} FROM mention WHERE id = ?", (mention,))
    return None if row is None else mention_of(row)


def count_by_label(db: Db, since: Instant, monitor: MonitorId | None = None) -> dict[Label | None, int]:
    """How many mentions published since read how; None stands for those without a judgement."""
    link = "" if monitor is None else "JOIN mention_monitor AS mm ON mm.mention = mention.id AND mm.monitor = ?"
    rows = db.rows(
        f"SELECT label, count(*) FROM mention {link} WHERE published_at >= ? GROUP BY label",
        (since,) if monitor is None else (monitor, since),
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


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
