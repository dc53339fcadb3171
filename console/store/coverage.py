"""When each source was heard, and the gaps in which it was not: blind never looks quiet."""

import json
from dataclasses import dataclass

from console.domain.clock import MINUTE, SECOND, Instant, Millis
from console.domain.ports import Cursor, Gap
from console.store.connection import Db, Tx

GRACE: Millis = 1 * MINUTE
"""A reading may be this much later than announced before the time between counts as not heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A source answered ``at`` an instant and means to read again in ``next_after`` seconds (None: stream or end)."""

    at: Instant
    next_after: float | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing. ``state``: ``waiting`` (never heard yet), ``heard``, ``failing``, ``refused`` or ``off``.

    ``kind`` is None for a source that is no row of the watchlist (a replayed file). ``code`` says why it fails, since
    ``failing_since``. ``next_after`` is in seconds.
    """

    name: str
    kind: str | None
    state: str
    last_heard_at: Instant | None
    last_item_at: Instant | None
    next_after: float | None
    code: str | None
    failing_since: Instant | None


def heard(tx: Tx, source: str, at: Instant, next_after: float | None = None) -> None:
    """A source answered, with or without posts. Closes its gap, or writes one where it was late by more than GRACE."""
    _ensure(tx, source)
    before = tx.row("SELECT last_heard_at, next_after FROM source_state WHERE source = ?", (source,))
    assert before is not None
    was_open = tx.execute("UPDATE gap SET until = max(since, ?) WHERE source = ? AND until IS NULL", (at, source))
    last, promised = before
    if not was_open and last is not None and promised is not None and at - last > promised * SECOND + GRACE:
        tx.insert("gap", source=source, since=last, until=at, reason="not_heard")
    tx.execute(
        """
        UPDATE source_state SET state = 'heard', next_after = ?, code = NULL, failing_since = NULL,
            last_heard_at = max(coalesce(last_heard_at, ?), ?)
        WHERE source = ?
        """,
        (next_after, at, at, source),
    )
    tx.touch(sources=frozenset((source,)))


def failed(tx: Tx, source: str, at: Instant, code: str, *, is_refused: bool = False) -> None:
    """A source did not answer: open its gap, from when it was last heard. ``is_refused``: a person must act."""
    _ensure(tx, source)
    tx.execute(
        """
        INSERT INTO gap (source, since, reason)
        SELECT source, coalesce(last_heard_at, ?), ? FROM source_state WHERE source = ?
        ON CONFLICT DO NOTHING
        """,
        (at, code, source),
    )
    tx.execute(
        "UPDATE source_state SET state = ?, code = ?, failing_since = coalesce(failing_since, ?) WHERE source = ?",
        ("refused" if is_refused else "failing", code, at, source),
    )
    tx.touch(sources=frozenset((source,)))


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
        ), removed AS (
            SELECT name FROM source EXCEPT SELECT name FROM watched
        )
        SELECT coalesce(w.name, s.source), w.kind,
            CASE WHEN w.is_enabled = 0 THEN 'off' ELSE coalesce(s.state, 'waiting') END,
            s.last_heard_at, s.last_item_at, s.next_after, s.code, s.failing_since
        FROM watched AS w LEFT JOIN source_state AS s ON s.source = w.name
        UNION ALL
        SELECT source, NULL, state, last_heard_at, last_item_at, next_after, code, failing_since
        FROM source_state WHERE source NOT IN (SELECT name FROM watched) AND source NOT IN (SELECT name FROM removed)
        ORDER BY 1
        """
    )
    return [SourceState(*row) for row in rows]


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
    tx.execute("INSERT OR IGNORE INTO source_state (source, state, cursor) VALUES (?, 'waiting', '{}')", (source,))
