"""When each source was heard, and the gaps in which it was not: blind never looks quiet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.clock import MINUTE, SECOND, Instant, Millis
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.ports import Cursor, Gap
from console.store.connection import Db, Tx

GRACE: Millis = 1 * MINUTE
"""A reading may be this much later than announced before the time between counts as not heard."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing.

    ``lamp`` is the supervisor's, None before the first word from it. ``kind`` is None for a source that is no row of
    the watchlist (a replayed file). ``code`` and ``fields`` say what keeps us from hearing it, ``failing_since`` since
    when. ``next_after`` is in seconds.
    """

    name: str
    kind: str | None
    is_enabled: bool
    lamp: SourceLamp | None
    last_heard_at: Instant | None
    last_item_at: Instant | None
    next_after: float | None
    code: str | None
    fields: Mapping[str, Any]
    failing_since: Instant | None
    retry_at: Instant | None


def heard(tx: Tx, source: str, at: Instant, next_after: float | None = None) -> None:
    """A source answered, with or without posts. Closes its gap, or writes one where it was late by more than GRACE."""
    _ensure(tx, source)
    before = tx.row("SELECT last_heard_at, next_after, lamp FROM source_state WHERE source = ?", (source,))
    assert before is not None
    last, promised, lamp = before
    was_open = tx.execute("UPDATE gap SET until = max(since, ?) WHERE source = ? AND until IS NULL", (at, source))
    if not was_open and last is not None and promised is not None and at - last > promised * SECOND + GRACE:
        tx.insert("gap", source=source, since=last, until=at, reason="not_heard")
    tx.execute(
        """
        UPDATE source_state SET lamp = 'hearing', next_after = ?, code = NULL, fields = '{}', failing_since = NULL,
            retry_at = NULL, last_heard_at = max(coalesce(last_heard_at, ?), ?)
        WHERE source = ?
        """,
        (next_after, at, at, source),
    )
    if was_open or lamp != SourceLamp.HEARING:
        tx.touch(sources=frozenset((source,)))


def report(tx: Tx, health: SourceHealth) -> None:
    """Keep what a source's supervisor tells. Not hearing opens a gap, from when the source was last heard."""
    _ensure(tx, health.name)
    is_blind = health.lamp in (SourceLamp.LATE, SourceLamp.FAILING, SourceLamp.REFUSED)
    if health.lamp is SourceLamp.HEARING:
        tx.execute("UPDATE gap SET until = max(since, ?) WHERE source = ? AND until IS NULL", (health.at, health.name))
    elif is_blind:
        tx.execute(
            """
            INSERT INTO gap (source, since, reason)
            SELECT source, coalesce(last_heard_at, ?), ? FROM source_state WHERE source = ?
            ON CONFLICT DO NOTHING
            """,
            (health.at, health.code or health.lamp.value, health.name),
        )
    tx.execute(
        """
        UPDATE source_state SET lamp = ?, code = ?, fields = ?, retry_at = ?,
            failing_since = CASE WHEN ? THEN coalesce(failing_since, ?) END
        WHERE source = ?
        """,
        (
            health.lamp.value,
            health.code,
            json.dumps(dict(health.fields), ensure_ascii=False, default=str),
            health.retry_at,
            is_blind,
            health.at,
            health.name,
        ),
    )
    tx.touch(sources=frozenset((health.name,)))


def went_on(tx: Tx, source: str, cursor: Cursor) -> None:
    """Keep where a source goes on, in the commit of the items before that point."""
    _ensure(tx, source)
    tx.execute(
        "UPDATE source_state SET cursor = ? WHERE source = ?",
        (json.dumps(dict(cursor.fields), ensure_ascii=False), source),
    )


def brought(tx: Tx, source: str, at: Instant) -> None:
    """A source brought posts."""
    _ensure(tx, source)
    tx.execute(
        "UPDATE source_state SET last_item_at = max(coalesce(last_item_at, ?), ?) WHERE source = ?", (at, at, source)
    )


def cursor(db: Db, source: str) -> Cursor:
    """Where a source goes on; an empty cursor for one that never read."""
    found = db.value("SELECT cursor FROM source_state WHERE source = ?", (source,))
    return Cursor(json.loads(found)) if found else Cursor()


def states(db: Db) -> list[SourceState]:
    """All sources of the watchlist, and those without a row there that ever brought something, by name."""
    rows = db.rows(
        """
        WITH watched AS (
            SELECT name, kind, is_enabled FROM source AS s
            WHERE is_removed = 0 AND version = (SELECT max(version) FROM source WHERE name = s.name)
        )
        SELECT w.name, w.kind, w.is_enabled, s.lamp, s.last_heard_at, s.last_item_at, s.next_after, s.code,
            coalesce(s.fields, '{}') AS fields, s.failing_since, s.retry_at
        FROM watched AS w LEFT JOIN source_state AS s ON s.source = w.name
        UNION ALL
        SELECT source, NULL, 1, lamp, last_heard_at, last_item_at, next_after, code, fields, failing_since, retry_at
        FROM source_state WHERE source NOT IN (SELECT name FROM source)
        ORDER BY 1
        """
    )
    return [
        SourceState(
            name=row["name"],
            kind=row["kind"],
            is_enabled=bool(row["is_enabled"]),
            lamp=SourceLamp(row["lamp"]) if row["lamp"] else None,
            last_heard_at=row["last_heard_at"],
            last_item_at=row["last_item_at"],
            next_after=row["next_after"],
            code=row["code"],
            fields=json.loads(row["fields"]),
            failing_since=row["failing_since"],
            retry_at=row["retry_at"],
        )
        for row in rows
    ]


def gaps(db: Db, since: Instant, until: Instant) -> list[Gap]:
    """The gaps that touch a time, by their beginning."""
    rows = db.rows(
        """
        SELECT source, since, until, reason FROM gap
        WHERE since < ? AND (until IS NULL OR until > ?) ORDER BY since, source
        """,
        (until, since),
    )
    return [Gap(*row) for row in rows]


def _ensure(tx: Tx, source: str) -> None:
    tx.execute("INSERT OR IGNORE INTO source_state (source) VALUES (?)", (source,))
