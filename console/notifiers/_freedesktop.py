"""org.freedesktop.Notifications over D-Bus, by the Desktop Notifications Specification 1.2."""

import asyncio
import contextlib
import html
import logging
from dataclasses import dataclass, replace
from typing import Any, Final

from jeepney import DBusAddress, DBusErrorResponse, HeaderFields, MatchRule, Message, MessageType
from jeepney.bus_messages import message_bus
from jeepney.wrappers import new_method_call, unwrap_msg

from console.domain.clock import Clock
from console.domain.errors import DeliveryDelayed, DeliveryRefused
from console.domain.escalation import Contact, Notification, NotificationId
from console.domain.ports import Answer, OnAnswer, Receipt
from console.domain.rule import Level
from console.notifiers._bus import Bus
from console.notifiers._notice import ACKNOWLEDGE, CLOSED, OPEN, Notice, WordsFor, notice

LOG = logging.getLogger(__name__)

SERVICE: Final = "org.freedesktop.Notifications"
DEADLINE: Final = 5.0
"""Seconds that showing or withdrawing may take."""

_ADDRESS = DBusAddress("/org/freedesktop/Notifications", bus_name=SERVICE, interface=SERVICE)
_SIGNALS = MatchRule(type="signal", interface=SERVICE, path="/org/freedesktop/Notifications")

_ACTS: Final = {ACKNOWLEDGE: ACKNOWLEDGE, OPEN: OPEN, "default": OPEN}
_URGENCY: Final = {Level.NOTICE: 0, Level.WARNING: 1, Level.SERIOUS: 2, Level.CRITICAL: 2}
_SOUND: Final = {
    Level.NOTICE: "message-new-instant",
    Level.WARNING: "dialog-warning",
    Level.SERIOUS: "dialog-warning",
    Level.CRITICAL: "dialog-error",
}
_NEVER, _AS_THE_SERVICE_LIKES = 0, -1
_DISMISSED = 2
_NEVER_WILL: Final = frozenset(
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("AccessDenied", "InvalidArgs", "InvalidSignature", "NotSupported", "UnknownInterface", "UnknownMethod")
)


@dataclass(frozen=True, slots=True)
class _Service:
    """Who shows notifications now: the lifetime of the bus and its name for that process; and what it can do."""

    owner: str
    has_markup: bool
    has_buttons: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    """A notification on a service's screen, for a contact, under the service's number. ``is_gone``: it was closed."""

    owner: str
    number: int
    notification: NotificationId
    to: str
    is_gone: bool = False


class Freedesktop:
    """Shows notifications on a freedesktop desktop and hears its buttons.

    A notification is renewed in place, under the number the service gave it. One that the person put away, or that
    expired, comes back only when it is due to sound again: a silent renewal then shows nothing. A service that restarts
    has lost what it showed; the next renewal shows it anew. Numbers are only ever used with the very process that gave
    them, so that no other program's notification is replaced, closed or listened to.

    ``send`` raises DeliveryDelayed where no service answers within the deadline (``no_desktop``, ``desktop_slow``) and
    DeliveryRefused where it answers that it never will (``desktop_refused``).
    """

    name = "desktop"

    def __init__(self, words_for: WordsFor, on_answer: OnAnswer, clock: Clock, *, deadline: float = DEADLINE) -> None:
        self._words_for = words_for
        self._on_answer = on_answer
        self._clock = clock
        self._deadline = deadline
        self._bus = Bus([_SIGNALS], self._on_signal)
        self._known: _Service | None = None
        self._shown: dict[NotificationId, _Shown] = {}
        self._asked: dict[NotificationId, tuple[str, asyncio.Future[Message]]] = {}

    async def send(self, notification: Notification, to: Contact) -> Receipt:
        """Show a notification, or renew the one it replaces. The receipt says that the service took it, no more."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._show(notification, to)
        except TimeoutError:
            raise DeliveryDelayed("desktop_slow", seconds=self._deadline) from None
        except DBusErrorResponse as error:
            if error.name in _NEVER_WILL:
                raise DeliveryRefused("desktop_refused", error=error.name) from error
            raise DeliveryDelayed("no_desktop", error=error.name) from error

    async def withdraw(self, notification: Notification) -> None:
        """Take a notification off the screen, unless another has taken its place there. Nothing shown is no error."""
        if notification.id not in self._asked and self._remembered(notification) is None:
            return
        try:
            async with asyncio.timeout(self._deadline):
                with contextlib.suppress(DBusErrorResponse, DeliveryDelayed):  # no service, no bus: nothing is shown
                    await self._take_off(notification)
        except TimeoutError:
            raise DeliveryDelayed("desktop_slow", seconds=self._deadline) from None

    async def close(self) -> None:
        """Leave the bus; what is on the screen stays there."""
        await self._bus.close()
        self._asked.clear()

    async def _show(self, notification: Notification, to: Contact) -> Receipt:
        service = await self._service()
        await self._settled(notification, service.owner)
        words = self._words_for(to.language)
        said = notice(notification, to, words, self._clock.now())
        shown = self._place(notification, service.owner)
        if shown is not None and shown.is_gone and not said.is_aloud:
            return Receipt(_remote_id(shown))
        call = _notify(words.say("Crisis console"), said, shown.number if shown else 0, service)
        reply = await self._bus.post(call, lambda answer: self._note(notification, to, service.owner, answer))
        self._asked[notification.id] = (service.owner, reply)
        await self._settled(notification, service.owner)
        return Receipt(_remote_id(self._shown[notification.id]))

    async def _take_off(self, notification: Notification) -> None:
        owner = await self._owner()
        await self._settled(notification, owner)
        shown = self._place(notification, owner)
        self._shown.pop(notification.id, None)
        if shown is not None and shown.notification == notification.id and not shown.is_gone:
            await self._bus.call(new_method_call(_ADDRESS, "CloseNotification", "u", (shown.number,)))

    async def _settled(self, notification: Notification, owner: str) -> None:
        """Wait for what this service was asked before and has not answered: slowness must not show a thing twice."""
        asked_of, reply = self._asked.get(notification.id, ("", None))
        try:
            if reply is not None and asked_of == owner:
                unwrap_msg(await asyncio.shield(reply))
        finally:
            if reply is not None and (reply.done() or asked_of != owner):
                del self._asked[notification.id]

    def _note(self, notification: Notification, to: Contact, owner: str, reply: Message) -> None:
        """Keep the number under which the service shows a notification, in place of the one it replaced."""
        if reply.header.message_type is MessageType.method_return:
            self._shown.pop(notification.replaces or notification.id, None)
            self._shown[notification.id] = _Shown(owner, reply.body[0], notification.id, to.name or to.role.value)

    def _place(self, notification: Notification, owner: str) -> _Shown | None:
        """Where the notification, or the one it replaces, stands on the screen of ``owner``."""
        shown = self._shown.get(notification.id) or self._remembered(notification)
        if shown is None and notification.replaces is not None:
            shown = self._shown.get(notification.replaces)
        return shown if shown is not None and shown.owner == owner else None

    def _remembered(self, notification: Notification) -> _Shown | None:
        """What a receipt tells of the screen, also one from before this program's start."""
        if notification.id in self._shown:
            return self._shown[notification.id]
        owner, _, number = (notification.remote_id or "").rpartition("/")
        if not number.isdecimal():
            return None
        is_taken = any((s.owner, s.number) == (owner, int(number)) for s in self._shown.values())
        return None if is_taken else _Shown(owner, int(number), notification.id, "")

    async def _owner(self) -> str:
        (owner,) = await self._bus.call(message_bus.GetNameOwner(SERVICE))
        return f"{self._bus.id} {owner}"

    async def _service(self) -> _Service:
        """The running service; one that the bus can start is started by asking what it can do."""
        with contextlib.suppress(DBusErrorResponse):
            if self._known is not None and await self._owner() == self._known.owner:
                return self._known
        (capabilities,) = await self._bus.call(new_method_call(_ADDRESS, "GetCapabilities"))
        self._known = _Service(await self._owner(), "body-markup" in capabilities, "actions" in capabilities)
        return self._known

    def _on_signal(self, message: Message) -> None:
        member, sender = (message.header.fields.get(f) for f in (HeaderFields.member, HeaderFields.sender))
        if member not in ("ActionInvoked", "NotificationClosed") or len(message.body) < 2:
            return
        number, what = message.body[:2]
        where = (f"{self._bus.id} {sender}", number)
        shown = next((s for s in self._shown.values() if (s.owner, s.number) == where), None)
        if shown is None:
            return
        if member == "NotificationClosed":
            self._shown[shown.notification] = replace(shown, is_gone=True)
            if what == _DISMISSED:
                self._tell(shown, CLOSED)
        elif what in _ACTS:
            self._tell(shown, _ACTS[what])

    def _tell(self, shown: _Shown, act: str) -> None:
        LOG.info("answered on the desktop", extra={"notification": shown.notification, "act": act})
        asyncio.get_running_loop().call_soon(self._on_answer, Answer(shown.notification, act, shown.to))


def _remote_id(shown: _Shown) -> str:
    return f"{shown.owner}/{shown.number}"


def _notify(app: str, said: Notice, replaced: int, service: _Service) -> Message:
    """The call that shows a notice. No link and no image is ever sent; the body is escaped where it would be markup."""
    body = html.escape(said.body, quote=False) if service.has_markup else said.body
    actions = [part for pair in (("default", dict(said.buttons)[OPEN]), *said.buttons) for part in pair]
    hints: dict[str, tuple[str, Any]] = {
        "urgency": ("y", _URGENCY[said.level] if said.stays else min(1, _URGENCY[said.level])),
        "resident": ("b", True),
        "desktop-entry": ("s", "crisis-console"),
        **({"sound-name": ("s", _SOUND[said.level])} if said.is_aloud else {"suppress-sound": ("b", True)}),
    }
    values = (
        app,
        replaced,
        "",
        said.title,
        body,
        actions if service.has_buttons else [],
        hints,
        _NEVER if said.stays else _AS_THE_SERVICE_LIKES,
    )
    return new_method_call(_ADDRESS, "Notify", "susssasa{sv}i", values)
