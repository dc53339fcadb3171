"""Policy, Contact, Notification: who is told what, when it sounds again, and who is next when nobody answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NewType

from console.domain.clock import MINUTE, Instant, Millis
from console.domain.errors import NotAllowed
from console.domain.incident import IncidentId
from console.domain.rule import Level

ContactId = NewType("ContactId", int)
NotificationId = NewType("NotificationId", str)


class Role(StrEnum):
    """What a contact is to the desk."""

    DUTY = "duty"
    EXECUTIVE = "executive"
    DEPUTY = "deputy"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to be told. ``language`` is ``zh_CN`` or ``en``, None for the desk's own."""

    id: ContactId
    name: str
    role: Role
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Tell ``role``: at once, or after nobody of the role before has seen it for ``after``."""

    role: Role
    after: Millis = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is told of a level, in what order, and how often it sounds until seen (None: once)."""

    level: Level
    steps: tuple[Step, ...]
    sound_every: Millis | None = None


NEW_AFTER: Millis = 15 * MINUTE
"""A new notification for the same incident and contact comes at most this often, unless the level rises."""

SHIPPED_POLICIES: tuple[Policy, ...] = (
    Policy(Level.NOTICE, ()),
    Policy(Level.WARNING, (Step(Role.DUTY),)),
    Policy(Level.SERIOUS, (Step(Role.DUTY), Step(Role.EXECUTIVE), Step(Role.DEPUTY, after=10 * MINUTE)), 15 * MINUTE),
    Policy(Level.CRITICAL, (Step(Role.DUTY), Step(Role.EXECUTIVE), Step(Role.DEPUTY, after=10 * MINUTE)), 5 * MINUTE),
)


class NotificationState(StrEnum):
    """One delivery's way. Refused, answered, muted and cancelled are ends."""

    PENDING = "pending"
    DELAYED = "delayed"
    SENT = "sent"
    RECEIVED = "received"
    SEEN = "seen"
    ANSWERED = "answered"
    REFUSED = "refused"
    MUTED = "muted"
    CANCELLED = "cancelled"


class NotificationEvent(StrEnum):
    """What happens to a notification."""

    SEND = "send"
    DELAY = "delay"
    REFUSE = "refuse"
    RECEIVE = "receive"
    SEE = "see"
    ANSWER = "answer"
    CANCEL = "cancel"


_OPEN = (NotificationState.PENDING, NotificationState.DELAYED)
_TOLD = (NotificationState.SENT, NotificationState.RECEIVED, NotificationState.SEEN)
_NEXT: dict[tuple[NotificationState, NotificationEvent], NotificationState] = {
    **{(s, NotificationEvent.SEND): NotificationState.SENT for s in _OPEN},
    **{(s, NotificationEvent.DELAY): NotificationState.DELAYED for s in _OPEN},
    **{(s, NotificationEvent.REFUSE): NotificationState.REFUSED for s in _OPEN},
    **{(s, NotificationEvent.CANCEL): NotificationState.CANCELLED for s in (*_OPEN, *_TOLD)},
    **{(s, NotificationEvent.ANSWER): NotificationState.ANSWERED for s in (*_OPEN, *_TOLD)},
    **{(s, NotificationEvent.RECEIVE): NotificationState.RECEIVED for s in (*_OPEN, NotificationState.SENT)},
    (NotificationState.PENDING, NotificationEvent.SEE): NotificationState.SEEN,
    (NotificationState.DELAYED, NotificationEvent.SEE): NotificationState.SEEN,
    (NotificationState.SENT, NotificationEvent.SEE): NotificationState.SEEN,
    (NotificationState.RECEIVED, NotificationEvent.SEE): NotificationState.SEEN,
}


def moved(state: NotificationState, event: NotificationEvent) -> NotificationState:
    """The state after an event; raises NotAllowed where it does not fit."""
    try:
        return _NEXT[state, event]
    except KeyError:
        raise NotAllowed(state.value, event.value) from None


def may(state: NotificationState, event: NotificationEvent) -> bool:
    """Whether an event fits a state."""
    return (state, event) in _NEXT


class Why(StrEnum):
    """Why a notification exists."""

    NEW = "new"
    RAISED = "raised"
    AGAIN = "again"
    UNSEEN = "unseen"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Notification:
    """One delivery to one contact.

    It travels as ``facts`` so that each reader gets it in their language. While its incident goes on, its facts are
    renewed in place: ``revision`` counts that, ``delivered`` is the revision a channel last took. It sounds at
    ``sound_at`` until seen. ``id`` is ``incident-contact-n``: a receiver of ours drops a second copy by it.
    ``replaces`` is the notification of the same incident and contact whose place on the screen it takes.
    """

    id: NotificationId
    incident: IncidentId
    contact: ContactId
    role: Role
    level: Level
    why: Why
    state: NotificationState
    created_at: Instant
    facts: dict[str, Any] = field(default_factory=dict)
    revision: int = 1
    delivered: int = 0
    attempts: int = 0
    try_at: Instant | None = None
    sound_at: Instant | None = None
    sent_at: Instant | None = None
    received_at: Instant | None = None
    seen_at: Instant | None = None
    answered_at: Instant | None = None
    replaces: NotificationId | None = None
    channel: str | None = None
    remote_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What is owed to a role now, and why."""

    role: Role
    why: Why


def policy_for(level: Level, policies: Sequence[Policy] = SHIPPED_POLICIES) -> Policy:
    """The policy of a level."""
    return next(p for p in policies if p.level is level)


def due_at_once(policy: Policy) -> tuple[Role, ...]:
    """The roles told in the alert's own commit: the executive beside the officer, never after."""
    return tuple(step.role for step in policy.steps if step.after == 0)


def due(policy: Policy, told: Iterable[Notification], now: Instant) -> tuple[Telling, ...]:
    """The later steps that have fallen due for an unanswered incident.

    ``told`` are its notifications so far. A later step is due once the step before has been told for ``after`` and
    nobody of it has seen it; a step that was told once is not told again here.
    """
    by_role: dict[Role, list[Notification]] = {}
    for one in told:
        if one.why is not Why.CLEAR and one.state is not NotificationState.CANCELLED:
            by_role.setdefault(one.role, []).append(one)
    tellings: list[Telling] = []
    for before, step in zip(policy.steps, policy.steps[1:], strict=False):
        if step.after == 0 or step.role in by_role or before.role not in by_role:
            continue
        earlier = by_role[before.role]
        if all(n.seen_at is None and n.answered_at is None for n in earlier) and (
            min(n.created_at for n in earlier) + step.after <= now
        ):
            tellings.append(Telling(step.role, Why.UNSEEN))
    return tuple(tellings)


def next_due(policy: Policy, told: Iterable[Notification]) -> Instant | None:
    """When the next later step falls due if nobody sees anything until then; None when there is none."""
    notes = [n for n in told if n.why is not Why.CLEAR and n.state is not NotificationState.CANCELLED]
    roles = {n.role for n in notes}
    for before, step in zip(policy.steps, policy.steps[1:], strict=False):
        earlier = [n for n in notes if n.role is before.role]
        if (
            step.after
            and step.role not in roles
            and earlier
            and all(n.seen_at is None and n.answered_at is None for n in earlier)
        ):
            return min(n.created_at for n in earlier) + step.after
    return None
