"""What every notifier on the list must do, whatever the channel."""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from console.domain.clock import WallClock
from console.domain.errors import DeliveryDelayed, DeliveryRefused
from console.domain.escalation import NotificationId, Why
from console.domain.ports import Answer, Notifier, Receipt
from console.domain.rule import Level
from console.notifiers import NOTIFIERS, Make
from console.words import Words
from tests.helpers.notification_service import MARKUP, private_bus
from tests.helpers.notifications import EXECUTIVE, OFFICER, a_notification

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a desktop that a test can bring along")

Work = Callable[[Notifier], Coroutine[Any, Any, None]]


@pytest.fixture(params=NOTIFIERS, ids=lambda make: make.__module__.rpartition(".")[2])
def make(request: pytest.FixtureRequest) -> Make:
    chosen: Make = request.param
    return chosen


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which the channels work."""
    with private_bus(monkeypatch) as bus, bus.service(MARKUP):
        yield


def use(make: Make, work: Work) -> list[Answer]:
    answers: list[Answer] = []

    async def run() -> None:
        notifier = make(lambda language: Words(language or "en", UTC), answers.append, WallClock())
        try:
            await work(notifier)
        finally:
            await notifier.close()

    asyncio.run(run())
    return answers


@pytest.mark.usefixtures("surroundings")
def test_it_gives_a_receipt_for_whatever_it_is_sent_however_often(make: Make) -> None:
    async def work(notifier: Notifier) -> None:
        assert notifier.name
        for level in Level:
            for why in Why:
                sent = a_notification(id=NotificationId(f"1-1-{level}{why}"), level=level, why=why)
                first = await notifier.send(sent, OFFICER)
                assert isinstance(first, Receipt)
                await notifier.send(replace(sent, revision=2, delivered=1, remote_id=first.remote_id), OFFICER)
                await notifier.withdraw(replace(sent, remote_id=first.remote_id))

    assert use(make, work) == []


@pytest.mark.usefixtures("surroundings")
def test_many_at_once_do_not_disturb_each_other(make: Make) -> None:
    async def work(notifier: Notifier) -> None:
        sent = [a_notification(id=NotificationId(f"{n}-1-1")) for n in range(20)]
        receipts = await asyncio.gather(*(notifier.send(one, OFFICER) for one in sent))
        assert len({r.remote_id for r in receipts}) == 20
        await asyncio.gather(*(notifier.withdraw(one) for one in sent))

    use(make, work)


@pytest.mark.usefixtures("surroundings")
def test_withdrawing_what_was_never_shown_is_no_error(make: Make) -> None:
    async def work(notifier: Notifier) -> None:
        await notifier.withdraw(a_notification())
        await notifier.withdraw(a_notification(remote_id="something else's"))

    use(make, work)


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize(
    "text", ["", "\0", "\ud800", "<table>" * 400, "<img src='/dev/zero'>", "\u202e" * 999, "a" * 1_000_000, "{x}", "%s"]
)
def test_text_from_strangers_is_never_the_reason_for_a_failure(make: Make, text: str) -> None:
    facts = {"title": text, "kind": "big_account", "largest": {"author": text, "followers": 1, "mention": 1}}

    async def work(notifier: Notifier) -> None:
        for to in (OFFICER, replace(EXECUTIVE, name=text)):
            await notifier.send(a_notification(to, facts=facts), to)

    use(make, work)


def test_where_the_channel_does_not_work_it_says_so_in_time_and_only_as_delayed_or_refused(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")

    async def work(notifier: Notifier) -> None:
        began = time.monotonic()
        with pytest.raises((DeliveryDelayed, DeliveryRefused)):
            await notifier.send(a_notification(), OFFICER)
        await notifier.withdraw(a_notification())
        assert time.monotonic() - began < 6

    use(make, work)
