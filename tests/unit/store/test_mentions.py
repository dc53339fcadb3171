"""Adding mentions: each once, in its place, with its counts; and nothing depends on how a stream was cut."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.clock import DAY, MINUTE, ReplayClock
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import TEXT_LIMIT, Label, Post
from console.domain.monitor import MonitorId
from console.domain.ports import Cursor, MinuteCount, Rejected
from console.store import coverage, feed, mentions, minutes
from console.store.database import Db, Store
from console.store.mentions import Added, ScoredPost
from console.store.rows import FIELDS
from tests.helpers.builders import NOON, POISON, a_monitor, a_post, a_scored_post, a_sentiment, a_store, a_subject

Rows = list[tuple[Any, ...]]


def add(store: Store, *items: ScoredPost, **more: Any) -> Added:
    return store.write(mentions.add, items, **more).result()


def everything(store: Store) -> dict[str, Rows]:
    """All that adding mentions writes, without ids of the order of writing."""

    def look(db: Db) -> dict[str, Rows]:
        return {
            table: [tuple(row) for row in db.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]
            for table in (
                "mention",
                "mention_monitor",
                "conversation_monitor",
                "conversation_merge",
                "minute_count WHERE total + negative + uncertain <> 0",
            )
        }

    return store.read(look).result()


def labels(store: Store) -> dict[str, Label | None]:
    found = store.read(lambda db: mentions.latest(db, limit=1000)).result()
    return {mention.post.external_id: mention.sentiment.label for mention in found}


def conversations(store: Store) -> dict[str, str]:
    found = store.read(lambda db: mentions.latest(db, limit=1000)).result()
    return {mention.post.external_id: mention.conversation for mention in found}


def counts(store: Store, *subjects: Subject) -> list[MinuteCount]:
    return store.read(mentions.counts_by_minute, subjects, 0, NOON + DAY).result()


# ── each post once ────────────────────────────────────────────────────────────────────────────────


def test_a_post_comes_back_as_it_was(store: Store) -> None:
    post = a_post(
        "p1",
        author_followers=1_020_000,
        root_id="r",
        parent_id="q",
        url="https://example.org/1",
        reposts=3,
        likes=0,
        comments=None,
        sentiment=0.25,
    )
    added = add(store, ScoredPost("stream", post, (MonitorId(1),), a_sentiment(0.75)))
    found = store.read(mentions.one, added.counted[0].mention).result()
    assert found is not None
    assert (found.post, found.source, found.sentiment) == (post, "stream", a_sentiment(0.75))
    assert found.arrived_at == post.arrived_at


def test_a_post_is_stored_once_within_a_batch_and_across_batches(store: Store) -> None:
    first = add(store, a_scored_post("p"), a_scored_post("p"), a_scored_post("p", platform="forum"))
    again = add(store, a_scored_post("p"), a_scored_post("q"))
    assert (first.stored, first.duplicates) == (2, 1)
    assert (again.stored, again.duplicates) == (1, 1)
    assert [one.platform for one in first.counted] == ["weibo", "forum"]


def test_what_no_monitor_wants_is_counted_but_not_kept(store: Store) -> None:
    added = add(store, a_scored_post("p", monitors=()), a_scored_post("p", monitors=()))
    assert (added.stored, added.unmatched, added.duplicates, added.counted) == (0, 2, 0, ())
    assert labels(store) == {}


def test_a_reply_joins_the_monitors_of_its_thread(store: Store) -> None:
    add(store, a_scored_post("root", monitors=(2, 1)), a_scored_post("other", monitors=(3,), root_id="elsewhere"))
    added = add(
        store,
        a_scored_post("by-root", root_id="root", monitors=()),
        a_scored_post("by-parent", parent_id="by-root", monitors=()),
        a_scored_post("by-thread", root_id="elsewhere", monitors=()),
        a_scored_post("by-nothing", root_id="unheard", monitors=()),
    )
    assert [one.monitors for one in added.counted] == [(1, 2), (1, 2), (3,)]
    assert added.unmatched == 1


def test_loose_posts_are_measured_by_their_monitor_and_threaded_ones_by_conversation(store: Store) -> None:
    added = add(store, a_scored_post("loose", monitors=(7, 4, 7)), a_scored_post("reply", parent_id="loose"))
    assert [one.subject for one in added.counted] == [
        Subject(SubjectKind.MONITOR, "4"),
        Subject(SubjectKind.CONVERSATION, "loose"),
    ]
    assert added.counted[0].monitors == (4, 7)
    assert store.read(mentions.for_tally, 0).result() == list(added.counted)


def test_what_a_batch_counts_carries_what_a_reading_needs(store: Store) -> None:
    (counted,) = add(store, a_scored_post("p", author_followers=7, text="x" * 500, monitors=(1, 2))).counted
    assert (counted.author, counted.followers, counted.monitors) == ("weibo:frost", 7, (1, 2))
    assert (counted.label, counted.negative, counted.is_late_judgement) == (Label.NEGATIVE, 0.9, False)
    assert counted.text_head == "x" * mentions.HEAD


# ── conversations ─────────────────────────────────────────────────────────────────────────────────


def test_a_conversation_is_its_root_or_its_parents(store: Store) -> None:
    add(
        store,
        a_scored_post("root"),
        a_scored_post("a", root_id="root", parent_id="unheard"),
        a_scored_post("b", parent_id="a"),
        a_scored_post("c", parent_id="b"),
        a_scored_post("d", parent_id="never-heard"),
        a_scored_post("e", root_id="half-known"),
    )
    assert conversations(store) == {
        "root": "root",
        "a": "root",
        "b": "root",
        "c": "root",
        "d": "never-heard",
        "e": "half-known",
    }


def test_a_thread_of_another_platform_with_the_same_ids_lends_nothing(store: Store) -> None:
    add(store, a_scored_post("1", parent_id="0", platform="forum", monitors=(5,)))
    added = add(store, a_scored_post("2", parent_id="1", platform="weibo", negative=None))
    assert added.counted[0].subject.id == "1"
    assert added.counted[0].label is None


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_late_parent_brings_its_replies_into_the_earlier_conversation(store: Store, cut: int) -> None:
    stream = [
        a_scored_post("c", parent_id="b", monitors=(9,)),
        a_scored_post("d", parent_id="c"),
        a_scored_post("b", root_id="a"),
        a_scored_post("e", parent_id="d"),
    ]
    merged = add(store, *stream[:cut]).merged + add(store, *stream[cut:]).merged
    assert merged == (("b", "a"),)
    assert set(conversations(store).values()) == {"a"}
    total = counts(store, a_subject("a"))
    assert [(one.total, one.negative) for one in total] == [(4, 4)]
    assert counts(store, a_subject("b")) == []
    (joined,) = add(store, a_scored_post("f", root_id="a", monitors=())).counted
    assert joined.monitors == (1, 9)


def test_a_conversation_that_moves_twice_is_found_under_its_last_name(store: Store) -> None:
    add(store, a_scored_post("d", parent_id="c"))
    add(store, a_scored_post("c", parent_id="b"))
    add(store, a_scored_post("b", root_id="a"))
    assert set(conversations(store).values()) == {"a"}
    add(store, a_scored_post("late", root_id="c"))
    assert conversations(store)["late"] == "a"


def test_threads_that_name_each_other_do_no_harm(store: Store) -> None:
    add(store, a_scored_post("a", root_id="b"), a_scored_post("b", root_id="a"), a_scored_post("c", root_id="c"))
    assert conversations(store) == {"a": "b", "b": "b", "c": "c"}


# ── whose words ───────────────────────────────────────────────────────────────────────────────────


def test_a_bare_repost_says_what_its_nearest_known_ancestor_says(store: Store) -> None:
    add(store, a_scored_post("root", negative=0.9), a_scored_post("parent", root_id="root", negative=0.1))
    added = add(
        store,
        a_scored_post("of-parent", root_id="root", parent_id="parent", negative=None),
        a_scored_post("of-root", root_id="root", parent_id="unheard", negative=None),
        a_scored_post("of-bare", root_id="root", parent_id="of-root", negative=None),
    )
    assert [one.label for one in added.counted] == [Label.POSITIVE, Label.NEGATIVE, Label.NEGATIVE]
    found = store.read(mentions.one, added.counted[2].mention).result()
    assert found is not None
    assert found.sentiment == replace(a_sentiment(0.9), inherited_from="root")


def test_a_bare_post_waits_uncounted_as_negative_until_its_words_come(store: Store) -> None:
    waiting = add(store, a_scored_post("w", root_id="r", negative=None))
    assert (waiting.stored, waiting.negative) == (1, 0)
    assert [(c.total, c.negative) for c in counts(store, a_subject("r"))] == [(1, 0)]
    assert store.read(lambda db: db.value("SELECT unscored FROM mention")).result() == "awaits_root"

    added = add(store, a_scored_post("r", published_at=NOON - 3 * MINUTE, negative=0.8))
    assert added.negative == 2
    assert [(c.mention, c.is_late_judgement, c.label) for c in added.counted] == [
        (2, False, Label.NEGATIVE),
        (1, True, Label.NEGATIVE),
    ]
    assert [(c.minute, c.total, c.negative) for c in counts(store, a_subject("r"))] == [
        (NOON - 3 * MINUTE, 1, 1),
        (NOON, 1, 1),
    ]
    monitor = Subject(SubjectKind.MONITOR, "1")
    assert sum(c.total for c in counts(store, monitor)) == sum(c.negative for c in counts(store, monitor)) == 2


def test_words_reach_all_the_way_down(store: Store) -> None:
    add(store, a_scored_post("c", parent_id="b", negative=None), a_scored_post("d", parent_id="c", negative=None))
    add(store, a_scored_post("b", parent_id="a", negative=None))
    assert set(labels(store).values()) == {None}
    added = add(store, a_scored_post("a", negative=0.95))
    assert labels(store) == dict.fromkeys("abcd", Label.NEGATIVE)
    assert added.negative == 4
    assert len([one for one in added.counted if one.is_late_judgement]) == 3


def test_an_ancestor_that_nobody_could_judge_lends_no_words(store: Store) -> None:
    add(store, a_scored_post("root", judged=POISON), a_scored_post("w", root_id="root", negative=None))
    assert labels(store) == {"root": None, "w": None}


def test_a_bare_post_that_names_no_other_is_no_ones_words(store: Store) -> None:
    add(store, a_scored_post("p", negative=None), a_scored_post("q", root_id="q", negative=None))
    assert store.read(lambda db: [r[0] for r in db.rows("SELECT unscored FROM mention")]).result() == ["no_words"] * 2


def test_uncertain_waits_in_its_own_count(store: Store) -> None:
    added = add(store, a_scored_post("p", negative=0.5, root_id="r"))
    assert added.negative == 0
    assert [(c.negative, c.uncertain, c.total) for c in counts(store, a_subject("r"))] == [(0, 1, 1)]


# ── the border ────────────────────────────────────────────────────────────────────────────────────


def errors(store: Store) -> Rows:
    rows = store.read(lambda db: db.rows("SELECT source, at, code, place, sample FROM ingest_error ORDER BY id"))
    return [tuple(row) for row in rows.result()]


def test_nul_and_lone_surrogates_hide_nothing(store: Store) -> None:
    add(store, a_scored_post("p\0q", text="before\0after \ud800 \udfff", author="a\0b", url="u\ud800"))
    (found,) = store.read(lambda db: mentions.latest(db, limit=5, text="after")).result()
    assert found.post.text == "before\ufffdafter \ufffd \ufffd"
    assert (found.post.external_id, found.post.author, found.post.url) == ("p\ufffdq", "a\ufffdb", "u\ufffd")
    assert store.read(lambda db: db.value("SELECT length(text) FROM mention")).result() == len(found.post.text)


def broken(**changes: Any) -> Callable[[], Post]:
    return lambda: replace(a_post("bad"), **changes)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (broken(text="x" * (TEXT_LIMIT + 1)), "too_large"),
        (broken(url="u" * 9_000), "too_large"),
        (broken(external_id=""), "no_id"),
        (broken(platform=""), "no_id"),
        (broken(likes=2**63), "bad_number"),
        (broken(author_followers=-1), "bad_number"),
        (broken(reposts=True), "bad_number"),
        (broken(comments=1.5), "bad_number"),
        (broken(sentiment=float("nan")), "bad_number"),
        (broken(sentiment=1.01), "bad_number"),
        (broken(arrived_at=2**63), "bad_time"),
        (broken(published_at=float("nan")), "bad_time"),
        (broken(published_at=None), "bad_time"),
        (broken(text=None), "wrong_type"),
        (broken(text=b"bytes"), "wrong_type"),
        (broken(external_id=7), "wrong_type"),
        (broken(root_id=7), "wrong_type"),
        (broken(author=["a"]), "wrong_type"),
    ],
)
def test_one_bad_post_is_rejected_with_its_reason_and_the_batch_goes_on(
    store: Store, make: Callable[[], Post], code: str
) -> None:
    bad = ScoredPost("stream", make(), (MonitorId(1),), a_sentiment())
    added = add(store, a_scored_post("good"), bad, a_scored_post("also good"))
    assert (added.stored, added.rejected) == (2, 1)
    ((source, at, written, place, _),) = errors(store)
    assert (source, at, written) == ("stream", NOON, code)
    assert place == str(bad.post.external_id)


def test_the_longest_text_is_kept_whole(store: Store) -> None:
    text = "\U0001f9ca" * TEXT_LIMIT
    added = add(store, a_scored_post("p", text=text))
    found = store.read(mentions.one, added.counted[0].mention).result()
    assert found is not None
    assert found.post.text == text


def test_what_a_source_rejected_is_kept_escaped_and_short(store: Store) -> None:
    rejected = {"file": [Rejected("line 3", "not_json", "\x1b[31m\u202e<b>" + "z" * 1000), Rejected("line 4", "no_id")]}
    added = add(store, rejected=rejected)
    assert added.rejected == 2
    (first, second) = errors(store)
    assert first[:4] == ("file", NOON, "not_json", "line 3")
    assert first[4].startswith("\\x1b[31m\\u202e<b>zzz")
    assert len(first[4]) == 200
    assert second[3:] == ("line 4", "")


@pytest.mark.parametrize("claimed", [NOON + 8_000 * 365 * DAY, -(2**62), NOON + MINUTE, 0])
def test_a_time_that_cannot_be_is_the_arrivals_and_what_was_claimed_is_kept(store: Store, claimed: int) -> None:
    added = add(store, a_scored_post("p", published_at=claimed, arrived_at=NOON))
    assert added.counted[0].published_at == NOON
    assert store.read(lambda db: db.value("SELECT claimed_at FROM mention")).result() == claimed


def test_a_believable_time_is_kept_and_nothing_claimed(store: Store) -> None:
    added = add(store, a_scored_post("p", published_at=NOON - 9 * DAY))
    assert added.counted[0].published_at == NOON - 9 * DAY
    assert store.read(lambda db: db.value("SELECT claimed_at FROM mention")).result() is None


def test_a_live_post_arrives_when_the_step_does(store: Store) -> None:
    added = add(store, a_scored_post("p", arrived_at=None), at=NOON + 7)
    assert added.counted[0].arrived_at == NOON + 7


# ── one commit ────────────────────────────────────────────────────────────────────────────────────


def test_cursor_coverage_and_posts_stand_or_fall_together(store: Store) -> None:
    def add_and_fail(tx: Any) -> None:
        mentions.add(tx, [a_scored_post("p")], {"feed": Cursor({"page": 2})}, {}, {"feed": 60.0})
        raise ZeroDivisionError

    add(store, a_scored_post("o"), cursors={"feed": Cursor({"page": 1})}, heard={"feed": 60.0})
    with pytest.raises(ZeroDivisionError):
        store.write(add_and_fail).result()
    assert store.read(coverage.cursor, "feed").result() == Cursor({"page": 1})
    assert labels(store) == {"o": Label.NEGATIVE}
    add(store, a_scored_post("p"), cursors={"feed": Cursor({"page": 2, "etag": "“x”"})})
    assert store.read(coverage.cursor, "feed").result() == Cursor({"page": 2, "etag": "“x”"})
    assert store.read(coverage.cursor, "unheard").result() == Cursor()


def test_adding_nothing_changes_nothing(store: Store) -> None:
    add(store, a_scored_post("p"))
    before = everything(store)
    assert add(store) == Added()
    assert everything(store) == before


# ── however it is cut ─────────────────────────────────────────────────────────────────────────────

_ids = st.integers(0, 9).map(str)
_streams = st.lists(
    st.builds(
        lambda number, parent, root, negative, monitors, ago, platform: a_scored_post(
            number,
            parent_id=parent,
            root_id=root,
            negative=negative,
            monitors=monitors,
            published_at=NOON - ago * MINUTE,
            arrived_at=NOON,
            platform=platform,
        ),
        _ids,
        st.none() | _ids,
        st.none() | _ids,
        st.sampled_from([None, None, 0.9, 0.5, 0.1]),
        st.sampled_from([(1,), (1, 2), ()]),
        st.integers(0, 2),
        st.sampled_from(["weibo", "weibo", "weibo", "forum"]),
    ),
    max_size=16,
)


def run(items: Sequence[ScoredPost], sizes: Sequence[int]) -> tuple[Added, dict[str, Rows]]:
    with tempfile.TemporaryDirectory() as folder:
        store = a_store(Path(folder) / "console.db", ReplayClock(NOON))
        try:
            total, start = Added(), 0
            for size in [*sizes, len(items)]:
                total += add(store, *items[start : start + size])
                start += size
            return total, everything(store)
        finally:
            store.close()


@settings(max_examples=60)
@given(_streams, st.lists(st.integers(1, 6), max_size=8))
def test_the_result_does_not_depend_on_how_a_stream_is_cut(items: list[ScoredPost], sizes: list[int]) -> None:
    assert run(items, sizes) == run(items, [1] * len(items))


@settings(max_examples=30)
@given(_streams)
def test_a_replayed_batch_changes_nothing(items: list[ScoredPost]) -> None:
    # What no monitor wanted at first may belong to a thread by now: that is news, not a repetition.
    items = [replace(item, monitors=item.monitors or (MonitorId(1),)) for item in items]
    once, before = run(items, [])
    twice, after = run([*items, *items], [len(items)])
    assert after == before
    assert twice == replace(once, duplicates=once.duplicates + len(items))


@settings(max_examples=40)
@given(_streams)
def test_the_roll_up_says_what_the_rows_say(items: list[ScoredPost]) -> None:
    added, tables = run(items, [3, 3])
    by_conversation: dict[tuple[str, str], int] = {}
    for row in tables["mention"]:
        mention = dict(zip(FIELDS, row, strict=False))
        key = (mention["conversation"], mention["platform"])
        by_conversation[key] = by_conversation.get(key, 0) + 1
    rolled: dict[tuple[str, str], int] = {}
    negative = 0
    for kind, subject, _, platform, total, of_them, _ in tables["minute_count WHERE total + negative + uncertain <> 0"]:
        if kind == "conversation":
            rolled[subject, platform] = rolled.get((subject, platform), 0) + total
            negative += of_them
    assert rolled == by_conversation
    assert negative == added.negative


def test_windows_are_filled_anew_with_what_was_counted(store: Store) -> None:
    added = add(
        store,
        a_scored_post("old", published_at=NOON - 2 * DAY),
        a_scored_post("w", root_id="r", negative=None),
        a_scored_post("r", monitors=(1, 2)),
    )
    again = store.read(mentions.for_tally, NOON - DAY).result()
    latest = {one.mention: replace(one, is_late_judgement=False) for one in added.counted if one.mention != 1}
    assert again == [latest[number] for number in sorted(latest)]


# ── looking ───────────────────────────────────────────────────────────────────────────────────────


def test_the_feed_is_paged_by_key_without_holes(store: Store) -> None:
    add(store, *(a_scored_post(f"p{n}") for n in range(25)))
    seen: list[int] = []
    before = None
    while page := store.read(lambda db, b: mentions.latest(db, limit=10, before=b), before).result():
        seen += [mention.id for mention in page]
        before = page[-1].id
    assert seen == list(range(25, 0, -1))


def test_the_feed_is_narrowed_by_each_thing_asked(store: Store) -> None:
    add(
        store,
        a_scored_post("a", negative=0.9, monitors=(1,), text="100% cold", source="s1"),
        a_scored_post("b", negative=0.5, monitors=(2,), platform="forum", source="s2"),
        a_scored_post("c", negative=0.1, monitors=(1, 2), root_id="r", author="Nora_1", published_at=NOON - DAY),
    )

    def ask(**what: Any) -> str:
        found = store.read(lambda db: mentions.latest(db, limit=10, **what)).result()
        return "".join(mention.post.external_id for mention in found)

    assert ask(label=Label.NEGATIVE) == "a"
    assert ask(label=Label.UNCERTAIN) == "b"
    assert ask(monitor=2) == "cb"
    assert ask(monitor=2, label=Label.POSITIVE) == "c"
    assert ask(conversations=["r", "a"]) == "ca"
    assert ask(platform="forum") == "b"
    assert ask(source="s1") == "a"
    assert ask(since=NOON) == "ba"
    assert ask(until=NOON) == "c"
    assert ask(text="100%") == "a"
    assert ask(text="0_c") == ""
    assert ask(text="nora_") == "c"
    assert ask(after=1, before=3) == "b"
    assert ask(monitor=1, before=3) == "a"


def test_labels_are_counted(store: Store) -> None:
    add(
        store,
        a_scored_post("a", monitors=(1,)),
        a_scored_post("b", negative=None, root_id="r", monitors=(2,)),
        a_scored_post("c", published_at=NOON - DAY),
    )
    assert store.read(mentions.count_by_label, NOON).result() == {Label.NEGATIVE: 1, None: 1}
    assert store.read(mentions.count_by_label, 0, MonitorId(1)).result() == {Label.NEGATIVE: 2}


def test_a_monitor_is_tried_on_what_is_stored(store: Store) -> None:
    add(store, *(a_scored_post(f"p{n}", text="Borealis" if n % 3 == 0 else "other") for n in range(1200)))
    found = store.read(mentions.sample_matching, a_monitor(), 5).result()
    assert [mention.post.external_id for mention in found] == ["p1197", "p1194", "p1191", "p1188", "p1185"]
    assert store.read(mentions.sample_matching, a_monitor(names=("absent",)), 5).result() == []


def test_counts_of_several_subjects_are_added_by_minute_and_platform(store: Store) -> None:
    add(
        store,
        a_scored_post("a", root_id="r1"),
        a_scored_post("b", root_id="r2", negative=0.5),
        a_scored_post("c", root_id="r2", platform="forum", published_at=NOON + MINUTE, arrived_at=NOON + DAY),
        a_scored_post("d", root_id="r3"),
    )
    assert counts(store, a_subject("r1"), a_subject("r2")) == [
        MinuteCount(NOON, "weibo", 1, 1, 2),
        MinuteCount(NOON + MINUTE, "forum", 1, 0, 1),
    ]
    within = store.read(mentions.counts_by_minute, [a_subject("r2")], NOON + 30_000, NOON + MINUTE).result()
    assert within == [MinuteCount(NOON, "weibo", 0, 1, 1)]
    both = [a_subject("r1"), a_subject("r2")]
    assert store.read(minutes.totals, both, NOON, NOON + DAY).result() == (2, 1, 3)
    assert store.read(minutes.totals, [], NOON, NOON + DAY).result() == (0, 0, 0)


def test_the_newest_mention_before_a_time_is_found_by_its_arrival(store: Store) -> None:
    assert store.read(feed.newest_before, NOON).result() == 0
    for number in range(5):
        add(store, a_scored_post(published_at=NOON - DAY, arrived_at=NOON + number * MINUTE))
    found = [store.read(feed.newest_before, NOON + number * MINUTE).result() for number in range(6)]
    assert found == [0, 1, 2, 3, 4, 5]
