"""Telling: which person gets a notification of an incident now, which has theirs renewed, and who is next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from console.domain.clock import Instant
from console.domain.escalation import (
    NEW_AFTER,
    Contact,
    ContactId,
    Notification,
    NotificationId,
    NotificationState,
    Policy,
    Role,
    Step,
    Why,
    due,
    due_at_once,
    next_due,
    policy_for,
)
from console.domain.incident import AlertId, Incident
from console.domain.rule import Level
from console.domain.timeline import EntryKind
from console.store import outbox, timeline, watchlist
from console.store.connection import Tx


@dataclass(frozen=True, slots=True)
class Fired:
    """An alert that an incident's people are to be told of."""

    alert: AlertId
    level: Level
    facts: Mapping[str, Any]


class Telling:
    """Who is told of what, within one transaction.

    ``since``: what was told before it counts no more: the matter was over, or taken, and has come up again.
    ``is_muted``: a replay tells nobody, but writes down whom it would.
    """

    def __init__(self, tx: Tx, incident: Incident, *, since: Instant, is_muted: bool) -> None:
        self._tx = tx
        self._incident = incident
        self._since = since
        self._is_muted = is_muted
        self._contacts = watchlist.contacts(tx)
        self._policies = watchlist.policies(tx)
        self._before = outbox.of_incident(tx, incident.id)

    def of_alerts(self, fired: Sequence[Fired], at: Instant, *, has_risen: bool) -> None:
        """Tell of newly fired alerts: once for all of them, at once, everybody whom any of their levels calls for.

        Where the level has not risen, who was told less than NEW_AFTER ago has that notification renewed in place.
        """
        gravest = max(fired, key=lambda one: (one.level, one.alert))
        facts = self._dressed(gravest.facts)
        told_before = {one.contact for one in self._before if one.state in _LIVE} if has_risen else set()
        for contact in self._at_once({one.level for one in fired}, told_before):
            last = self._last(contact)
            if last is not None and not has_risen and at - last.created_at < NEW_AFTER and _may_renew(last):
                outbox.renew_one(self._tx, last, facts)
                told = last.id
            else:
                told = self._new(contact, facts, at, Why.RAISED if has_risen and last else Why.NEW, has_risen=has_risen)
            self._link(fired, contact.role, told, at)

    def again(self, facts: Mapping[str, Any], at: Instant) -> None:
        """Tell everybody anew whom the level calls for at once: a person opened the incident again."""
        for contact in self._at_once({self._incident.level}, ()):
            self._new(contact, self._dressed(facts), at, Why.NEW, has_risen=True)

    def all_clear(self, facts: Mapping[str, Any], at: Instant) -> None:
        """Tell who was told that it is over, in the place of what they were told. Nothing sounds any more."""
        told = [(contact, last) for contact in self._contacts if (last := self._last(contact)) is not None]
        outbox.cancel_for(self._tx, self._incident.id, at)
        for contact, last in told:
            is_unheard = last.state is NotificationState.PENDING and last.try_at is not None and last.try_at > at
            if last.state is not NotificationState.CANCELLED and not is_unheard:
                self._new(contact, self._dressed(facts), at, Why.CLEAR, has_risen=True)

    def later(self, at: Instant) -> Instant | None:
        """Take the later steps that have fallen due and sound again what nobody has seen; when to look again."""
        policy = self._policy(self._incident.level)
        while owed := due(policy, self._current(), at):
            facts = max(self._before, key=lambda one: one.created_at).facts
            for telling in owed:
                for contact in self._of_role(telling.role):
                    told = self._new(contact, facts, at, telling.why, has_risen=True)
                    self._link_firing(contact.role, told, at)
        for overdue in [n for n in self._before if n.sound_at is not None and n.sound_at <= at]:
            self._sound(overdue, policy, at)
        moments = [n.sound_at for n in self._before if n.sound_at is not None]
        upcoming = next_due(policy, self._current())
        return min((*moments, *([] if upcoming is None else [upcoming])), default=None)

    def _sound(self, one: Notification, policy: Policy, at: Instant) -> None:
        if policy.sound_every is None:
            self._put(replace(one, sound_at=None))
            return
        again_at = at + policy.sound_every
        if one.state is NotificationState.REFUSED:
            # No channel took it, nobody has seen it, and it still burns: it is tried anew rather than falling silent.
            self._put(replace(one, sound_at=None))
            contact = next((c for c in self._contacts if c.id == one.contact), None)
            if contact is not None:
                self._new(contact, one.facts, at, Why.AGAIN, has_risen=True)
            return
        if one.state in outbox.UNSENT:
            self._put(replace(one, sound_at=again_at))  # never shown: it will sound when it is
            return
        sounded = replace(one, revision=one.revision + 1, why=Why.AGAIN, sound_at=again_at)
        self._put(sounded)
        self._note(EntryKind.SOUNDED_AGAIN, sounded, at)

    def _new(
        self, contact: Contact, facts: Mapping[str, Any], at: Instant, why: Why, *, has_risen: bool
    ) -> NotificationId:
        earlier = [one for one in self._before if one.contact == contact.id]
        last = earlier[-1] if earlier else None
        if last is not None and last.state in _LIVE:
            self._put(replace(last, state=NotificationState.CANCELLED, sound_at=None, try_at=None))
        elif last is not None and last.sound_at is not None:
            self._put(replace(last, sound_at=None))  # it was refused; the new one sounds in its stead
        sounds = self._policy(self._incident.level).sound_every if why is not Why.CLEAR else None
        new = Notification(
            id=NotificationId(f"{self._incident.id}-{contact.id}-{len(earlier) + 1}"),
            incident=self._incident.id,
            contact=contact.id,
            role=contact.role,
            level=self._incident.level,
            why=why,
            state=NotificationState.MUTED if self._is_muted else NotificationState.PENDING,
            created_at=at,
            facts=dict(facts),
            try_at=None if has_risen or self._is_muted else self._not_before(contact, at),
            sound_at=None if sounds is None or self._is_muted else at + sounds,
            replaces=last.id if last is not None else None,
            reason="replay" if self._is_muted else None,
        )
        self._put(new)
        self._note(EntryKind.TOLD, new, at, why=why.value)
        return new.id

    def _not_before(self, contact: Contact, at: Instant) -> Instant | None:
        """A matter that flaps does not ring at every flap, unless it is serious."""
        rung = [one.created_at for one in self._before if one.contact == contact.id and one.why is not Why.CLEAR]
        if not rung or self._incident.level >= Level.SERIOUS or at - rung[-1] >= NEW_AFTER:
            return None
        return rung[-1] + NEW_AFTER

    def _put(self, notification: Notification) -> None:
        outbox.put(self._tx, notification)
        self._before = [one for one in self._before if one.id != notification.id] + [notification]
        self._before.sort(key=lambda one: (one.created_at, int(one.id.rsplit("-", 1)[1])))

    def _note(self, kind: EntryKind, notification: Notification, at: Instant, **more: Any) -> None:
        facts = {**outbox.about(self._tx, notification), **more}
        timeline.append(self._tx, self._incident.id, kind, at, at, timeline.MACHINE, facts)

    def _link(self, fired: Iterable[Fired], role: Role, notification: NotificationId, at: Instant) -> None:
        for one in fired:
            if role in due_at_once(self._policy(one.level)):
                self._write_link(one.alert, role, notification, at)

    def _link_firing(self, role: Role, notification: NotificationId, at: Instant) -> None:
        for row in self._tx.rows("SELECT id FROM alert WHERE incident = ? AND state = 'firing'", (self._incident.id,)):
            self._write_link(AlertId(row[0]), role, notification, at)

    def _write_link(self, alert: AlertId, role: Role, notification: NotificationId, at: Instant) -> None:
        self._tx.execute(
            "INSERT OR IGNORE INTO telling (alert, notification, role, at) VALUES (?, ?, ?, ?)",
            (alert, notification, role.value, at),
        )

    def _dressed(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        dressed = {**facts, "level": self._incident.level.code, "title": facts.get("title") or self._incident.title}
        return {**dressed, "is_drill": True} if self._incident.is_drill else dressed

    def _at_once(self, levels: Collection[Level], besides: Collection[ContactId]) -> list[Contact]:
        roles = {role for level in levels for role in due_at_once(self._policy(level))}
        return [contact for contact in self._contacts if contact.role in roles or contact.id in besides]

    def _current(self) -> list[Notification]:
        return [one for one in self._before if one.created_at >= self._since]

    def _of_role(self, role: Role) -> list[Contact]:
        return [contact for contact in self._contacts if contact.role is role]

    def _last(self, contact: Contact) -> Notification | None:
        """What a person was last told of it; None also where they were told that it is over."""
        own = [one for one in self._before if one.contact == contact.id]
        return own[-1] if own and own[-1].why is not Why.CLEAR else None

    def _policy(self, level: Level) -> Policy:
        return _without_empty(policy_for(level, self._policies), {contact.role for contact in self._contacts})


_LIVE = (*outbox.UNSENT, *outbox.TOLD)


def _may_renew(last: Notification) -> bool:
    return last.state in _LIVE or last.state is NotificationState.MUTED


def _without_empty(policy: Policy, present: Collection[Role]) -> Policy:
    """The policy without the steps on which nobody stands: who comes after such a step does not wait for it."""
    steps: list[Step] = []
    waits_for_nobody = False
    for step in policy.steps:
        if step.role not in present:
            waits_for_nobody = True
            continue
        steps.append(replace(step, after=0) if waits_for_nobody else step)
        waits_for_nobody = False
    return replace(policy, steps=tuple(steps))
