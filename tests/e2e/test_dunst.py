"""A real notification service on a private bus and a private screen: what is clicked there is in the store by name.

Nothing here is ours but the way from the outbox to the desk: dunst draws the notification, the pointer presses it.
"""

import asyncio
import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

import pytest

from console.domain.clock import WallClock
from console.domain.escalation import NotificationState, Role
from console.domain.incident import Incident, IncidentId, IncidentState
from console.domain.ports import Answer
from console.domain.timeline import EntryKind
from console.exporters.json_file import JsonFile
from console.notifiers import NOTIFIERS
from console.pipeline.dispatch import Dispatch
from console.services.desk import Desk
from console.services.report import export
from console.store import incidents, notifications, timeline, watchlist
from console.store.database import Store
from console.words import Words
from tests.helpers.builders import a_verdict
from tests.helpers.notification_service import PrivateBus, private_bus
from tests.helpers.screen import Screen, a_screen, started, wait_for

NEEDED = ("dunst", "dunstctl", "Xvfb", "xdotool", "dbus-daemon", "dbus-send")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

_DUNSTRC = """
[global]
    monitor = 0
    follow = none
    width = 400
    height = 300
    origin = top-left
    offset = 20x20
    notification_limit = 0
    markup = full
    format = "<b>%s</b>\\n%b"
    mouse_left_click = do_action
    mouse_right_click = close_current
    idle_threshold = 0
    frame_width = 2

[pressed]
    action_name = "{action}"
"""


def windows(screen: Screen) -> list[str]:
    """What dunst shows."""
    return screen.run("xdotool", "search", "--onlyvisible", "--class", "Dunst").split()


@contextlib.contextmanager
def dunst(bus: PrivateBus, folder: Path, action: str) -> Iterator[Screen]:
    """A screen with dunst on it, whose left click presses the button ``action``."""
    config = folder / "dunstrc"
    config.write_text(_DUNSTRC.format(action=action), encoding="utf-8")
    with contextlib.ExitStack() as stack:
        screen = stack.enter_context(a_screen(bus.environment(HOME=str(folder), LC_ALL="C.UTF-8")))
        stack.enter_context(started(["dunst", "-conf", str(config)], screen.environment))
        wait_for(lambda: bool(screen.run("dunstctl", "count", "displayed")))
        yield screen


@dataclass
class Room:
    """A store with one critical incident, of which the officer Lin and the executive Zhou are to be told."""

    store: Store

    def incident(self) -> Incident:
        found = self.store.read(incidents.one, IncidentId(1)).result(10)
        assert found is not None
        return found

    def states(self) -> dict[Role, NotificationState]:
        found = self.store.read(notifications.inbox).result(10)
        return {one.role: one.state for one in found}

    def deliver(self, until: Callable[[], bool], meanwhile: Callable[[], None]) -> None:
        """Run what delivers and what takes answers; ``meanwhile`` is what the person does."""
        clock = WallClock()
        desk = Desk(self.store, clock)

        async def run() -> None:
            loop = asyncio.get_running_loop()
            answers: set[asyncio.Task[None]] = set()

            def answered(answer: Answer) -> None:
                answers.add(loop.create_task(desk.answer(answer)))

            channels = [make(lambda language: Words(language or "en", UTC), answered, clock) for make in NOTIFIERS]
            dispatch = asyncio.create_task(Dispatch(self.store, clock, channels).run())
            try:
                await asyncio.to_thread(meanwhile)
                await asyncio.to_thread(wait_for, until)
                assert not dispatch.done()
            finally:
                dispatch.cancel()
                await asyncio.gather(dispatch, *answers, return_exceptions=True)

        asyncio.run(run())


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = Store.open(tmp_path / "console.db", clock=WallClock())
    names = {Role.DUTY: "Lin", Role.EXECUTIVE: "Zhou <b>&"}
    for contact in store.read(watchlist.contacts).result(10):
        named = replace(contact, name=names[contact.role], language="zh_CN")
        store.write(watchlist.save_contact, named, "Lin", WallClock().now()).result(10)
    yield Room(store)
    store.close()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    with private_bus(monkeypatch) as bus:
        yield bus


def fire(room: Room, rule: str = "watch") -> None:
    verdict = a_verdict(rule, facts={"title": "<img src='/etc/passwd'> 冷柜 <table>"})
    room.store.write(incidents.raise_, [verdict], WallClock().now()).result(10)


def test_a_press_on_acknowledge_is_in_the_store_and_in_the_export_with_the_name(
    room: Room, bus: PrivateBus, tmp_path: Path
) -> None:
    fire(room)
    with dunst(bus, tmp_path, "acknowledge") as screen:

        def person() -> None:
            wait_for(lambda: room.states() == {Role.DUTY: NotificationState.SENT} and bool(windows(screen)))
            screen.click(120, 60)

        room.deliver(lambda: room.incident().state is IncidentState.HANDLING and not windows(screen), person)
    incident = room.incident()
    assert incident.acknowledged_by == "Lin"
    assert room.states() == {Role.DUTY: NotificationState.ANSWERED}
    entries = room.store.read(timeline.entries, incident.id).result(10)
    (taken,) = [entry for entry in entries if entry.kind is EntryKind.ACKNOWLEDGED]
    assert (taken.actor, taken.facts["via"]) == ("Lin", "desktop")
    out = tmp_path / "out"
    (written,) = export(room.store, incident.id, JsonFile(), out, at=WallClock().now(), by="Lin", language="en")
    document = json.loads(written.read_text(encoding="utf-8"))
    assert document["incident"]["acknowledged_by"] == "Lin"
    assert [e["actor"] for e in document["entries"] if e["kind"] == "acknowledged"] == ["Lin"]


def test_one_press_takes_the_officer_s_and_the_executive_s_notification_off_the_screen(
    room: Room, bus: PrivateBus, tmp_path: Path
) -> None:
    fire(room, "critical")
    with dunst(bus, tmp_path, "acknowledge") as screen:

        def person() -> None:
            wait_for(lambda: set(room.states().values()) == {NotificationState.SENT} and bool(windows(screen)))
            assert screen.run("dunstctl", "count", "displayed").strip() == "2"
            screen.click(120, 60)

        room.deliver(lambda: room.incident().state is IncidentState.HANDLING and not windows(screen), person)
    assert room.incident().acknowledged_by in ("Lin", "Zhou <b>&")
    assert set(room.states().values()) == {NotificationState.ANSWERED}


def test_what_is_taken_on_the_card_leaves_the_screen(room: Room, bus: PrivateBus, tmp_path: Path) -> None:
    fire(room)
    desk = Desk(room.store, WallClock())
    with dunst(bus, tmp_path, "open") as screen:

        def person() -> None:
            wait_for(lambda: room.states() == {Role.DUTY: NotificationState.SENT} and bool(windows(screen)))
            assert screen.run("dunstctl", "count", "displayed").strip() == "1"
            (one,) = room.store.read(notifications.inbox).result(10)
            asyncio.run(desk.seen(one.id, "card"))
            asyncio.run(desk.acknowledge(one.incident, "Zhou", via="card"))

        room.deliver(lambda: screen.run("dunstctl", "count", "displayed").strip() == "0", person)
    assert room.states() == {Role.DUTY: NotificationState.ANSWERED}


def test_putting_it_away_is_having_seen_it_and_no_answer(room: Room, bus: PrivateBus, tmp_path: Path) -> None:
    fire(room)
    with dunst(bus, tmp_path, "open") as screen:

        def person() -> None:
            wait_for(lambda: bool(windows(screen)))
            screen.click(120, 60, 3)

        room.deliver(lambda: room.states() == {Role.DUTY: NotificationState.SEEN}, person)
    assert room.incident().state is IncidentState.OPEN


def test_dunst_shows_a_stranger_s_words_as_words_and_one_notification_for_many_posts(
    room: Room, bus: PrivateBus, tmp_path: Path
) -> None:
    fire(room)
    with dunst(bus, tmp_path, "open") as screen:

        def person() -> None:
            wait_for(lambda: room.states() == {Role.DUTY: NotificationState.SENT})

        room.deliver(lambda: bool(windows(screen)), person)
        assert screen.run("dunstctl", "count", "displayed").strip() == "1"
        screen.run("dunstctl", "close-all")
        history = json.loads(screen.run("dunstctl", "history"))
    ((shown,),) = history["data"]
    assert shown["summary"]["data"].startswith("▲ 黄：<img src='/etc/passwd'> 冷柜 <table>")
    assert shown["body"]["data"].startswith("致 Lin")
