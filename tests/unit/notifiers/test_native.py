"""The notification centre of Windows and macOS: the same library, here on a private bus."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import pytest

pytest.importorskip("desktop_notifier", reason="desktop-notifier is only there on Windows and macOS")

from console.domain.clock import ReplayClock
from console.domain.errors import DeliveryDelayed
from console.domain.escalation import Why
from console.domain.ports import Answer
from console.notifiers._native import Native
from console.words import Words
from tests.helpers.notification_service import PrivateBus, eventually, private_bus
from tests.helpers.notifications import AT, EXECUTIVE, a_notification


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    with private_bus(monkeypatch) as bus:
        yield bus


def test_it_shows_hears_its_buttons_and_pops_up_again_only_when_it_sounds(bus: PrivateBus) -> None:
    with bus.service() as service:
        answers: list[Answer] = []

        async def work() -> None:
            clock = ReplayClock(AT)
            native = Native(lambda language: Words(language or "en", UTC), answers.append, clock)
            first = a_notification(EXECUTIVE)
            await native.send(first, EXECUTIVE)
            renewed = replace(first, revision=2, delivered=1)
            await native.send(renewed, EXECUTIVE)
            (shown,) = service.shown()
            assert shown.title.startswith("■ 红")
            assert shown.body.startswith("致 Zhou\n")
            assert list(shown.buttons.values())[-2:] == ["认领", "打开"]
            key = next(key for key, label in shown.buttons.items() if label == "认领")
            await native.send(replace(renewed, revision=3, delivered=2, why=Why.AGAIN), EXECUTIVE)
            assert len(service.shown()) == 2
            assert service.closed() == [1]
            key = next(key for key, label in service.shown()[-1].buttons.items() if label == "认领")
            await asyncio.to_thread(service.press, 2, key)
            await eventually(lambda: answers == [Answer("1-2-1", "acknowledge", "Zhou")])
            await native.withdraw(renewed)

        asyncio.run(work())


def test_without_a_centre_it_is_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")

    async def work() -> None:
        native = Native(lambda language: Words(language or "en", UTC), lambda answer: None, ReplayClock(AT))
        with pytest.raises(DeliveryDelayed, match="no_desktop"):
            await native.send(a_notification(), EXECUTIVE)

    asyncio.run(work())
