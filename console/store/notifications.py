"""The outbox: what is owed to whom, kept until it was delivered, refused, answered or withdrawn."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from console.domain.clock import Instant
from console.domain.conversation import Subject
from console.domain.errors import NotAllowed
from console.domain.escalation import Notification, NotificationEvent, NotificationId, Role, moved
from console.domain.timeline import EntryKind
from console.store import timeline
from console.store.connection import Db, Tx
from console.store.outbox import LIVE, TOLD, about, notification_of, of_incident, one, put, renew_one
from console.store.rows import incident_of
from console.store.telling import Telling

__all__ = [
    "attempt",
    "due_for_dispatch",
    "escalate",
    "inbox",
    "mark",
    "next_due",
    "of_incident",
    "one",
    "open_for",
    "renew",
]


def due_for_dispatch(db: Db, now: Instant) -> list[Notification]:
    """What is to be shown now: the gravest first, then the oldest."""
    rows = db.rows(
        f"""
        SELECT * FROM notification
        WHERE {LIVE} AND (state IN ('pending', 'delayed') OR revision > delivered) AND coalesce(try_at, 0) <= ?
        """,
        (now,),
    )
    return sorted(map(notification_of, rows), key=lambda n: (-n.level, n.created_at, n.id))


def next_due(db: Db, now: Instant) -> Instant | None:
    """When the next delivery that had to wait is to be tried again; None when none waits."""
    found: Instant | None = db.value(
        f"""
        SELECT min(try_at) FROM notification
        WHERE {LIVE} AND (state IN ('pending', 'delayed') OR revision > delivered) AND try_at > ?
        """,
        (now,),
    )
    return found


def open_for(db: Db, role: Role | None = None) -> list[Notification]:
    """What is on its way to or on the screens of a role (None: of everybody), the gravest and newest first."""
    rows = db.rows(f"SELECT * FROM notification WHERE {LIVE} AND (?1 IS NULL OR role = ?1)", (role,))
    return sorted(map(notification_of, rows), key=lambda n: (-n.level, -n.created_at, n.id))


def inbox(db: Db, limit: int = 200, role: Role | None = None) -> list[Notification]:
    """The newest notifications in whatever state, newest first."""
    rows = db.rows(
        "SELECT * FROM notification WHERE ?1 IS NULL OR role = ?1 ORDER BY created_at DESC, rowid DESC LIMIT ?2",
        (role, limit),
    )
    return [notification_of(row) for row in rows]


def attempt(tx: Tx, notification: NotificationId) -> None:
    """Count an attempt, before it is made: who dies between sending and marking is known to have tried."""
    tx.execute("UPDATE notification SET attempts = attempts + 1 WHERE id = ?", (notification,))


def mark(
    tx: Tx,
    notification: NotificationId,
    event: NotificationEvent,
    at: Instant,
    channel: str | None = None,
    *,
    revision: int | None = None,
    remote_id: str | None = None,
    try_at: Instant | None = None,
    reason: str | None = None,
) -> Notification:
    """Write what happened to a notification; NotAllowed where that does not fit its state.

    ``revision`` is the one that a SEND showed, or that a DELAY or REFUSE failed to show (None: the present one). A
    renewal that is sent, delayed or refused leaves the state: what was shown before is still on the screen.
    ``try_at`` goes with DELAY, ``reason`` with DELAY and REFUSE. ``channel`` is where it happened: only a delivery
    changes who has the notification; that it was seen elsewhere, as on the card, stands in the timeline alone. A
    RECEIVE of what no channel has taken leaves it owed to the channels: it stands on a screen of ours.
    """
    before = one(tx, notification)
    if before is None:
        raise NotAllowed("absent", event.value, notification=notification)
    shown = before.revision if revision is None else revision
    is_renewal = before.state in TOLD and event in _DELIVERY
    after = replace(
        before,
        state=before.state if is_renewal else moved(before.state, event),
        channel=(channel or before.channel) if event in _DELIVERY else before.channel,
        remote_id=remote_id or before.remote_id,
    )
    match event:
        case NotificationEvent.SEND:
            after = replace(after, delivered=shown, sent_at=before.sent_at or at, try_at=None, reason=None)
        case NotificationEvent.DELAY:
            after = replace(after, try_at=try_at, reason=reason)
        case NotificationEvent.REFUSE:
            after = replace(after, try_at=None, reason=reason, delivered=shown if is_renewal else before.delivered)
        case NotificationEvent.RECEIVE:
            after = replace(after, received_at=at, sent_at=before.sent_at or at)
        case NotificationEvent.SEE:
            after = replace(after, seen_at=at, sound_at=None)
        case NotificationEvent.ANSWER:
            after = replace(after, answered_at=at, sound_at=None)
        case NotificationEvent.CANCEL:
            after = replace(after, sound_at=None, try_at=None)
    put(tx, after)
    kind = None if is_renewal else _TOLD_OF.get(event)
    if kind is not None:
        facts = {**about(tx, after), "channel": channel or after.channel}
        if reason is not None:
            facts["reason"] = reason
        timeline.append(tx, after.incident, kind, at, at, timeline.MACHINE, facts)
    return after


def renew(tx: Tx, subject: Subject, figures: Mapping[str, Any], at: Instant) -> int:
    """Renew in place what is told of a subject's firing incident; how many notifications have news to show."""
    rows = tx.rows(
        f"""
        SELECT n.* FROM incident AS i JOIN notification AS n ON n.incident = i.id
        WHERE i.subject_kind = ? AND i.subject = ? AND i.state <> 'resolved' AND i.is_firing = 1
            AND n.{LIVE} AND n.why <> 'clear'
        """,
        (subject.kind.value, subject.id),
    )
    return sum(renew_one(tx, notification_of(row), {**figures, "at": at}) for row in rows)


def escalate(tx: Tx, at: Instant) -> Instant | None:
    """Take the later steps that have fallen due, and sound again what nobody has seen, of all that burns unanswered.

    When to look again if nothing else happens; None: never.
    """
    owed = tx.rows("SELECT * FROM incident WHERE is_firing = 1 AND is_answered = 0 AND state <> 'resolved'")
    moments = [
        Telling(tx, incident_of(row), since=row["owed_since"], is_muted=bool(row["is_replay"])).later(at)
        for row in owed
    ]
    return min((moment for moment in moments if moment is not None), default=None)


_DELIVERY = (NotificationEvent.SEND, NotificationEvent.DELAY, NotificationEvent.REFUSE)
_TOLD_OF = {
    NotificationEvent.RECEIVE: EntryKind.DELIVERED,
    NotificationEvent.REFUSE: EntryKind.UNDELIVERED,
    NotificationEvent.SEE: EntryKind.SEEN,
}
