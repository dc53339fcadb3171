"""The desk: what a person may do. Every act is one transaction, signed with a name, and stands in the timeline."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from console.domain.clock import Clock
from console.domain.errors import NotAllowed
from console.domain.escalation import Contact, ContactId, NotificationEvent, NotificationId
from console.domain.incident import IncidentAct, IncidentId
from console.domain.monitor import Monitor, MonitorId
from console.domain.ports import Answer
from console.domain.reading import Measure
from console.domain.rule import Rule, with_bound
from console.store import incidents, notifications, watchlist
from console.store.database import Store

T = TypeVar("T")


class Desk:
    """The acts of the duty officer and of whoever answers a notification. Safe on any event loop."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def acknowledge(self, incident: IncidentId, by: str, note: str = "", via: str = "desk") -> None:
        """Take an incident: its notifications stop. Raises NotAllowed where somebody already has it."""
        await self._write(incidents.acknowledge, incident, by, note, self._clock.now(), via)

    async def move(self, incident: IncidentId, act: IncidentAct, by: str, note: str = "") -> None:
        """Respond, watch, resolve or reopen. Raises NotAllowed where the act does not fit."""
        await self._write(incidents.move, incident, act, by, note, self._clock.now())

    async def note(self, incident: IncidentId, by: str, text: str) -> None:
        """Add a line to an incident's timeline."""
        await self._write(incidents.note, incident, by, text, self._clock.now())

    async def shown(self, notification: NotificationId, via: str) -> None:
        """A notification stands on a screen of ours, and so has reached its reader; one that is further on stays so.

        It stays owed to the channels: where a notification service comes back, it is shown there too.
        """
        try:
            await self._write(notifications.mark, notification, NotificationEvent.RECEIVE, self._clock.now(), via)
        except NotAllowed:
            return

    async def seen(self, notification: NotificationId, via: str) -> None:
        """A notification was on a person's screen; one that was already seen or answered stays as it is."""
        try:
            await self._write(notifications.mark, notification, NotificationEvent.SEE, self._clock.now(), via)
        except NotAllowed:
            return

    async def answer(self, answer: Answer) -> None:
        """Take in what a person did on a channel. An answer that comes too late changes nothing."""
        note = await asyncio.wrap_future(self._store.read(notifications.one, NotificationId(answer.notification)))
        if note is None:
            return
        if answer.act == "acknowledge":
            try:
                await self.acknowledge(note.incident, answer.by, via=note.channel or "desktop")
            except NotAllowed:
                return
        else:
            await self.seen(note.id, note.channel or "desktop")

    async def save_monitor(self, monitor: Monitor, by: str) -> MonitorId:
        """Add a monitor, or write the next version of one that exists."""
        return await self._write(watchlist.save_monitor, monitor, by, self._clock.now())

    async def remove_monitor(self, monitor: MonitorId, by: str) -> None:
        """Stop watching for it; what was stored stays."""
        await self._write(watchlist.remove_monitor, monitor, by, self._clock.now())

    async def save_source(self, name: str, kind: str, options: dict[str, Any], by: str) -> None:
        """Listen to a source from now on."""
        await self._write(watchlist.save_source, name, kind, options, by, self._clock.now())

    async def remove_source(self, name: str, by: str) -> None:
        """Stop listening; what was stored stays."""
        await self._write(watchlist.remove_source, name, by, self._clock.now())

    async def save_contact(self, contact: Contact, by: str) -> None:
        """Name the person of a role."""
        await self._write(watchlist.save_contact, contact, by, self._clock.now())

    async def remove_contact(self, contact: ContactId, by: str) -> None:
        """No longer tell this person."""
        await self._write(watchlist.remove_contact, contact, by, self._clock.now())

    async def set_bound(self, rule: Rule, measure: Measure, bound: float, by: str) -> None:
        """Write the next version of a rule, with another bound."""
        await self._write(watchlist.save_rule, with_bound(rule, measure, bound, self._clock.now(), by), by)

    async def save_rules(self, rules: Sequence[Rule], by: str) -> None:
        """Write the next version of each rule."""
        for rule in rules:
            await self._write(watchlist.save_rule, rule, by)

    async def _write(self, fn: Callable[..., T], *args: Any) -> T:
        return await asyncio.wrap_future(self._store.write(fn, *args))
