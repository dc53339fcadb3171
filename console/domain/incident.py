"""Alert, the machine's claim that a rule is breached; Incident, the people's matter; their only legal transitions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType

from console.domain.clock import Instant
from console.domain.conversation import Subject
from console.domain.errors import NotAllowed
from console.domain.rule import Level, RuleId, RuleKind

AlertId = NewType("AlertId", int)
IncidentId = NewType("IncidentId", int)


class AlertState(StrEnum):
    """Pending: breached, not yet held long enough. An alert that clears does not resolve its incident."""

    PENDING = "pending"
    FIRING = "firing"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Alert:
    """One claim: at most one is pending or firing per rule and subject.

    ``facts`` are the figures it fired on, by name (see ``judge``); they never change afterwards.
    ``calm_since``: a firing alert is on its way to clear.
    """

    id: AlertId
    rule: RuleId
    rule_version: int
    kind: RuleKind
    level: Level
    subject: Subject
    state: AlertState
    pending_at: Instant
    fired_at: Instant | None
    cleared_at: Instant | None
    incident: IncidentId | None
    facts: dict[str, Any]
    calm_since: Instant | None = None


class IncidentState(StrEnum):
    """Where the people are with it."""

    OPEN = "open"
    HANDLING = "handling"
    RESPONDED = "responded"
    WATCHING = "watching"
    RESOLVED = "resolved"


class IncidentAct(StrEnum):
    """What moves an incident on."""

    ACKNOWLEDGE = "acknowledge"
    RESPOND = "respond"
    WATCH = "watch"
    RESOLVE = "resolve"
    REOPEN = "reopen"


_MOVES: dict[tuple[IncidentState, IncidentAct], IncidentState] = {
    (IncidentState.OPEN, IncidentAct.ACKNOWLEDGE): IncidentState.HANDLING,
    (IncidentState.OPEN, IncidentAct.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.HANDLING, IncidentAct.RESPOND): IncidentState.RESPONDED,
    (IncidentState.HANDLING, IncidentAct.WATCH): IncidentState.WATCHING,
    (IncidentState.HANDLING, IncidentAct.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.RESPONDED, IncidentAct.WATCH): IncidentState.WATCHING,
    (IncidentState.RESPONDED, IncidentAct.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.WATCHING, IncidentAct.RESPOND): IncidentState.RESPONDED,
    (IncidentState.WATCHING, IncidentAct.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.RESPONDED, IncidentAct.REOPEN): IncidentState.OPEN,
    (IncidentState.WATCHING, IncidentAct.REOPEN): IncidentState.OPEN,
    (IncidentState.RESOLVED, IncidentAct.REOPEN): IncidentState.OPEN,
}


def after(state: IncidentState, act: IncidentAct) -> IncidentState:
    """The state after an act; raises NotAllowed where the act does not fit."""
    try:
        return _MOVES[state, act]
    except KeyError:
        raise NotAllowed(state.value, act.value) from None


def acts_in(state: IncidentState) -> frozenset[IncidentAct]:
    """The acts that fit a state."""
    return frozenset(act for (at, act) in _MOVES if at is state)


@dataclass(frozen=True, slots=True)
class Incident:
    """One matter, opened by its first firing alert.

    ``title`` is the first words of the first post that carried it (strangers' text), or a monitor's or source's name.
    ``first_post_at`` starts the T+ clock; ``level`` is the highest its alerts reached. ``is_firing``: an alert of it is
    firing now. ``acknowledged_by`` is the person who took it, with their note. ``is_replay``: it came of records played
    through, so nobody was told.
    """

    id: IncidentId
    subject: Subject
    level: Level
    state: IncidentState
    title: str
    opened_at: Instant
    first_post_at: Instant
    is_firing: bool
    acknowledged_at: Instant | None = None
    acknowledged_by: str | None = None
    note: str | None = None
    resolved_at: Instant | None = None
    is_drill: bool = False
    is_replay: bool = False
