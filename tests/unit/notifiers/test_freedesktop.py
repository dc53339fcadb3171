"""The Linux desktop's notifications, against a real service on a real bus."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="jeepney is only there on Linux")

from console.domain.clock import ReplayClock
from console.domain.errors import DeliveryDelayed, DeliveryRefused
from console.domain.escalation import NotificationId, Why
from console.domain.ports import Answer
from console.domain.rule import Level
from console.notifiers._freedesktop import Freedesktop
from console.words import Words
from tests.helpers.notification_service import MARKUP, PLAIN, PrivateBus, eventually, private_bus
from tests.helpers.notifications import AT, EXECUTIVE, OFFICER, a_notification


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    with private_bus(monkeypatch) as bus:
        yield bus


@dataclass
class Desk:
    """A notifier, and what it was answered."""

    notifier: Freedesktop
    answers: list[Answer] = field(default_factory=list)
    clock: ReplayClock = field(default_factory=lambda: ReplayClock(AT))


def with_desk(work: Callable[[Desk], Coroutine[Any, Any, None]], deadline: float = 5.0) -> None:
    async def run() -> None:
        answers: list[Answer] = []
        clock = ReplayClock(AT)
        notifier = Freedesktop(lambda language: Words(language or "en", UTC), answers.append, clock, deadline=deadline)
        try:
            await work(Desk(notifier, answers, clock))
        finally:
            await notifier.close()

    asyncio.run(run())


def test_a_critical_notification_stays_is_urgent_and_has_its_buttons_in_the_contact_s_language(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            await desk.notifier.send(a_notification(), OFFICER)
            await desk.notifier.send(a_notification(EXECUTIVE), EXECUTIVE)

        with_desk(work)
        english, chinese = service.shown()
    assert english.buttons == {"default": "Open", "acknowledge": "Acknowledge", "open": "Open"}
    assert chinese.buttons == {"default": "打开", "acknowledge": "认领", "open": "打开"}
    assert english.title == "■ Critical: Cold rooms that do not close, 110 negatives"
    assert english.body.startswith("To Lin\n40 negative posts in 30 minutes where 2 are usual")
    assert chinese.body.startswith("致 Zhou\n")
    assert english.hints["urgency"] == 2
    assert english.hints["resident"] is True
    assert english.hints["sound-name"] == "dialog-error"
    assert english.expires == 0
    assert english.icon == ""
    assert "image-path" not in english.hints


def test_a_warning_is_of_normal_urgency_and_goes_away_as_the_service_likes(bus: PrivateBus) -> None:
    with bus.service() as service:
        with_desk(lambda desk: _send(desk, level=Level.WARNING))
        (shown,) = service.shown()
    assert (shown.hints["urgency"], shown.expires) == (1, -1)


def test_a_renewal_takes_the_same_place_and_is_silent_until_due_to_sound(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            first = a_notification()
            receipt = await desk.notifier.send(first, OFFICER)
            renewed = replace(first, revision=2, delivered=1, remote_id=receipt.remote_id)
            await desk.notifier.send(renewed, OFFICER)
            await desk.notifier.send(replace(renewed, revision=3, delivered=2, why=Why.AGAIN), OFFICER)

        with_desk(work)
        first, renewed, again = service.shown()
    assert (renewed.replaces, again.replaces) == (first.number, first.number)
    assert renewed.hints["suppress-sound"] is True
    assert "sound-name" not in renewed.hints
    assert again.hints["sound-name"] == "dialog-error"


def test_a_raised_level_and_the_all_clear_take_the_place_of_what_they_replace(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            first = a_notification(level=Level.SERIOUS)
            raised = a_notification(id=NotificationId("1-1-2"), why=Why.RAISED, replaces=first.id)
            clear = a_notification(id=NotificationId("1-1-3"), why=Why.CLEAR, replaces=raised.id)
            for one in (first, raised, clear):
                await desk.notifier.send(one, OFFICER)
            await desk.notifier.withdraw(first)
            await desk.notifier.withdraw(raised)

        with_desk(work)
        first, raised, clear = service.shown()
        assert service.closed() == []
    assert raised.replaces == clear.replaces == first.number
    assert "sound-name" in raised.hints
    assert clear.title == "All clear: Cold rooms that do not close"
    assert clear.hints["suppress-sound"] is True
    assert clear.expires == -1
    assert clear.buttons == {"default": "Open", "open": "Open"}


HOSTILE = "<b>x</b> <img src='file:///etc/passwd'> & http://evil.example/a www.evil.example \u202e\0"


@pytest.mark.parametrize("capabilities", [PLAIN, MARKUP])
def test_a_stranger_s_text_is_escaped_exactly_where_the_service_reads_markup(
    bus: PrivateBus, capabilities: tuple[str, ...]
) -> None:
    author = {"author": "<b>x</b> & www.evil.example", "followers": 2_000_000, "mention": 1}
    facts = {"title": HOSTILE, "largest": author, "kind": "big_account"}
    with bus.service(capabilities) as service:
        with_desk(lambda desk: _send(desk, facts=facts))
        (shown,) = service.shown()
    assert "<b>x</b>" in shown.title  # a title is never markup
    if capabilities is MARKUP:
        assert "&lt;b&gt;x&lt;/b&gt;" in shown.body
        assert "<" not in shown.body
        assert "&amp;" in shown.body
    else:
        assert "<b>x</b>" in shown.body
        assert "&amp;" not in shown.body
    for text in (shown.title, shown.body):
        assert "evil.example" not in text
        assert "\u202e" not in text
        assert "\0" not in text


def test_a_title_as_long_as_a_book_is_cut(bus: PrivateBus) -> None:
    with bus.service(MARKUP) as service:
        with_desk(lambda desk: _send(desk, facts={"title": "门" * 1_000_000}))
        (shown,) = service.shown()
    assert len(shown.title) <= 160
    assert len(shown.body) <= 500


def test_a_service_without_buttons_is_asked_for_none(bus: PrivateBus) -> None:
    with bus.service(["body"]) as service:
        with_desk(_send)
        (shown,) = service.shown()
    assert shown.actions == []


def test_each_button_answers_for_its_own_notification_and_person(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            await desk.notifier.send(a_notification(), OFFICER)
            await desk.notifier.send(a_notification(EXECUTIVE), EXECUTIVE)
            await asyncio.to_thread(service.press, 2, "acknowledge")
            await asyncio.to_thread(service.press, 1, "open")
            await asyncio.to_thread(service.press, 1, "default")
            await asyncio.to_thread(service.press, 1, "no-such-button")
            await asyncio.to_thread(service.press, 7, "acknowledge")
            await asyncio.to_thread(service.put_away, 1)
            await eventually(lambda: len(desk.answers) == 4)
            assert desk.answers == [
                Answer("1-2-1", "acknowledge", "Zhou"),
                Answer("1-1-1", "open", "Lin"),
                Answer("1-1-1", "open", "Lin"),
                Answer("1-1-1", "closed", "Lin"),
            ]

        with_desk(work)


def test_a_press_is_believed_only_from_the_service_itself(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            await desk.notifier.send(a_notification(), OFFICER)
            await asyncio.to_thread(service.shout, 1, "acknowledge")
            await asyncio.to_thread(service.press, 1, "open")
            await eventually(lambda: bool(desk.answers))
            assert desk.answers == [Answer("1-1-1", "open", "Lin")]

        with_desk(work)


@pytest.mark.parametrize("reason", [1, 2])
def test_what_left_the_screen_comes_back_only_when_it_sounds(bus: PrivateBus, reason: int) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            first = a_notification()
            await desk.notifier.send(first, OFFICER)
            await asyncio.to_thread(service.put_away, 1, reason)
            await asyncio.to_thread(service.put_away, 99)
            renewed = replace(first, revision=2, delivered=1)
            await desk.notifier.send(renewed, OFFICER)
            assert len(service.shown()) == 1
            await desk.notifier.send(replace(renewed, revision=3, delivered=2, why=Why.AGAIN), OFFICER)
            assert len(service.shown()) == 2
            assert [a.act for a in desk.answers] == (["closed"] if reason == 2 else [])

        with_desk(work)


def test_an_answered_notification_is_withdrawn_once(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            notification = a_notification()
            await desk.notifier.send(notification, OFFICER)
            await desk.notifier.withdraw(notification)
            await desk.notifier.withdraw(notification)

        with_desk(work)
        assert service.closed() == [1]


def test_after_a_restart_of_ours_the_old_place_is_renewed_and_withdrawn_by_its_receipt(bus: PrivateBus) -> None:
    with bus.service() as service:
        receipts = []

        async def before(desk: Desk) -> None:
            receipts.append(await desk.notifier.send(a_notification(), OFFICER))

        async def after(desk: Desk) -> None:
            known = a_notification(revision=2, delivered=1, remote_id=receipts[0].remote_id)
            await desk.notifier.send(known, OFFICER)

        async def later(desk: Desk) -> None:
            await desk.notifier.withdraw(a_notification(remote_id=receipts[0].remote_id))

        with_desk(before)
        with_desk(after)
        with_desk(later)
        assert [s.replaces for s in service.shown()] == [0, 1]
        assert service.closed() == [1]


def test_a_service_that_restarts_is_never_taken_for_the_one_before(bus: PrivateBus) -> None:
    """Its numbers begin anew: number 1 may now be another program's."""

    async def work(desk: Desk) -> None:
        first = a_notification()
        with bus.service(MARKUP) as service:
            receipt = await desk.notifier.send(first, OFFICER)
        renewed = replace(first, revision=2, delivered=1, remote_id=receipt.remote_id)
        with pytest.raises(DeliveryDelayed, match="no_desktop"):
            await desk.notifier.send(renewed, OFFICER)
        with bus.service(PLAIN) as service:
            await desk.notifier.withdraw(a_notification(id=NotificationId("9-9-9"), remote_id=receipt.remote_id))
            await asyncio.to_thread(service.press, 1, "acknowledge")
            await desk.notifier.send(renewed, OFFICER)
            assert service.closed() == []
            (shown,) = service.shown()
            assert shown.replaces == 0
            assert desk.answers == []

    with_desk(work)


def test_without_a_service_it_is_delayed_at_once(bus: PrivateBus) -> None:
    async def work(desk: Desk) -> None:
        with pytest.raises(DeliveryDelayed, match="no_desktop"):
            await desk.notifier.send(a_notification(), OFFICER)
        await desk.notifier.withdraw(a_notification())

    with_desk(work)


def test_a_service_that_the_bus_can_start_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    with private_bus(monkeypatch, starts=True):
        with_desk(_send)


@pytest.mark.parametrize(
    "address", ["unix:path=/nonexistent/bus", "disabled:", "tcp:host=127.0.0.1,port=1", "nonsense", ""]
)
def test_without_a_bus_it_is_delayed(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)

    async def work(desk: Desk) -> None:
        with pytest.raises(DeliveryDelayed, match="no_desktop"):
            await desk.notifier.send(a_notification(), OFFICER)

    with_desk(work)


def test_a_bus_that_went_away_is_joined_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(desk: Desk) -> None:
        with private_bus(monkeypatch) as first, first.service():
            await desk.notifier.send(a_notification(), OFFICER)
        with pytest.raises(DeliveryDelayed, match="no_desktop"):
            await desk.notifier.send(a_notification(), OFFICER)
        with private_bus(monkeypatch) as second, second.service() as service:
            await desk.notifier.send(a_notification(), OFFICER)
            (shown,) = service.shown()
            assert shown.replaces == 0

    with_desk(work)


def test_a_slow_service_delays_and_still_shows_it_once(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            await desk.notifier.send(a_notification(EXECUTIVE), EXECUTIVE)
            service.be_slow(0.5)
            with pytest.raises(DeliveryDelayed, match="desktop_slow"):
                await desk.notifier.send(a_notification(), OFFICER)
            await asyncio.to_thread(service.shows, 2)
            service.be_slow(0)
            await asyncio.to_thread(service.press, 2, "acknowledge")
            await eventually(lambda: desk.answers == [Answer("1-1-1", "acknowledge", "Lin")])
            await desk.notifier.send(a_notification(), OFFICER)
            assert [s.replaces for s in service.shown()] == [0, 0, 2]

        with_desk(work, deadline=0.3)


def test_a_service_that_dies_while_asked_delays(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            await desk.notifier.send(a_notification(), OFFICER)
            service.be_slow(60)
            sending = asyncio.create_task(desk.notifier.send(a_notification(EXECUTIVE), EXECUTIVE))
            await asyncio.sleep(0.1)
            service.die()
            with pytest.raises(DeliveryDelayed, match="no_desktop"):
                await sending

        with_desk(work)


def test_an_error_of_the_service_delays_or_refuses_by_its_kind(bus: PrivateBus) -> None:
    with bus.service() as service:

        async def work(desk: Desk) -> None:
            service.fail("org.freedesktop.Notifications.Error.ExcessNotificationGeneration")
            with pytest.raises(DeliveryDelayed):
                await desk.notifier.send(a_notification(), OFFICER)
            service.fail("org.freedesktop.DBus.Error.AccessDenied")
            with pytest.raises(DeliveryRefused, match="desktop_refused"):
                await desk.notifier.send(a_notification(), OFFICER)
            service.fail(None)
            await desk.notifier.send(a_notification(), OFFICER)

        with_desk(work)


async def _send(desk: Desk, **changes: Any) -> None:
    await desk.notifier.send(a_notification(**changes), OFFICER)
