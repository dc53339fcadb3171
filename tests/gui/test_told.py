"""What stands on a screen of ours has reached its reader, also where no notification service answers."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.domain.clock import MINUTE, SECOND, ReplayClock
from console.domain.escalation import Notification, NotificationEvent, NotificationId, NotificationState
from console.domain.incident import IncidentId
from console.domain.timeline import EntryKind
from console.services.desk import Desk
from console.store import incidents, notifications, timeline, watchlist
from console.store.database import Store
from console.ui.bridge import Bridge
from console.ui.listed import Listed
from console.ui.models.desk_reads import situation
from console.ui.panels.incidents import IncidentPanel
from console.ui.query import Query
from console.ui.theme import theme
from console.ui.told import CardDesk
from console.words import Words
from tests.helpers.builders import NOON, a_subject, a_verdict
from tests.helpers.window import Idle

OFFICER, EXECUTIVE = NotificationId("1-1-1"), NotificationId("1-2-1")


@dataclass
class Burning:
    """A store with a critical incident, and an engine that only lends its loop."""

    store: Store
    clock: ReplayClock
    bridge: Bridge
    query: Query
    desk: Desk

    def one(self, notification: NotificationId) -> Notification:
        found = self.store.read(notifications.one, notification).result(10)
        assert found is not None
        return found

    def mark(self, notification: NotificationId, event: NotificationEvent, reason: str | None = None) -> Notification:
        try_at = NOON + MINUTE if event is NotificationEvent.DELAY else None
        return self.store.write(
            notifications.mark, notification, event, NOON, "desktop", try_at=try_at, reason=reason
        ).result(10)

    def delivered(self) -> list[tuple[str, str]]:
        """To whom and where it went, by the timeline."""
        entries = self.store.read(timeline.entries, IncidentId(1)).result(10)
        return [(e.facts["role"], e.facts["channel"]) for e in entries if e.kind is EntryKind.DELIVERED]

    def fire(self, rule: str = "critical", name: str = "root") -> None:
        self.store.write(incidents.raise_, [a_verdict(rule, a_subject(name))], self.clock.now()).result(10)


@pytest.fixture
def burning(qtbot: QtBot, tmp_path: Path) -> Iterator[Burning]:
    clock = ReplayClock(NOON)
    store = Store.open(tmp_path / "console.db", durable=False, clock=clock)
    for contact in store.read(watchlist.contacts).result(10):
        store.write(watchlist.save_contact, replace(contact, name=contact.role.value), "Lin", NOON).result(10)
    bridge = Bridge(store.subscribe)
    bridge.start(Idle())
    room = Burning(store, clock, bridge, Query(store.read), Desk(store, clock))
    room.fire()
    yield room
    bridge.stop()
    store.close()


@pytest.fixture
def card(burning: Burning) -> Iterator[CardDesk]:
    made = CardDesk(
        theme("dark", "en"),
        lambda language: Words(language or "en"),
        query=burning.query,
        bridge=burning.bridge,
        desk=burning.desk,
        clock=burning.clock,
    )
    yield made
    made.close()


@pytest.mark.parametrize("failed", [None, "no_service"])
def test_what_the_card_shows_has_reached_the_executive(
    burning: Burning, card: CardDesk, qtbot: QtBot, failed: str | None
) -> None:
    if failed is not None:
        burning.mark(EXECUTIVE, NotificationEvent.DELAY, failed)
    burning.clock.until(NOON + 5 * SECOND)
    card.begin()
    qtbot.waitUntil(lambda: burning.one(EXECUTIVE).state is NotificationState.RECEIVED)
    one = burning.one(EXECUTIVE)
    assert (one.sent_at, one.received_at, one.seen_at) == (NOON + 5 * SECOND, NOON + 5 * SECOND, None)
    assert burning.delivered() == [("executive", "card")]
    assert burning.one(OFFICER).state is NotificationState.PENDING


def test_what_the_card_shows_is_still_owed_to_the_desktop_and_sounds_there(
    burning: Burning, card: CardDesk, qtbot: QtBot
) -> None:
    burning.mark(EXECUTIVE, NotificationEvent.DELAY, "no_service")
    card.begin()
    qtbot.waitUntil(lambda: burning.one(EXECUTIVE).state is NotificationState.RECEIVED)

    def due(at: int) -> list[NotificationId]:
        return [one.id for one in burning.store.read(notifications.due_for_dispatch, at).result(10)]

    assert EXECUTIVE not in due(NOON + SECOND), "it waits as long as after any failure"
    assert EXECUTIVE in due(NOON + MINUTE)
    assert burning.mark(EXECUTIVE, NotificationEvent.DELAY, "no_service").state is NotificationState.RECEIVED
    burning.store.write(notifications.escalate, NOON + 5 * MINUTE).result(10)
    assert burning.one(EXECUTIVE).why.value == "again"
    sent = burning.mark(EXECUTIVE, NotificationEvent.SEND)
    assert (sent.state, sent.channel, sent.received_at) == (NotificationState.RECEIVED, "desktop", NOON)
    assert EXECUTIVE not in due(NOON + 6 * MINUTE)
    assert burning.delivered() == [("executive", "card")]


def test_what_is_shown_late_or_twice_changes_nothing(burning: Burning) -> None:
    async def show() -> None:
        await burning.desk.shown(EXECUTIVE, "card")

    asyncio.run(show())
    before = burning.one(EXECUTIVE)
    asyncio.run(show())
    assert burning.one(EXECUTIVE) == before
    assert len(burning.delivered()) == 1
    burning.store.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON, "desk").result(10)
    answered = burning.one(EXECUTIVE)
    assert answered.state is NotificationState.ANSWERED
    asyncio.run(show())
    assert burning.one(EXECUTIVE) == answered


def test_what_the_open_list_shows_has_reached_the_officer(burning: Burning, qtbot: QtBot) -> None:
    panel = IncidentPanel(Words("en"), theme("dark", "en"))
    qtbot.addWidget(panel)
    panel.resize(400, 300)
    listed = Listed(panel, query=burning.query, bridge=burning.bridge, desk=burning.desk, clock=burning.clock)
    panel.show_situation(burning.store.read(situation, burning.clock).result(10), NOON)
    with qtbot.waitSignal(burning.query.served):
        listed.begin()
    passed: list[None] = []
    burning.bridge.ask(burning.desk.shown(NotificationId("none"), "desk"), then=passed.append)
    qtbot.waitUntil(lambda: bool(passed))  # acts keep their order: an earlier one would be written by now
    assert burning.one(OFFICER).state is NotificationState.PENDING, "the window is not open"
    panel.show()
    burning.fire("watch", "other")
    qtbot.waitUntil(lambda: burning.one(OFFICER).state is NotificationState.RECEIVED)
    assert burning.delivered() == [("duty", "desk")]
    assert burning.one(EXECUTIVE).state is NotificationState.PENDING
    assert burning.one(NotificationId("2-1-1")).state is NotificationState.PENDING, "the list does not have it yet"
    listed.end()
