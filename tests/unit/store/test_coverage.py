"""Where nothing was heard there is a gap, and it says so."""

from console.domain.clock import MINUTE, SECOND, Instant
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.ports import Gap
from console.store import coverage, mentions, watchlist
from console.store.coverage import SourceState
from console.store.database import Store
from tests.helpers.builders import NOON, a_scored_post


def hear(store: Store, at: Instant, next_after: float | None = 60.0) -> None:
    store.write(coverage.heard, "feed", at, next_after).result()


def report(
    store: Store, lamp: SourceLamp, at: Instant, code: str | None = None, retry_at: Instant | None = None
) -> None:
    health = SourceHealth("feed", lamp, at, code, {"status": 503} if code else {}, retry_at)
    store.write(coverage.report, health).result()


def gaps(store: Store, since: Instant = 0, until: Instant = 2 * NOON) -> list[Gap]:
    return store.read(coverage.gaps, since, until).result()


def state(store: Store) -> SourceState:
    (one,) = store.read(coverage.states).result()
    return one


def test_a_source_that_answers_in_time_leaves_no_gap(store: Store) -> None:
    for minute in range(5):
        hear(store, NOON + minute * MINUTE)
    assert gaps(store) == []
    assert (state(store).lamp, state(store).last_heard_at) == (SourceLamp.HEARING, NOON + 4 * MINUTE)


def test_a_source_heard_late_was_not_heard_meanwhile(store: Store) -> None:
    hear(store, NOON)
    hear(store, NOON + 30 * MINUTE)
    assert gaps(store) == [Gap("feed", NOON, NOON + 30 * MINUTE, "not_heard")]


def test_a_stream_or_a_file_promises_nothing(store: Store) -> None:
    hear(store, NOON, None)
    hear(store, NOON + 300 * MINUTE, None)
    assert gaps(store) == []


def test_a_failing_source_has_one_open_gap_since_it_was_last_heard(store: Store) -> None:
    hear(store, NOON)
    report(store, SourceLamp.LATE, NOON + MINUTE, "http_status", NOON + 2 * MINUTE)
    report(store, SourceLamp.FAILING, NOON + 5 * MINUTE, "http_status", NOON + 9 * MINUTE)
    assert gaps(store) == [Gap("feed", NOON, None, "http_status")]
    failing = state(store)
    assert (failing.lamp, failing.code, failing.fields) == (SourceLamp.FAILING, "http_status", {"status": 503})
    assert (failing.failing_since, failing.retry_at) == (NOON + MINUTE, NOON + 9 * MINUTE)
    hear(store, NOON + 10 * MINUTE)
    assert gaps(store) == [Gap("feed", NOON, NOON + 10 * MINUTE, "http_status")]
    well = state(store)
    assert (well.lamp, well.code, well.fields, well.failing_since) == (SourceLamp.HEARING, None, {}, None)


def test_a_source_that_never_answered_is_blind_since_it_was_asked(store: Store) -> None:
    report(store, SourceLamp.REFUSED, NOON, "login")
    assert gaps(store) == [Gap("feed", NOON, None, "login")]
    report(store, SourceLamp.HEARING, NOON + MINUTE)
    assert gaps(store) == [Gap("feed", NOON, NOON + MINUTE, "login")]


def test_the_end_of_a_record_is_no_gap(store: Store) -> None:
    hear(store, NOON, None)
    report(store, SourceLamp.STOPPED, NOON + MINUTE)
    assert gaps(store) == []
    assert state(store).lamp is SourceLamp.STOPPED


def test_gaps_are_found_by_the_time_they_touch(store: Store) -> None:
    hear(store, NOON)
    hear(store, NOON + 30 * MINUTE)
    report(store, SourceLamp.FAILING, NOON + 40 * MINUTE, "x")
    assert len(gaps(store, NOON + 10 * MINUTE, NOON + 11 * MINUTE)) == 1
    assert gaps(store, NOON - MINUTE, NOON) == []
    assert [gap.until for gap in gaps(store, NOON + 31 * MINUTE)] == [None]


def test_what_brought_posts_and_what_is_only_written_down_are_both_shown(store: Store) -> None:
    store.write(watchlist.save_source, "a feed", "feed", {}, "Lin", NOON).result()
    store.write(mentions.add, [a_scored_post(source="file.jsonl", arrived_at=NOON + SECOND)]).result()
    written, file = store.read(coverage.states).result()
    assert (written.name, written.kind, written.lamp, written.last_heard_at) == ("a feed", "feed", None, None)
    assert (file.name, file.kind, file.last_item_at) == ("file.jsonl", None, NOON + SECOND)
