"""The notification centre of Windows and macOS, by desktop-notifier."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from desktop_notifier import DEFAULT_SOUND, Button, Capability, DesktopNotifier, Urgency
from desktop_notifier import Notification as Toast

from console.domain.clock import Clock
from console.domain.errors import DeliveryDelayed
from console.domain.escalation import Contact, Notification, NotificationId
from console.domain.ports import Answer, OnAnswer, Receipt
from console.domain.rule import Level
from console.notifiers._notice import CLOSED, OPEN, WordsFor, answered, notice

LOG = logging.getLogger(__name__)

DEADLINE: Final = 5.0
"""Seconds that showing or withdrawing may take."""

_URGENCY: Final = {Level.NOTICE: Urgency.Low, Level.WARNING: Urgency.Normal}


class Native:
    """Shows notifications by the system's own centre and hears their buttons.

    These centres cannot replace: a notification that sounds takes the place of the one before it, which is taken away
    first, and a silent renewal shows nothing, so that nothing pops up twice.

    ``send`` raises DeliveryDelayed where there is no centre (``no_desktop``, ``desktop_slow``) and where the person has
    not allowed notifications (``desktop_forbidden``): they may allow them at any time.
    """

    name = "desktop"

    def __init__(self, words_for: WordsFor, on_answer: OnAnswer, clock: Clock, *, deadline: float = DEADLINE) -> None:
        self._words_for = words_for
        self._on_answer = on_answer
        self._clock = clock
        self._deadline = deadline
        self._centre: DesktopNotifier | None = None
        self._shown: dict[NotificationId, str | None] = {}  # None: it was shown, and the person put it away

    async def send(self, notification: Notification, to: Contact) -> Receipt:
        """Show a notification aloud; a silent renewal only keeps the receipt."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._show(notification, to)
        except TimeoutError:
            raise DeliveryDelayed("desktop_slow", seconds=self._deadline) from None

    async def withdraw(self, notification: Notification) -> None:
        """Take a notification off the screen; nothing shown is no error."""
        shown = self._shown.pop(notification.id, None)
        if shown is not None and self._centre is not None:
            await self._centre.clear(shown)

    async def close(self) -> None:
        """Nothing is held open."""

    async def _show(self, notification: Notification, to: Contact) -> Receipt:
        words = self._words_for(to.language)
        said = notice(notification, to, words, self._clock.now())
        place = notification.id if notification.id in self._shown else notification.replaces or notification.id
        if place in self._shown and notification.delivered and not said.is_aloud:
            return Receipt(self._shown[place])
        centre = await self._ready(words.say("Crisis console"))
        before = self._shown.pop(place, None)
        if before is not None:
            await centre.clear(before)
        is_sent = False

        def sent() -> None:
            nonlocal is_sent
            is_sent = True

        hear = self._hearer(notification, to)
        toast = Toast(
            title=said.title,
            message=said.body,
            urgency=_URGENCY.get(said.level, Urgency.Critical) if said.stays else Urgency.Normal,
            buttons=tuple(Button(title=label, on_pressed=hear(act)) for act, label in said.buttons),
            on_clicked=hear(OPEN),
            on_dismissed=hear(CLOSED),
            on_dispatched=sent,
            sound=DEFAULT_SOUND if said.is_aloud else None,
        )
        identifier = await centre.send_notification(toast)
        if not is_sent:  # desktop-notifier logs what went wrong and returns as if nothing had
            raise DeliveryDelayed("no_desktop")
        self._shown[notification.id] = identifier
        return Receipt(identifier)

    async def _ready(self, app: str) -> DesktopNotifier:
        try:
            if self._centre is None:
                self._centre = DesktopNotifier(app_name=app, app_icon=None)
            shows_text = Capability.MESSAGE in await self._centre.get_capabilities()
        except (RuntimeError, OSError) as error:
            raise DeliveryDelayed("no_desktop") from error
        if not shows_text:  # the library's stand-in, which takes everything and shows nothing
            raise DeliveryDelayed("no_desktop")
        if not await self._centre.has_authorisation() and not await self._centre.request_authorisation():
            raise DeliveryDelayed("desktop_forbidden")
        return self._centre

    def _hearer(self, notification: Notification, to: Contact) -> Callable[[str], Callable[[], None]]:
        """Makes the callback of an act. Callbacks come on the system's own thread; answers go to the engine's loop."""
        loop = asyncio.get_running_loop()

        def hear(act: str) -> Callable[[], None]:
            def told() -> None:
                answer = answered(notification, to, act)
                LOG.info("answered on the desktop", extra={"notification": notification.id, "act": act})
                loop.call_soon_threadsafe(self._put_away, answer)

            return told

        return hear

    def _put_away(self, answer: Answer) -> None:
        """These centres take a notification away with the first thing a person does with it."""
        self._shown[NotificationId(answer.notification)] = None
        self._on_answer(answer)
