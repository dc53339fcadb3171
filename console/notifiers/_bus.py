"""One connection to the desktop's session bus: calls whose late replies are not lost, and signals."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from typing import Any

from jeepney import HeaderFields, MatchRule, Message, MessageType
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusConnection, DBusRouter, open_dbus_connection
from jeepney.io.common import RouterClosed
from jeepney.wrappers import unwrap_msg

from console.domain.errors import DeliveryDelayed

Hear = Callable[[Message], None]
"""Takes a message on the loop, in the order of arrival. It must not raise."""


class Bus:
    """Connects at the first call and, after the bus was lost, anew at the next one.

    ``rules`` say which signals ``on_signal`` hears. ``id`` names this lifetime of the bus, None before the first call.
    Errors of a call: DBusErrorResponse from the other side, DeliveryDelayed ``no_desktop`` where there is no bus.
    """

    def __init__(self, rules: Sequence[MatchRule], on_signal: Hear) -> None:
        self.id: str | None = None
        self._rules = tuple(rules)
        self._on_signal = on_signal
        self._connection: DBusConnection | None = None
        self._router: DBusRouter | None = None
        self._awaited: dict[int, tuple[asyncio.Future[Message], Hear]] = {}
        self._connecting = asyncio.Lock()

    async def call(self, message: Message) -> tuple[Any, ...]:
        """Send and wait for the answer's values; a connection that was lost meanwhile is made anew, once."""
        for _ in range(2):
            router = await self._connected()
            try:
                return tuple(unwrap_msg(await router.send_and_get_reply(message)))
            except (RouterClosed, OSError):
                await self.close()
        raise DeliveryDelayed("no_desktop")

    async def post(self, message: Message, on_reply: Hear) -> "asyncio.Future[Message]":
        """Send, and give the future of the reply: it stays good when the caller stops waiting for a while.

        ``on_reply`` hears the reply before any signal that follows it.
        """
        router = await self._connected()
        assert self._connection is not None
        serial = next(self._connection.outgoing_serial)
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._awaited[serial] = (reply, on_reply)
        try:
            await router.send(message, serial=serial)
        except OSError:
            await self.close()
        return reply

    async def close(self) -> None:
        """Leave the bus; the next call joins it again. Replies still awaited fail as delayed."""
        connection, router, awaited = self._connection, self._router, self._awaited
        self._connection, self._router, self._awaited = None, None, {}
        for reply, _ in awaited.values():
            if not reply.done():
                reply.set_exception(DeliveryDelayed("no_desktop"))
                reply.exception()  # looked at: nobody may be waiting for it any more
        with contextlib.suppress(OSError, EOFError):
            if router is not None:
                await router.__aexit__(None, None, None)
        with contextlib.suppress(OSError):
            if connection is not None:
                await connection.close()

    def put_nowait(self, message: Message) -> None:
        """Take a message that nobody inside the router waits for: to it, we are one of its queues."""
        header = message.header
        if header.message_type is MessageType.signal:
            self._on_signal(message)
            return
        reply, on_reply = self._awaited.pop(header.fields.get(HeaderFields.reply_serial, -1), (None, None))
        if reply is not None and on_reply is not None and not reply.done():
            on_reply(message)
            reply.set_result(message)

    async def _connected(self) -> DBusRouter:
        async with self._connecting:
            if self._router is None:
                try:
                    self._router = await self._join()
                except (OSError, EOFError, ValueError, RuntimeError, RouterClosed):
                    # No socket, no bus behind it, not ours to join, or an address of an unknown kind.
                    raise DeliveryDelayed("no_desktop") from None
            return self._router

    async def _join(self) -> DBusRouter:
        connection = await open_dbus_connection(_address())
        router = DBusRouter(connection)
        try:
            router.filter(MatchRule(), queue=self)
            for rule in self._rules:
                unwrap_msg(await router.send_and_get_reply(message_bus.AddMatch(rule)))
            (self.id,) = unwrap_msg(await router.send_and_get_reply(message_bus.GetId()))
        except BaseException:
            with contextlib.suppress(OSError, EOFError):
                await router.__aexit__(None, None, None)
            await connection.close()
            raise
        self._connection = connection
        return router


def _address() -> str:
    """Where the session's bus listens: as the session says, else where systemd puts it."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    return address or f"unix:path={os.environ.get('XDG_RUNTIME_DIR') or '/nonexistent'}/bus"
