"""A private session bus, and on it a notification service in a process of its own that records real calls.

The service is no desktop: it keeps what it was asked to show, tells it to the test, and presses buttons when told to.
Run as a program it *is* that service; imported it starts buses and services for tests.
"""

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the program starts faster without it
    import pytest

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
PLAIN = ("actions", "body", "persistence")
MARKUP = (*PLAIN, "body-markup", "body-hyperlinks", "sound")

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth><servicedir>{services}</servicedir>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""

_XML = """<node><interface name="org.freedesktop.Notifications">
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""


@dataclass
class Shown:
    """One Notify call as the service got it."""

    number: int
    app: str
    replaces: int
    icon: str
    title: str
    body: str
    actions: list[str]
    hints: dict[str, Any]
    expires: int

    @property
    def buttons(self) -> dict[str, str]:
        """Label by key."""
        return dict(zip(self.actions[::2], self.actions[1::2], strict=True))


@dataclass
class Service:
    """A running service, as the test sees it. Every wait has an end."""

    process: "subprocess.Popen[str]"
    events: list[dict[str, Any]] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def shown(self) -> list[Shown]:
        """The Notify calls that it has answered so far, in order."""
        self._say(tell=True)
        with self._news:
            return [Shown(**e["notify"]) for e in self.events if "notify" in e]

    def closed(self) -> list[int]:
        """The numbers that were withdrawn, in order."""
        self._say(tell=True)
        with self._news:
            return [e["closed"] for e in self.events if "closed" in e]

    def shows(self, n: int) -> None:
        """Wait until it has shown ``n`` in all."""
        self._wait(lambda: len([e for e in self.events if "notify" in e]) >= n)

    def press(self, number: int, key: str) -> None:
        """Press a button."""
        self._say(press=[number, key])

    def put_away(self, number: int, reason: int = 2) -> None:
        """Close one on the screen: 1 it expired, 2 the person put it away."""
        self._say(close=[number, reason])

    def shout(self, number: int, key: str) -> None:
        """Claim a press from another connection than the service's own."""
        self._say(shout=[number, key])

    def be_slow(self, seconds: float) -> None:
        """Answer every call only after so long."""
        self._say(delay=seconds)

    def fail(self, error: str | None) -> None:
        """Answer every Notify with an error, or no longer."""
        self._say(error=error)

    def die(self) -> None:
        """Be gone, without a word."""
        self.process.kill()
        self.process.wait()

    def _say(self, **order: Any) -> None:
        assert self.process.stdin is not None
        done = len([e for e in self.events if "did" in e])
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        self._wait(lambda: len([e for e in self.events if "did" in e]) > done)

    def _wait(self, what: Callable[[], bool], within: float = 10.0) -> None:
        with self._news:
            assert self._news.wait_for(what, within), f"not within {within} s; told: {self.events}"

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()


@dataclass
class PrivateBus:
    """A session bus that nobody else is on."""

    address: str

    @contextlib.contextmanager
    def service(self, capabilities: Sequence[str] = PLAIN, *, delay: float = 0.0) -> Iterator[Service]:
        """A notification service that owns the name while the block runs."""
        process = subprocess.Popen(
            [sys.executable, __file__, json.dumps({"capabilities": list(capabilities), "delay": delay})],
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running = Service(process)
        listener = threading.Thread(target=running._listen, daemon=True)
        listener.start()
        try:
            running._wait(lambda: any("ready" in e for e in running.events))
            yield running
        finally:
            process.kill()
            process.wait()
            listener.join(5)
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()

    def environment(self, **more: str) -> Mapping[str, str]:
        """What a program of this session finds in its environment."""
        return {"PATH": "/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": self.address, **more}


@contextlib.contextmanager
def private_bus(monkeypatch: "pytest.MonkeyPatch", *, starts: bool = False) -> Iterator[PrivateBus]:
    """A session bus for this test, which ``starts`` the service when it is called; skips where there is no D-Bus."""
    import pytest

    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("dbus-daemon is not installed")
    with tempfile.TemporaryDirectory(prefix="bus-") as folder:
        home = Path(folder)  # a socket's path is short, which pytest's folders are not
        (home / "services").mkdir()
        if starts:
            (home / "services" / "notifications.service").write_text(
                f"[D-BUS Service]\nName={SERVICE}\nExec={sys.executable} {__file__}\n", encoding="utf-8"
            )
        (home / "bus.conf").write_text(_CONFIG.format(socket=home / "bus", services=home / "services"))
        process = subprocess.Popen(
            [daemon, f"--config-file={home / 'bus.conf'}", "--nofork", "--nopidfile", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, "dbus-daemon did not start"
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            yield PrivateBus(address)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


async def eventually(what: Callable[[], bool], within: float = 10.0) -> None:
    """Let the loop run until ``what`` holds."""
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, f"not within {within} s"
        await asyncio.sleep(0.005)


# ── the program ───────────────────────────────────────────────────────────────────────────────────


async def _serve(options: dict[str, Any]) -> None:
    from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
    from jeepney.bus_messages import message_bus
    from jeepney.io.asyncio import open_dbus_connection, open_dbus_router

    where = DBusAddress(PATH, interface=SERVICE)
    connection = await open_dbus_connection()
    await connection.send(message_bus.RequestName(SERVICE))
    state = {"delay": options["delay"], "error": None, "numbers": 0}
    tasks: set[asyncio.Task[None]] = set()

    def tell(**event: Any) -> None:
        if not options.get("alone"):
            print(json.dumps(event), flush=True)

    async def signal(name: str, signature: str, *values: Any) -> None:
        await connection.send(new_signal(where, name, signature, values))

    async def answer(message: Any) -> None:
        member = message.header.fields[HeaderFields.member]
        await asyncio.sleep(state["delay"])
        if member == "GetCapabilities":
            reply = new_method_return(message, "as", (options["capabilities"],))
        elif member == "Introspect":
            reply = new_method_return(message, "s", (_XML,))
        elif member == "GetServerInformation":
            reply = new_method_return(message, "ssss", ("test", "test", "1", "1.2"))
        elif member == "CloseNotification":
            tell(closed=message.body[0])
            reply = new_method_return(message)
            await signal("NotificationClosed", "uu", message.body[0], 3)
        elif member == "Notify" and state["error"]:
            reply = new_error(message, state["error"])
        elif member == "Notify":
            app, replaces, icon, title, body, actions, hints, expires = message.body
            state["numbers"] += not replaces
            number = replaces or state["numbers"]
            plain = {key: value for key, (_, value) in hints.items()}
            names = ("number", "app", "replaces", "icon", "title", "body", "actions", "hints", "expires")
            values = (number, app, replaces, icon, title, body, actions, plain, expires)
            tell(notify=dict(zip(names, values, strict=True)))
            reply = new_method_return(message, "u", (number,))
        else:
            reply = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        await connection.send(reply)

    async def obey(order: dict[str, Any]) -> None:
        match order:
            case {"press": [number, key]}:
                await signal("ActionInvoked", "us", number, key)
            case {"close": [number, reason]}:
                await signal("NotificationClosed", "uu", number, reason)
            case {"shout": [number, key]}:
                async with open_dbus_router() as other:
                    await other.send(new_signal(where, "ActionInvoked", "us", (number, key)))
            case {"delay": _} | {"error": _}:
                state.update(order)
        tell(did=list(order))

    async def listen() -> None:
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            await obey(json.loads(line))

    if not options.get("alone"):
        tasks.add(asyncio.create_task(listen()))
    while True:
        message = await connection.receive()
        kind = message.header.message_type
        if kind is MessageType.method_return and message.body == (1,):
            tell(ready=True)
        elif kind is MessageType.method_call:
            tasks.add(asyncio.create_task(answer(message)))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, EOFError):
        asyncio.run(
            _serve(json.loads(sys.argv[1]) if sys.argv[1:] else {"capabilities": [*PLAIN], "delay": 0, "alone": True})
        )
