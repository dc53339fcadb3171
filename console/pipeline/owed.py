"""What is owed to whom now, by the outbox, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.domain.clock import Instant
from console.domain.errors import NotAllowed
from console.domain.escalation import Contact, Notification, NotificationEvent, NotificationId, NotificationState, Why
from console.domain.ports import Receipt
from console.store import notifications, watchlist
from console.store.connection import Db, Tx

_OVER = (
    NotificationState.ANSWERED,
    NotificationState.CANCELLED,
    NotificationState.REFUSED,
    NotificationState.MUTED,
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What the store says is to be done: to show, and to take off the screen; and when to look again without news."""

    shown: tuple[tuple[Notification, Contact | None], ...]
    withdrawn: tuple[Notification, ...]
    look_again_at: Instant | None


@dataclass(frozen=True, slots=True)
class Known:
    """What dispatch knows beside the store: what is on its way, what may be on a screen, and when not to touch it."""

    busy: frozenset[NotificationId]
    on_screen: frozenset[NotificationId]
    quiet_until: Mapping[NotificationId, Instant]
    withdraw_at: Mapping[NotificationId, Instant]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended."""

    event: NotificationEvent
    channel: str | None = None
    receipt: Receipt | None = None
    reason: str | None = None
    retry_after: float | None = None


def read(db: Db, known: Known, now: Instant) -> Owed:
    """Read it in one view of the store, on a reader's thread."""
    contacts = {contact.id: contact for contact in watchlist.contacts(db)}
    shown, withdrawn, later = [], [], [notifications.next_due(db, now)]
    for one in notifications.due_for_dispatch(db, now):
        quiet_until = known.quiet_until.get(one.id, now)
        if one.id in known.busy:
            continue
        if one.delivered and one.why is not Why.AGAIN and quiet_until > now:
            later.append(quiet_until)
        else:
            shown.append((_in_its_place(db, one), contacts.get(one.contact)))
    awaited = {one.replaces for one in notifications.open_for(db) if not one.delivered}
    for shown_id in known.on_screen - known.busy - awaited:
        over = notifications.one(db, shown_id)
        if over is None or over.state not in _OVER:
            continue
        withdraw_at = known.withdraw_at.get(shown_id, now)
        if withdraw_at > now:
            later.append(withdraw_at)
        else:
            withdrawn.append(over)
    return Owed(tuple(shown), tuple(withdrawn), min((at for at in later if at is not None), default=None))


def record(tx: Tx, notification: Notification, outcome: Outcome, at: Instant, try_at: Instant | None) -> None:
    """Write how an attempt ended; NotAllowed where the notification was over by then."""
    notifications.mark(
        tx,
        notification.id,
        outcome.event,
        at,
        outcome.channel,
        revision=notification.revision,
        remote_id=outcome.receipt.remote_id if outcome.receipt else None,
        try_at=try_at,
        reason=outcome.reason,
    )
    if outcome.receipt is not None and outcome.receipt.is_received:
        try:
            notifications.mark(tx, notification.id, NotificationEvent.RECEIVE, at, outcome.channel)
        except NotAllowed:  # it was already seen
            return


def _in_its_place(db: Db, notification: Notification) -> Notification:
    """A new notification goes where the one it replaces is: its receipt survives a restart in the store alone."""
    if notification.remote_id is not None or notification.replaces is None:
        return notification
    replaced = notifications.one(db, notification.replaces)
    if replaced is None:
        return notification
    return replace(notification, remote_id=replaced.remote_id, channel=replaced.channel)
