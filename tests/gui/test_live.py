"""The live feed over a real store: pausing loses nothing, scrolling reaches everything, labels come to be right."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.domain.changes import Changes
from console.domain.clock import HOUR, MINUTE, SECOND, ReplayClock
from console.domain.mention import Label, MentionId
from console.store import mentions
from console.store.database import Store
from console.ui.models import live as live_module
from console.ui.models.feed_pages import Counts, Scope
from console.ui.models.feed_rows import FeedModel
from console.ui.models.live import Live
from console.ui.query import Query
from tests.helpers.builders import NOON, a_scored_post


@dataclass
class Watch:
    """A live feed and the store below it."""

    live: Live
    store: Store
    clock: ReplayClock
    qtbot: QtBot
    published: int = 0

    def post(self, count: int = 1, *, negative: float | None = 0.9, **fields: object) -> None:
        """Commit posts, and tell the feed."""
        at = self.clock.now()
        batch = [a_scored_post(negative=negative, published_at=at, arrived_at=at, **fields) for _ in range(count)]
        self.store.write(mentions.add, batch, at=at).result()
        newest = self.store.read(lambda db: db.value("SELECT max(id) FROM mention")).result()
        self.live.hear(Changes(mention=MentionId(newest)))

    def shown(self) -> list[int]:
        """The mentions in the window, from the top."""
        return [self.live.model.row(n).id for n in range(self.live.model.rowCount())]

    def settle(self, *ids: int) -> None:
        """Wait until the window shows just these."""
        self.qtbot.waitUntil(lambda: self.shown() == list(ids))


@pytest.fixture
def watch(qtbot: QtBot, tmp_path: Path) -> Iterator[Watch]:
    clock = ReplayClock(NOON)
    store = Store.open(tmp_path / "console.db", durable=False, clock=clock)
    model = FeedModel(lambda row, column: "")
    yield Watch(Live(Query(store.read), clock, model), store, clock, qtbot)
    store.close()


def test_it_begins_with_the_newest_and_adds_what_is_committed(watch: Watch) -> None:
    watch.post(3)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.settle(1, 2, 3)
    watch.post(2, negative=0.1)
    watch.post(1)
    watch.settle(1, 2, 3, 6)


def test_what_is_older_than_an_hour_is_a_page_away(watch: Watch) -> None:
    watch.post(2)
    watch.clock.until(NOON + 2 * HOUR)
    watch.post(1)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.settle(3)
    assert watch.live.model.has_older
    watch.live.older()
    watch.settle(1, 2, 3)
    watch.qtbot.waitUntil(lambda: not watch.live.model.has_older)


def test_a_pause_holds_the_view_and_loses_nothing(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "PAGE", 4)
    unseen: list[int] = []
    watch.live.unseen.connect(unseen.append)
    watch.post(3)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.settle(1, 2, 3)
    watch.live.pause()
    for _ in range(5):
        watch.post(2)
    watch.qtbot.waitUntil(lambda: unseen[-1:] == [10])
    assert watch.shown() == [1, 2, 3]
    assert watch.live.model.marker == 3
    watch.live.resume()
    watch.settle(1, 2, 3, 4, 5, 6, 7)
    assert watch.live.model.has_newer
    while watch.live.model.has_newer:
        last = watch.shown()[-1]
        watch.live.newer()
        watch.qtbot.waitUntil(lambda last=last: watch.shown()[-1] > last)  # type: ignore[misc]
    assert watch.shown() == list(range(1, 14))
    watch.post(1)
    watch.settle(*range(1, 15))


def test_a_burst_of_several_pages_is_followed_to_its_end(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "PAGE", 5)
    watch.live.look_at(Scope(), None)
    watch.post(23)
    watch.settle(*range(1, 24))


def test_to_the_newest_jumps_over_what_was_held(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "PAGE", 4)
    watch.post(3)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.settle(1, 2, 3)
    watch.live.pause()
    watch.post(20)
    watch.live.to_newest()
    watch.settle(20, 21, 22, 23)
    assert not watch.live.is_paused
    assert watch.live.model.has_older


def test_a_judgement_that_comes_later_brings_the_row(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.post(1, negative=None, text="Repost", root_id="root", parent_id="root")
    watch.post(1)
    watch.settle(2)
    at = watch.clock.now()
    root = a_scored_post("root", published_at=at - MINUTE, arrived_at=at)
    watch.store.write(mentions.add, [root], at=at).result()
    watch.live.hear(Changes(mention=MentionId(3), relabelled=True))
    watch.qtbot.waitUntil(lambda: 3 in watch.shown())
    # The bare repost stands before the window: scrolling up finds it; one within the window is found by itself.
    assert watch.shown() == [2, 3]
    watch.live.older()
    watch.settle(1, 2, 3)
    assert watch.live.model.row(0).inherits_from == "frost"


def test_rows_within_the_window_are_renewed_when_labels_change(watch: Watch) -> None:
    watch.post(1)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.settle(1)
    watch.post(1, negative=None, text="Repost", root_id="root", parent_id="root")
    watch.post(1)
    watch.settle(1, 3)
    at = watch.clock.now()
    root = a_scored_post("root", published_at=at - MINUTE, arrived_at=at)
    watch.store.write(mentions.add, [root], at=at).result()
    watch.live.hear(Changes(relabelled=True))
    watch.qtbot.waitUntil(lambda: watch.shown()[:3] == [1, 2, 3], timeout=8_000)


def test_counts_say_how_the_last_hour_reads_and_who_brought_it(watch: Watch) -> None:
    found: list[Counts] = []
    watch.live.counted.connect(found.append)
    watch.post(1)
    watch.clock.until(NOON + 2 * HOUR)
    watch.post(2)
    watch.post(3, negative=0.5)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.qtbot.waitUntil(lambda: bool(found))
    assert found[-1].by_label == {Label.NEGATIVE: 2, Label.UNCERTAIN: 3}
    assert found[-1].total == 5
    assert found[-1].newest is not None
    assert found[-1].newest.id == 6
    assert found[-1].last_negative == NOON + 2 * HOUR


def test_a_chosen_time_bounds_the_rows_and_the_counts(watch: Watch) -> None:
    found: list[Counts] = []
    watch.live.counted.connect(found.append)
    for _ in range(5):
        watch.post(1)
        watch.clock.until(watch.clock.now() + 10 * MINUTE)
    scope = Scope(since=NOON + 10 * MINUTE, until=NOON + 30 * MINUTE)
    watch.live.look_at(scope, Label.NEGATIVE)
    watch.settle(2, 3)
    watch.qtbot.waitUntil(lambda: bool(found) and found[-1].total == 2)
    watch.clock.until(watch.clock.now() + SECOND)
    watch.post(1)
    watch.live.look_at(Scope(), Label.NEGATIVE)
    watch.settle(1, 2, 3, 4, 5, 6)
