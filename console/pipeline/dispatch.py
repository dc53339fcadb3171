"""Dispatch: the outbox -> a channel -> a receipt. What it knows it can read again; what it says is in the store."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from console.domain.changes import Changes
from console.domain.clock import SECOND, Clock, Instant, Millis
from console.domain.errors import DeliveryDelayed, DeliveryRefused, NotAllowed
from console.domain.escalation import Contact, Notification, NotificationEvent, NotificationId
from console.domain.ports import Notifier
from console.pipeline import owed
from console.pipeline.owed import Known, Outcome
from console.store import notifications
from console.store.database import Store

LOG = logging.getLogger(__name__)

T = TypeVar("T")

PACE: Final[Millis] = 30 * SECOND
"""A renewal that makes no sound is shown at most this often."""

FIRST_RETRY, LAST_RETRY = 5.0, 300.0
"""Seconds: the longest wait after the first failure, doubled with each, and the longest ever."""

POISON: Final = 5
"""Failures in a row, of a kind that nobody foresaw, after which a notification is refused."""

LOCAL: Final = frozenset({"desktop"})
"""The channels that a drill may use: they end at this machine."""


def full_jitter(longest: float) -> float:
    """A wait drawn from the whole range, so that what failed together is not tried again together; seconds."""
    return random.uniform(min(0.2, longest), longest)


class Dispatch:
    """Delivers what is owed, each notification on its own: a slow or broken one never delays another.

    Channels are tried in order, the one that has the notification first; who takes it, has it. A failure is tried again
    after a random wait below 5, 10, 20 .. 300 s ("full jitter": M. Brooker, Exponential Backoff And Jitter, 2015). An
    attempt is counted before it is made. What was answered or withdrawn elsewhere is taken off the screen.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        notifiers: Sequence[Notifier],
        *,
        jitter: Callable[[float], float] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._notifiers = tuple(notifiers)
        self._jitter = jitter or full_jitter
        self._busy: set[NotificationId] = set()
        self._on_screen: set[NotificationId] = set()
        self._failures: dict[NotificationId, int] = {}
        self._quiet_until: dict[NotificationId, Instant] = {}
        self._withdraw_at: dict[NotificationId, Instant] = {}
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled. A store that fails ends it; a channel never does."""
        loop = asyncio.get_running_loop()
        self._busy.clear()
        self._news = asyncio.Event()
        leave = self._store.subscribe(lambda changes: self._on_commit(loop, changes))
        try:
            self._on_screen |= {n.id for n in await self._read(notifications.open_for) if n.delivered}
            async with asyncio.TaskGroup() as group:
                while True:
                    self._news.clear()
                    now = self._clock.now()
                    todo = await self._read(owed.read, self._known(), now)
                    for notification, to in todo.shown:
                        self._begin(group, notification, self._deliver(notification, to))
                    for notification in todo.withdrawn:
                        self._begin(group, notification, self._withdraw(notification))
                    await self._rest(todo.look_again_at)
        finally:
            leave()
            for notifier in self._notifiers:
                await notifier.close()

    def _on_commit(self, loop: asyncio.AbstractEventLoop, changes: Changes) -> None:
        """On the store's thread."""
        if changes.notifications or changes.watchlist:
            loop.call_soon_threadsafe(self._news.set)

    async def _rest(self, until: Instant | None) -> None:
        try:
            async with asyncio.timeout(None if until is None else self._clock.until(until)):
                await self._news.wait()
        except TimeoutError:
            return

    def _begin(self, group: asyncio.TaskGroup, notification: Notification, work: Coroutine[Any, Any, None]) -> None:
        self._busy.add(notification.id)
        group.create_task(self._finish(notification.id, work), name=f"notification {notification.id}")

    async def _finish(self, notification: NotificationId, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._busy.discard(notification)
            self._news.set()

    def _known(self) -> Known:
        """What is known beside the store, as it is now: the readers have threads of their own."""
        return Known(
            frozenset(self._busy), frozenset(self._on_screen), dict(self._quiet_until), dict(self._withdraw_at)
        )

    # ── one notification ──────────────────────────────────────────────────────────────────────────

    async def _deliver(self, notification: Notification, to: Contact | None) -> None:
        self._on_screen.add(notification.id)  # or it may be: a channel that is late may still show it
        await self._write(notifications.attempt, notification.id)
        outcome = await self._send(notification, to)
        now = self._clock.now()
        try_at = None
        if outcome.event is NotificationEvent.SEND:
            self._failures.pop(notification.id, None)
            self._quiet_until[notification.id] = now + PACE
        elif outcome.event is NotificationEvent.DELAY:
            failures = self._failures[notification.id] = self._failures.get(notification.id, 0) + 1
            longest = min(LAST_RETRY, FIRST_RETRY * 2 ** (failures - 1))
            wait = max(self._jitter(longest), outcome.retry_after or 0.0)
            try_at = now + int(wait * SECOND)
        try:
            await self._write(owed.record, notification, outcome, now, try_at)
        except NotAllowed:  # answered or withdrawn while it was on its way: it is taken off the screen next
            LOG.info("a notification was over before it was delivered", extra={"notification": notification.id})

    async def _send(self, notification: Notification, to: Contact | None) -> Outcome:
        """Try the channels in order; what the first failed with, if none takes it. Delayed outweighs refused."""
        if to is None:
            return Outcome(NotificationEvent.REFUSE, reason="no_contact")
        failed = Outcome(NotificationEvent.REFUSE, reason="no_channel")
        for notifier in self._channels(notification):
            outcome = await self._send_by(notifier, notification, to)
            if outcome.event is NotificationEvent.SEND:
                return outcome
            if failed.channel is None or failed.event is NotificationEvent.REFUSE:
                failed = outcome
        LOG.warning(
            "a notification was not delivered",
            extra={"notification": notification.id, "reason": failed.reason, "channel": failed.channel},
        )
        return failed

    async def _send_by(self, notifier: Notifier, notification: Notification, to: Contact) -> Outcome:
        try:
            receipt = await notifier.send(notification, to)
        except DeliveryDelayed as delayed:
            return Outcome(NotificationEvent.DELAY, notifier.name, reason=delayed.code, retry_after=delayed.retry_after)
        except DeliveryRefused as refused:
            return Outcome(NotificationEvent.REFUSE, notifier.name, reason=refused.code)
        except Exception:  # the one catch of this boundary: a poison row must not stop the others
            LOG.exception("a channel failed by a bug", extra={"notification": notification.id})
            is_poison = self._failures.get(notification.id, 0) + 1 >= POISON
            event = NotificationEvent.REFUSE if is_poison else NotificationEvent.DELAY
            return Outcome(event, notifier.name, reason="broken")
        return Outcome(NotificationEvent.SEND, notifier.name, receipt)

    async def _withdraw(self, notification: Notification) -> None:
        for notifier in self._notifiers:
            if notification.channel not in (None, notifier.name):
                continue
            try:
                await notifier.withdraw(notification)
            except DeliveryDelayed:
                self._withdraw_at[notification.id] = self._clock.now() + int(FIRST_RETRY * SECOND)
                return
            except Exception:  # as above; what stays on a screen is a smaller harm than silence
                LOG.exception("a channel could not withdraw", extra={"notification": notification.id})
        self._on_screen.discard(notification.id)
        for kept in (self._failures, self._quiet_until, self._withdraw_at):
            kept.pop(notification.id, None)

    def _channels(self, notification: Notification) -> list[Notifier]:
        """Those that may carry it, the one that has it first."""
        is_drill = bool(notification.facts.get("is_drill"))
        allowed = [n for n in self._notifiers if not is_drill or n.name in LOCAL]
        return sorted(allowed, key=lambda n: n.name != notification.channel)

    async def _read(self, fn: Callable[..., T], *args: Any) -> T:
        return await asyncio.wrap_future(self._store.read(fn, *args))

    async def _write(self, fn: Callable[..., T], *args: Any) -> T:
        return await asyncio.wrap_future(self._store.write(fn, *args))
