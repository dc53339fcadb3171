"""A conversation, or a day of a monitor, summed up: every number is one that rows can be counted to."""

from console.domain.clock import DAY, HOUR, MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import MentionId, Tier
from console.domain.reading import Largest, Summary
from console.store import conversations, mentions, watchlist
from console.store.database import Store
from tests.helpers.builders import NOON, a_monitor, a_scored_post, a_subject

MONITOR = Subject(SubjectKind.MONITOR, "1")


def summary(store: Store, subject: Subject | None = None, at: Instant = NOON) -> Summary:
    found = store.read(conversations.summary, subject or a_subject(), at).result()
    assert found is not None
    return found


def add(store: Store, *items: mentions.ScoredPost) -> None:
    store.write(mentions.add, items).result()


def test_it_sums_up_what_was_said_and_by_whom(store: Store) -> None:
    add(
        store,
        a_scored_post("root", author="a", author_followers=10, published_at=NOON - HOUR),
        a_scored_post("1", root_id="root", author="b", author_followers=2_000, published_at=NOON - 2 * MINUTE),
        a_scored_post("2", root_id="root", author="b", author_followers=2_100, negative=0.1),
        a_scored_post("3", root_id="root", author="b", platform="portal", published_at=NOON - 2 * MINUTE),
        a_scored_post("4", root_id="root", author="c", author_followers=9_000_000, negative=0.5),
        a_scored_post("5", root_id="root", author="d", negative=None),
        a_scored_post("other", author="z", author_followers=77),
    )
    found = summary(store)
    assert (found.total, found.total_negative, found.first_post_at) == (6, 4, NOON - HOUR)
    assert (found.authors, found.known_authors, found.reach) == (5, 3, 10 + 2_100 + 9_000_000)
    assert found.platforms == (("weibo", 3), ("portal", 1))
    assert found.tier is Tier.PORTAL
    assert found.largest == Largest("b", 2_000, MentionId(2))
    assert len(found.spark) == 60
    assert (found.spark[-1], found.spark[-3], sum(found.spark)) == (1, 2, 3)


def test_evidence_is_of_those_who_said_it_themselves_and_are_heard_widest(store: Store) -> None:
    add(
        store,
        a_scored_post("root"),
        a_scored_post("1", root_id="root", negative=None, author_followers=10_000),
        a_scored_post("2", root_id="root", author_followers=500),
        a_scored_post("3", root_id="root", negative=0.97),
        a_scored_post("4", root_id="root", negative=0.1, author_followers=99_999),
    )
    assert summary(store).evidence == (3, 4, 1)


def test_the_title_is_the_first_words_that_anybody_said(store: Store) -> None:
    add(
        store,
        a_scored_post("2", root_id="root", text="转发微博", published_at=NOON - HOUR),
        a_scored_post("3", root_id="root", text="  It does\n not close //@frost: look", published_at=NOON - MINUTE),
        a_scored_post("4", root_id="root", text="later"),
    )
    assert summary(store).title == "It does not close"
    add(store, a_scored_post("root", text="x" * 500, published_at=NOON - 2 * HOUR))
    assert summary(store).title == "x" * conversations.TITLE


def test_a_thread_of_reposts_alone_still_has_a_title(store: Store) -> None:
    add(store, a_scored_post("2", root_id="root", text="//@frost: It does not close", negative=None))
    assert summary(store).title


def test_a_monitors_matter_begins_after_the_last_quiet_hour(store: Store) -> None:
    add(
        store,
        a_scored_post("before", published_at=NOON - 180 * MINUTE),
        a_scored_post("praise", published_at=NOON - 100 * MINUTE, negative=0.1),
        a_scored_post("first", published_at=NOON - 90 * MINUTE),
        a_scored_post("more", published_at=NOON - 40 * MINUTE),
        a_scored_post("praise again", published_at=NOON - 30 * MINUTE, negative=0.1),
    )
    found = summary(store, MONITOR)
    assert (found.total, found.total_negative, found.first_post_at) == (3, 2, NOON - 90 * MINUTE)
    assert summary(store, MONITOR, NOON + 3 * HOUR).total_negative == 2


def test_a_monitor_is_summed_up_over_a_day_and_called_by_its_name(store: Store) -> None:
    number = store.write(watchlist.save_monitor, a_monitor(0, title="Borealis"), "Lin", NOON).result()
    assert number == 1
    add(
        store,
        a_scored_post("old", published_at=NOON - DAY - MINUTE, monitors=(1,)),
        a_scored_post("new", published_at=NOON - HOUR, monitors=(1, 2)),
        a_scored_post("other", monitors=(2,)),
    )
    found = summary(store, MONITOR)
    assert (found.title, found.total, found.first_post_at) == ("Borealis", 1, NOON - HOUR)
    assert found.platforms == (("weibo", 1),)


def test_of_nothing_there_is_no_summary(store: Store) -> None:
    for subject in (a_subject(), MONITOR, Subject(SubjectKind.SOURCE, "feed")):
        assert store.read(conversations.summary, subject, NOON).result() is None


def test_a_conversation_that_became_part_of_another_is_summed_up_with_it(store: Store) -> None:
    add(store, a_scored_post("b", parent_id="a"), a_scored_post("a", root_id="root"))
    assert summary(store, a_subject("a")).total == 2
    assert store.read(conversations.now_part_of, "a").result() == "root"
