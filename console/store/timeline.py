"""The timeline: written once, never changed (a trigger sees to it), each entry chained to the one before.

The facts of an entry, by kind; all are plain JSON, instants in milliseconds::

    first_post        subject, title, and of the post, where it is stored: mention, author, platform, text
    incident_opened   subject, title, level
    alert_fired       the alert's facts, and alert
    alert_cleared     the same, as they were when it cleared
    level_raised      from, to, alert
    told              notification, role, name, level, why
    delivered, seen   notification, role, name, channel
    undelivered       notification, role, name, channel, reason
    sounded_again     notification, role, name, level
    acknowledged      note, via, level
    note              text
    state_changed     act, from, to, note
    all_clear         title, level
    exported          format, name, sha256
    source_silent     subject, title
    source_heard      subject, title
    rule_changed      rule, version, before, after (the rule's fields that changed)
    watch_changed     what (monitor, source, contact, policy), act (added, changed, removed), name
"""

import json
import sqlite3
from typing import Any

from console.domain.clock import Instant
from console.domain.incident import IncidentId
from console.domain.timeline import GENESIS, Entry, EntryKind, canonical, first_broken, sealed
from console.store.connection import Db, Tx

MACHINE = "machine"
"""The actor of what nobody did by hand."""


def append(
    tx: Tx,
    incident: IncidentId | None,
    kind: EntryKind,
    happened_at: Instant,
    known_at: Instant,
    actor: str,
    facts: dict[str, Any],
) -> Entry:
    """Write one entry behind the newest. ``incident`` None: it concerns the whole desk."""
    seq, previous = head(tx)
    own = tx.value("SELECT hash FROM entry WHERE incident IS ? ORDER BY seq DESC LIMIT 1", (incident,))
    entry = sealed(
        Entry(
            seq + 1,
            incident,
            kind,
            happened_at,
            known_at,
            tx.now(),
            actor,
            facts,
            previous,
            own or GENESIS,
            "",
        )
    )
    tx.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.seq,
            entry.incident,
            entry.kind.value,
            entry.happened_at,
            entry.known_at,
            entry.recorded_at,
            entry.actor,
            canonical(facts),
            entry.previous,
            entry.previous_own,
            entry.hash,
        ),
    )
    if incident is not None:
        tx.touch(incidents=frozenset((incident,)))
    return entry


def entries(db: Db, incident: IncidentId | None = None) -> list[Entry]:
    """An incident's entries, or with None the whole store's, in the order in which they were written."""
    if incident is None:
        return [_entry(row) for row in db.rows("SELECT * FROM entry ORDER BY seq")]
    return [_entry(row) for row in db.rows("SELECT * FROM entry WHERE incident = ? ORDER BY seq", (incident,))]


def head(db: Db) -> tuple[int, str]:
    """Number and hash of the newest entry; 0 and GENESIS where there is none."""
    row = db.row("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
    return (0, GENESIS) if row is None else (row["seq"], row["hash"])


def verify(db: Db) -> int | None:
    """The number of the first entry that does not follow from the one before; None: the whole chain is sound."""
    return first_broken(entries(db))


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["seq"],
        row["incident"],
        EntryKind(row["kind"]),
        row["happened_at"],
        row["known_at"],
        row["recorded_at"],
        row["actor"],
        json.loads(row["facts"]),
        row["previous"],
        row["previous_own"],
        row["hash"],
    )
