"""How a notification lies in its table, and what every part of the store that tells somebody needs to do to one.

``delivered`` is the revision a channel last took: a live notification whose ``revision`` is higher is owed to a channel
still, also where a screen of ours, card or desk, shows it already. It is to be heard when no channel took it before, or
when its ``why`` is ``again``; every other renewal is silent.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from console.domain.clock import Instant
from console.domain.escalation import (
    ContactId,
    Notification,
    NotificationEvent,
    NotificationId,
    NotificationState,
    Role,
    Why,
    moved,
)
from console.domain.incident import IncidentId
from console.domain.rule import Level
from console.store.connection import Db, Tx

LIVE = "state IN ('pending', 'delayed', 'sent', 'received', 'seen')"
"""The words of the partial index over notifications that are on their way or on a screen."""

UNSENT = (NotificationState.PENDING, NotificationState.DELAYED)
TOLD = (NotificationState.SENT, NotificationState.RECEIVED, NotificationState.SEEN)


def one(db: Db, notification: NotificationId) -> Notification | None:
    """One notification, None when there is none of that id."""
    row = db.row("SELECT * FROM notification WHERE id = ?", (notification,))
    return None if row is None else notification_of(row)


def of_incident(db: Db, incident: IncidentId) -> list[Notification]:
    """An incident's notifications, oldest first."""
    rows = db.rows("SELECT * FROM notification WHERE incident = ? ORDER BY created_at, rowid", (incident,))
    return [notification_of(row) for row in rows]


def renew_one(tx: Tx, notification: Notification, figures: Mapping[str, Any]) -> bool:
    """Renew one notification's facts in place, silently; whether there was anything new to show."""
    facts = {**notification.facts, **figures}
    if {**facts, **_PASSING} == {**notification.facts, **_PASSING}:
        return False
    was_heard = notification.delivered == notification.revision
    put(
        tx,
        replace(
            notification,
            facts=facts,
            revision=notification.revision + 1,
            why=Why.NEW if notification.why is Why.AGAIN and was_heard else notification.why,
        ),
    )
    return True


def cancel_for(tx: Tx, incident: IncidentId, at: Instant, *, is_answered: bool = False) -> list[Notification]:
    """Withdraw all that is live of an incident; what was told counts as answered if it was. What was withdrawn."""
    rows = tx.rows(f"SELECT * FROM notification WHERE incident = ? AND {LIVE}", (incident,))
    withdrawn = []
    for before in map(notification_of, rows):
        answers = is_answered and before.state not in UNSENT
        event = NotificationEvent.ANSWER if answers else NotificationEvent.CANCEL
        after = replace(
            before,
            state=moved(before.state, event),
            answered_at=at if answers else None,
            sound_at=None,
            try_at=None,
        )
        put(tx, after)
        withdrawn.append(after)
    return withdrawn


def put(tx: Tx, notification: Notification) -> None:
    """Write one notification as it is now, new or known."""
    values = (
        notification.id,
        notification.incident,
        notification.contact,
        notification.role.value,
        notification.level.code,
        notification.why.value,
        notification.state.value,
        notification.created_at,
        json.dumps(notification.facts, ensure_ascii=False, allow_nan=False),
        notification.revision,
        notification.delivered,
        notification.attempts,
        notification.try_at,
        notification.sound_at,
        notification.sent_at,
        notification.received_at,
        notification.seen_at,
        notification.answered_at,
        notification.replaces,
        notification.channel,
        notification.remote_id,
        notification.reason,
    )
    tx.execute(_PUT, values)
    tx.touch(notifications=True, incidents=frozenset((notification.incident,)))


def about(db: Db, notification: Notification) -> dict[str, Any]:
    """What the timeline says of a notification: to whom it went."""
    name = db.value("SELECT name FROM contact WHERE id = ? ORDER BY version DESC LIMIT 1", (notification.contact,))
    return {
        "notification": notification.id,
        "role": notification.role.value,
        "name": name or "",
        "level": notification.level.code,
    }


_PASSING = {"at": None, "spark": None}

_FIELDS = (
    "id",
    "incident",
    "contact",
    "role",
    "level",
    "why",
    "state",
    "created_at",
    "facts",
    "revision",
    "delivered",
    "attempts",
    "try_at",
    "sound_at",
    "sent_at",
    "received_at",
    "seen_at",
    "answered_at",
    "replaces",
    "channel",
    "remote_id",
    "reason",
)
_PUT = f"""
    INSERT INTO notification ({", ".join(_FIELDS)}) VALUES ({", ".join("?" * len(_FIELDS))})
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS[5:])}
"""


def notification_of(row: sqlite3.Row) -> Notification:
    """A notification from its row."""
    return Notification(
        id=NotificationId(row["id"]),
        incident=IncidentId(row["incident"]),
        contact=ContactId(row["contact"]),
        role=Role(row["role"]),
        level=Level[row["level"].upper()],
        why=Why(row["why"]),
        state=NotificationState(row["state"]),
        created_at=row["created_at"],
        facts=json.loads(row["facts"]),
        revision=row["revision"],
        delivered=row["delivered"],
        attempts=row["attempts"],
        try_at=row["try_at"],
        sound_at=row["sound_at"],
        sent_at=row["sent_at"],
        received_at=row["received_at"],
        seen_at=row["seen_at"],
        answered_at=row["answered_at"],
        replaces=NotificationId(row["replaces"]) if row["replaces"] else None,
        channel=row["channel"],
        remote_id=row["remote_id"],
        reason=row["reason"],
    )
