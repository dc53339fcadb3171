"""Dispatch: whatever the channels do, each notification ends delivered, refused or withdrawn, and no other waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.clock import MINUTE, SECOND, Instant
from console.domain.conversation import Subject
from console.domain.errors import DeliveryDelayed, DeliveryRefused
from console.domain.escalation import Contact, Notification, NotificationEvent, NotificationId, NotificationState
from console.domain.incident import AlertState, IncidentId
from console.domain.ports import Receipt
from console.domain.timeline import EntryKind
from console.pipeline.dispatch import PACE, POISON, Dispatch, full_jitter
from console.services.desk import Desk
from console.store import incidents, notifications, timeline
from console.store.database import Store
from tests.helpers.builders import NOON, a_subject, a_verdict


class HandClock:
    """Stands still until it is turned. Who waits for another time looks again every few milliseconds."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> Instant:
        return self.at

    def until(self, at: Instant) -> float:
        return 0.0 if at <= self.at else 0.003

    def turn(self, by: int) -> None:
        self.at += by


@dataclass
class Channel:
    """A channel that does what the test says, and remembers what it was asked."""

    name: str = "desktop"
    does: Callable[[Notification], Awaitable[Receipt | None]] | None = None
    sent: list[Notification] = field(default_factory=list)
    to: list[Contact] = field(default_factory=list)
    withdrawn: list[NotificationId] = field(default_factory=list)
    withdrawing: Callable[[], None] = lambda: None
    is_closed: bool = False

    async def send(self, notification: Notification, to: Contact) -> Receipt:
        self.sent.append(notification)
        self.to.append(to)
        answer = await self.does(notification) if self.does is not None else None
        return answer or Receipt(f"{self.name}-{len(self.sent)}")

    async def withdraw(self, notification: Notification) -> None:
        self.withdrawing()
        self.withdrawn.append(notification.id)

    async def close(self) -> None:
        self.is_closed = True

    def ids(self) -> list[NotificationId]:
        return [one.id for one in self.sent]


@dataclass
class World:
    """A store with its clock, and what a test does with it while a dispatch runs."""

    store: Store
    clock: HandClock

    def fire(self, rule: str = "critical", name: str = "root", **changes: Any) -> IncidentId:
        is_drill = bool(changes.pop("is_drill", False))
        verdict = a_verdict(rule, a_subject(name), **changes)
        self.store.write(incidents.raise_, [verdict], self.clock.now(), is_drill=is_drill).result(10)
        return self.store.read(incidents.list_).result(10)[0].id

    def clear(self, rule: str = "critical", name: str = "root") -> None:
        verdict = a_verdict(rule, a_subject(name), AlertState.CLEARED)
        self.store.write(incidents.raise_, [verdict], self.clock.now()).result(10)

    def renew(self, negatives: int, subject: Subject | None = None) -> None:
        figures = {"total_negative": negatives}
        self.store.write(notifications.renew, subject or a_subject(), figures, self.clock.now()).result(10)

    def acknowledge(self, incident: IncidentId, via: str = "window") -> None:
        self.store.write(incidents.acknowledge, incident, "Lin", "", self.clock.now(), via).result(10)

    def all(self) -> list[Notification]:
        return list(reversed(self.store.read(notifications.inbox).result(10)))

    def states(self) -> list[str]:
        return [one.state.value for one in self.all()]

    def kinds(self) -> list[EntryKind]:
        return [entry.kind for entry in self.store.read(timeline.entries).result(10)]

    def run(
        self,
        channels: list[Channel],
        work: Callable[[Callable[[Callable[[], bool]], Coroutine[Any, Any, None]]], Coroutine[Any, Any, None]],
        longest: Callable[[float], float] = lambda longest: longest,
    ) -> None:
        """Run a dispatch while ``work`` goes on; it is handed a way to wait for something to become true."""

        async def eventually(what: Callable[[], bool]) -> None:
            for _ in range(2000):
                if await asyncio.to_thread(what):
                    return
                await asyncio.sleep(0.003)
            pytest.fail(f"it never came true; {[(n.id, n.state.value, n.reason) for n in self.all()]}")

        async def both() -> None:
            dispatch = Dispatch(self.store, self.clock, channels, jitter=longest)
            running = asyncio.create_task(dispatch.run())
            try:
                await work(eventually)
                assert not running.done(), running.exception()
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

        asyncio.run(both())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = HandClock()
    store = Store.open(tmp_path / "console.db", durable=False, clock=clock)
    try:
        yield World(store, clock)
    finally:
        store.close()


SENT = NotificationState.SENT.value


def test_what_is_owed_is_sent_to_each_contact_and_the_receipt_is_kept(world: World) -> None:
    channel = Channel()

    async def work(eventually: Any) -> None:
        world.fire()
        await eventually(lambda: world.states() == [SENT, SENT])

    world.run([channel], work)
    assert channel.is_closed
    assert {to.role.value for to in channel.to} == {"duty", "executive"}
    for one in world.all():
        assert (one.attempts, one.delivered, one.channel) == (1, 1, "desktop")
        assert one.remote_id is not None
        assert one.sent_at == NOON


def test_what_was_owed_before_the_start_is_sent_and_nothing_is_sent_twice(world: World) -> None:
    world.fire()
    channel = Channel()

    async def work(eventually: Any) -> None:
        await eventually(lambda: world.states() == [SENT, SENT])

    world.run([channel], work)
    world.run([channel], _for_a_while)
    assert sorted(channel.ids()) == ["1-1-1", "1-2-1"]


def test_an_attempt_is_counted_before_it_is_made(world: World) -> None:
    seen: list[tuple[int, str]] = []

    async def look(notification: Notification) -> None:
        stored = await asyncio.wrap_future(world.store.read(notifications.one, notification.id))
        assert stored is not None
        seen.append((stored.attempts, stored.state.value))

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == [SENT])

    world.run([Channel(does=look)], work)
    assert seen == [(1, "pending")]


def test_a_delay_is_tried_again_after_a_wait_that_doubles_up_to_five_minutes(world: World) -> None:
    async def fail(_: Notification) -> None:
        raise DeliveryDelayed("no_desktop")

    channel = Channel(does=fail)
    waits = []

    async def work(eventually: Any) -> None:
        world.fire("watch")
        for n in range(1, 9):
            await eventually(lambda n=n: len(channel.sent) == n and world.all()[0].attempts == n)
            await eventually(lambda: (world.all()[0].try_at or 0) > world.clock.now())
            (row,) = world.all()
            assert (row.state.value, row.reason) == ("delayed", "no_desktop")
            assert row.try_at is not None
            waits.append((row.try_at - world.clock.now()) // SECOND)
            world.clock.turn(row.try_at - world.clock.now() - 1)
            await asyncio.sleep(0.01)
            assert len(channel.sent) == n
            world.clock.turn(1)
        channel.does = None
        await eventually(lambda: world.states() == [SENT])

    world.run([channel], work)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    assert world.all()[0].reason is None


def test_a_channel_that_says_when_is_not_asked_earlier(world: World) -> None:
    async def fail(_: Notification) -> None:
        raise DeliveryDelayed("busy", retry_after=60)

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == ["delayed"])
        assert world.all()[0].try_at == NOON + MINUTE

    world.run([Channel(does=fail)], work)


@given(st.floats(1, 300))
@settings(max_examples=5)
def test_the_wait_is_drawn_from_the_whole_range(longest: float) -> None:
    drawn = [full_jitter(longest) for _ in range(200)]
    assert all(0 < wait <= longest for wait in drawn)
    assert max(drawn) > longest / 2 > min(drawn)


def test_a_refusal_is_final_and_stands_in_the_timeline(world: World) -> None:
    async def refuse(_: Notification) -> None:
        raise DeliveryRefused("desktop_refused")

    channel = Channel(does=refuse)

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == ["refused"])

    world.run([channel], work)
    world.clock.turn(60 * MINUTE)
    world.run([channel], _for_a_while)
    assert len(channel.sent) == 1
    assert world.all()[0].reason == "desktop_refused"
    assert world.kinds()[-1] is EntryKind.UNDELIVERED


def test_without_any_channel_it_is_refused_not_forgotten(world: World) -> None:
    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == ["refused"])

    world.run([], work)
    assert world.all()[0].reason == "no_channel"


def test_the_next_channel_is_tried_at_once_and_keeps_what_it_took(world: World) -> None:
    async def fail(_: Notification) -> None:
        raise DeliveryDelayed("no_desktop")

    first, second = Channel("first", does=fail), Channel("second")

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == [SENT])
        first.does = None
        world.renew(41)
        world.clock.turn(PACE)
        await eventually(lambda: len(second.sent) == 2)

    world.run([first, second], work)
    assert world.all()[0].channel == "second"
    assert len(first.sent) == 1


def test_delayed_outweighs_refused(world: World) -> None:
    async def delay(_: Notification) -> None:
        raise DeliveryDelayed("slow")

    async def refuse(_: Notification) -> None:
        raise DeliveryRefused("never")

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == ["delayed"])
        assert world.all()[0].reason == "slow"

    world.run([Channel("a", does=refuse), Channel("b", does=delay), Channel("c", does=refuse)], work)


def test_a_slow_or_poisonous_notification_delays_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    never = asyncio.Event()

    async def behave(notification: Notification) -> None:
        if notification.incident == 1:
            await never.wait()
        if notification.incident == 2:
            raise ZeroDivisionError

    channel = Channel(does=behave)

    async def work(eventually: Any) -> None:
        for name in ("slow", "poison", "sound", "sound too"):
            world.fire("watch", name)
        await eventually(lambda: world.states() == ["pending", "delayed", SENT, SENT])
        for n in range(2, POISON + 1):
            world.clock.turn(6 * MINUTE)
            await eventually(lambda n=n: [one.incident for one in channel.sent].count(IncidentId(2)) == n)
            await eventually(lambda n=n: world.all()[1].attempts == n and world.all()[1].state != "pending")
        await eventually(lambda: world.states()[:2] == ["pending", "refused"])

    with caplog.at_level(logging.CRITICAL, "console.pipeline.dispatch"):
        world.run([channel], work)
    assert world.all()[1].reason == "broken"


def test_what_is_answered_elsewhere_is_taken_off_the_screen(world: World) -> None:
    channel = Channel()

    async def work(eventually: Any) -> None:
        incident = world.fire()
        await eventually(lambda: world.states() == [SENT, SENT])
        world.acknowledge(incident)
        await eventually(lambda: sorted(channel.withdrawn) == ["1-1-1", "1-2-1"])

    world.run([channel], work)
    assert world.states() == ["answered", "answered"]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_what_is_seen_and_answered_on_the_card_is_taken_off_the_desktop_too(world: World, is_restarted: bool) -> None:
    incident = world.fire("watch")
    channel, other, clock = Channel(), Channel("other"), world.clock
    desk = Desk(world.store, clock)

    async def answer(eventually: Any) -> None:
        await eventually(lambda: world.states() == ["sent"])
        await desk.seen(world.all()[0].id, "card")
        if not is_restarted:
            await take_it_off(eventually)

    async def take_it_off(eventually: Any) -> None:
        await desk.acknowledge(incident, "Zhou", via="card")
        await eventually(lambda: channel.withdrawn == ["1-1-1"])

    async def restarted(eventually: Any) -> None:
        world.fire("watch", "other")
        await eventually(lambda: "2-1-1" in channel.ids())  # it has looked round by now
        await take_it_off(eventually)

    world.run([channel, other], answer)
    if is_restarted:
        world.run([channel, other], restarted)
    assert other.withdrawn == []
    assert world.all()[0].channel == "desktop"  # 1-1-1: the oldest is first
    (seen,) = [e for e in world.store.read(timeline.entries).result(10) if e.kind is EntryKind.SEEN]
    assert seen.facts["channel"] == "card"


def test_what_was_shown_before_a_restart_is_taken_off_after_it(world: World) -> None:
    async def deliver(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == [SENT])

    channel = Channel()
    world.run([Channel()], deliver)

    async def work(eventually: Any) -> None:
        await _for_a_while(eventually)
        world.acknowledge(IncidentId(1))
        await eventually(lambda: channel.withdrawn == ["1-1-1"])

    world.run([channel], work)


def test_what_is_answered_while_on_its_way_is_taken_off_again(world: World) -> None:
    gate = asyncio.Event()

    async def wait(_: Notification) -> None:
        await gate.wait()

    channel = Channel(does=wait)

    async def work(eventually: Any) -> None:
        incident = world.fire("watch")
        await eventually(lambda: len(channel.sent) == 1)
        await asyncio.to_thread(world.acknowledge, incident)
        gate.set()
        await eventually(lambda: channel.withdrawn == ["1-1-1"])

    world.run([channel], work)
    assert world.states() == ["cancelled"]


def test_a_withdrawal_that_was_late_is_tried_again(world: World) -> None:
    def late() -> None:
        channel.withdrawing = lambda: None
        raise DeliveryDelayed("desktop_slow")

    channel = Channel(withdrawing=late)

    async def work(eventually: Any) -> None:
        incident = world.fire("watch")
        await eventually(lambda: world.states() == [SENT])
        world.acknowledge(incident)
        await _for_a_while(eventually)
        assert channel.withdrawn == []
        world.clock.turn(5 * SECOND)
        await eventually(lambda: channel.withdrawn == ["1-1-1"])

    world.run([channel], work)


def test_renewals_are_shown_in_place_at_most_every_half_minute_and_a_sound_at_once(world: World) -> None:
    channel = Channel()

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == [SENT])
        for negatives in range(41, 50):
            world.renew(negatives)
            world.clock.turn(SECOND)
        await _for_a_while(eventually)
        assert len(channel.sent) == 1
        world.clock.turn(PACE - 9 * SECOND)
        await eventually(lambda: world.all()[0].delivered == 10)
        assert [one.facts["total_negative"] for one in channel.sent] == [40, 49]

    world.run([channel], work)
    assert len(world.all()) == 1


def test_what_nobody_has_seen_sounds_again_without_waiting_for_the_pace(world: World) -> None:
    channel = Channel()

    async def work(eventually: Any) -> None:
        world.fire()
        await eventually(lambda: world.states() == [SENT, SENT])
        world.clock.turn(5 * MINUTE)
        world.renew(41)
        await eventually(lambda: len(channel.sent) == 4)
        world.store.write(notifications.escalate, world.clock.now()).result(10)
        await eventually(lambda: len(channel.sent) == 6)
        assert [one.why.value for one in channel.sent[-2:]] == ["again", "again"]

    world.run([channel], work)


def test_a_raised_level_goes_where_the_one_before_stands_also_after_a_restart(world: World) -> None:
    async def deliver(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == [SENT])

    world.run([Channel()], deliver)
    channel = Channel()
    before = world.all()[0]

    async def work(eventually: Any) -> None:
        world.fire("critical")
        await eventually(lambda: len(channel.sent) == 2)
        duty = next(one for one in channel.sent if one.contact == before.contact)
        assert (duty.replaces, duty.remote_id) == (before.id, before.remote_id)

    world.run([channel], work)


def test_an_all_clear_takes_the_place_of_what_it_ends(world: World) -> None:
    channel = Channel()

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == [SENT])
        world.clear("watch")
        await eventually(lambda: len(channel.sent) == 2)
        assert (channel.sent[1].why.value, channel.sent[1].replaces) == ("clear", channel.sent[0].id)

    world.run([channel], work)


def test_a_drill_reaches_this_machine_alone(world: World) -> None:
    far, near = Channel("far"), Channel("desktop")

    async def work(eventually: Any) -> None:
        world.fire("watch", "real")
        world.fire("watch", "drill", is_drill=True)
        await eventually(lambda: world.states() == [SENT, SENT])

    world.run([far, near], work)
    assert ([one.incident for one in far.sent], [one.incident for one in near.sent]) == ([1], [2])


def test_a_receipt_from_a_person_s_own_screen_counts_as_received(world: World) -> None:
    async def shown(_: Notification) -> Receipt:
        return Receipt("x", is_received=True)

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: world.states() == ["received"])

    world.run([Channel(does=shown)], work)


def test_what_was_seen_on_the_card_before_a_desktop_took_it_stays_seen(world: World) -> None:
    gate = asyncio.Event()

    async def wait(_: Notification) -> None:
        await gate.wait()

    channel = Channel(does=wait)

    async def work(eventually: Any) -> None:
        world.fire("watch")
        await eventually(lambda: len(channel.sent) == 1)
        seen = world.store.write(notifications.mark, NotificationId("1-1-1"), NotificationEvent.SEE, NOON, "card")
        await asyncio.wrap_future(seen)
        gate.set()
        await eventually(lambda: world.all()[0].delivered == 1)
        assert world.states() == ["seen"]

    world.run([channel], work)


async def _for_a_while(_: Any) -> None:
    """Long enough for several looks at the outbox."""
    await asyncio.sleep(0.05)
