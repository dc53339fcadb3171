"""The live engine, without a screen: sources come and go, silence is heard, an acknowledgement ends the repeats."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from console.domain.clock import MINUTE, SECOND, ReplayClock
from console.domain.errors import NotAllowed
from console.domain.escalation import Contact, ContactId, Role
from console.domain.incident import Incident, IncidentState
from console.domain.mention import Label, Post
from console.domain.monitor import Monitor, MonitorId
from console.domain.ports import Answer
from console.pipeline.scoring import Scoring
from console.services.desk import Desk
from console.services.engine import Engine
from console.store import coverage, incidents, mentions, notifications, timeline, watchlist
from console.store.connection import Db
from console.store.database import Store
from tests.helpers.builders import NOON, a_post
from tests.helpers.sources import Scripted


class Bench:
    """An engine with scripted sources, and a way to wait for what it commits."""

    def __init__(self, store: Store, clock: ReplayClock) -> None:
        self.store, self.clock = store, clock
        self.desk = Desk(store, clock)
        self.sources: dict[str, Scripted] = {}
        self.scoring = Scoring("tests.helpers.scorers:masking", {"masks": ["broken"]}, workers=1)
        self.engine = Engine(store, clock, self.scoring, connect=self._connect)
        self.news = asyncio.Event()

    def _connect(self, row: watchlist.SourceRow) -> Scripted:
        return self.sources.setdefault(row.name, Scripted(row.name, float(row.options.get("every", 60.0))))

    async def until(self, holds: Callable[[Any], bool], fn: Callable[..., Any], *args: Any) -> Any:
        """Wait until what a read finds holds, looking again at every commit."""
        while True:
            self.news.clear()
            found = await asyncio.wrap_future(self.store.read(fn, *args))
            if holds(found):
                return found
            await self.news.wait()

    async def listening(self, *names: str, every: float = 0.05) -> None:
        """Add sources, and wait until each has answered once."""
        for name in names:
            await self.desk.save_source(name, "feed", {"every": every}, "officer")
        await self.until(lambda states: {s.name for s in states if s.lamp is not None} >= set(names), coverage.states)


@asynccontextmanager
async def running(path: Path, speed: float = 1.0) -> AsyncIterator[Bench]:
    clock = ReplayClock(NOON, speed)
    store = Store.open(path, clock=clock)
    bench = Bench(store, clock)
    loop = asyncio.get_running_loop()

    def wake(_: object) -> None:
        loop.call_soon_threadsafe(bench.news.set)

    leave = store.subscribe(wake)
    engine = asyncio.ensure_future(bench.engine.run())
    try:
        async with asyncio.timeout(40):
            yield bench
    finally:
        bench.engine.stop()
        await engine
        leave()
        store.close()


def newest(db: Db) -> list[Any]:
    return mentions.latest(db, limit=500)


def told(db: Db) -> list[Any]:
    return notifications.inbox(db)


def a_crisis(number: int, **fields: Any) -> Post:
    return a_post(f"c{number}", text=f"it is broken {number}", author=f"user{number}", root_id="c0", **fields)


def is_open(found: list[Incident]) -> bool:
    return bool(found)


def test_sources_come_and_go_while_it_runs(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path / "s.db") as bench:
            await bench.listening("shop")
            bench.sources["shop"].say(a_post("one"), a_post("two", text="it is broken"))
            found = await bench.until(lambda rows: len(rows) == 2, newest)
            assert {one.post.external_id: one.sentiment.negative for one in found} == {"one": 0.0, "two": 1.0}
            await bench.desk.remove_source("shop", "officer")
            await bench.until(lambda states: not states, coverage.states)
            await bench.listening("square")
            bench.sources["square"].say(a_post("three"))
            await bench.until(lambda rows: len(rows) == 3, newest)
            assert bench.sources["shop"].is_closed

    asyncio.run(play())


def test_a_source_goes_on_from_what_was_stored(tmp_path: Path) -> None:
    async def play() -> list[dict[str, Any]]:
        async with running(tmp_path / "s.db") as bench:
            await bench.listening("shop")
            bench.sources["shop"].say(a_post("one"))
            await bench.until(bool, newest)
        async with running(tmp_path / "s.db") as bench:
            await bench.until(lambda _: "shop" in bench.sources and bool(bench.sources["shop"].began), coverage.states)
            return [dict(cursor.fields) for cursor in bench.sources["shop"].began]

    assert asyncio.run(play()) == [{"answers": 2}]


def test_a_monitor_added_while_it_runs_decides_what_is_kept(tmp_path: Path) -> None:
    async def play() -> list[str]:
        async with running(tmp_path / "s.db") as bench:
            await bench.listening("shop")
            await bench.desk.save_monitor(Monitor(MonitorId(0), "Cedar", ("cedar",)), "officer")
            while bench.engine.watching() != ("Cedar",):
                await asyncio.sleep(0.01)
            bench.sources["shop"].say(a_post("other", text="a lamp"), a_post("ours", text="my CEDAR fridge"))
            found = await bench.until(bool, newest)
            return [one.post.external_id for one in found]

    assert asyncio.run(play()) == ["ours"]


def test_a_silent_source_is_told_to_the_officer_and_only_deafness_to_the_executive(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path / "s.db", speed=300) as bench:
            await bench.listening("quiet", "chatty", every=30.0)
            bench.sources["chatty"].goes_on = True
            await bench.until(is_open, incidents.list_)
            first = await asyncio.wrap_future(bench.store.read(told))
            assert {note.role for note in first} == {Role.DUTY}
            bench.sources["chatty"].goes_on = False
            notes = await bench.until(lambda notes: any(n.role is Role.EXECUTIVE for n in notes), told)
            assert all(n.facts["rule"] == "deaf" for n in notes if n.role is Role.EXECUTIVE)
            bench.sources["quiet"].goes_on = bench.sources["chatty"].goes_on = True
            await bench.until(lambda found: not any(i.is_firing for i in found), incidents.list_)

    asyncio.run(play())


def test_repeats_go_on_until_somebody_takes_it_and_then_end(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path / "s.db", speed=300) as bench:
            await bench.desk.save_contact(Contact(ContactId(2), "Chief", Role.EXECUTIVE), "officer")
            await bench.desk.save_contact(Contact(ContactId(0), "Deputy", Role.DEPUTY), "officer")
            await bench.listening("shop", every=30.0)
            bench.sources["shop"].goes_on = True
            now = bench.clock.now()
            bench.sources["shop"].say(*(a_crisis(n, published_at=now - n * SECOND) for n in range(80)))
            [incident] = await bench.until(is_open, incidents.list_)
            notes = await bench.until(lambda notes: any(n.role is Role.DEPUTY for n in notes), told)
            executive, deputy = (
                min((n for n in notes if n.role is role), key=lambda n: n.created_at)
                for role in (Role.EXECUTIVE, Role.DEPUTY)
            )
            assert executive.created_at == incident.opened_at
            assert deputy.created_at >= executive.created_at + 10 * MINUTE
            await bench.desk.answer(Answer(executive.id, "acknowledge", "Chief"))
            with_chief = await bench.until(lambda i: i.state is IncidentState.HANDLING, incidents.one, incident.id)
            assert with_chief.acknowledged_by == "Chief"
            after = await asyncio.wrap_future(bench.store.read(told))
            assert all(note.sound_at is None for note in after)
            with pytest.raises(NotAllowed) as refused:
                await bench.desk.acknowledge(incident.id, "officer")
            assert refused.value.fields["by"] == "Chief"
            entries = await asyncio.wrap_future(bench.store.read(timeline.entries, incident.id))
            assert [e.actor for e in entries if e.kind == "acknowledged"] == ["Chief"]

    asyncio.run(play())


def test_a_post_that_no_scorer_survives_is_kept_unscored(tmp_path: Path) -> None:
    async def play() -> list[tuple[str, Label | None]]:
        async with running(tmp_path / "s.db") as bench:
            await bench.listening("shop")
            bench.sources["shop"].say(a_post("poison", text="!raise"), a_post("fine"))
            found = await bench.until(lambda rows: len(rows) == 2, newest)
            return sorted((one.post.external_id, one.sentiment.label) for one in found)

    assert asyncio.run(play()) == [("fine", Label.POSITIVE), ("poison", None)]
