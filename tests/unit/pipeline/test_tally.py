"""The tally: exact counts by publication time, however late and however cut."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import DAY, HOUR, MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import Label, MentionId
from console.domain.monitor import MonitorId
from console.domain.reading import Measure
from console.pipeline.tally import ALL_SOURCES, Tally
from console.store.mentions import Counted

SUBJECT = Subject(SubjectKind.CONVERSATION, "root")
NOON: Instant = 1_740_974_400_000


def counted(
    published_at: Instant,
    label: Label | None = Label.NEGATIVE,
    *,
    arrived_at: Instant | None = None,
    followers: int | None = None,
    author: str = "weibo:a",
    platform: str = "weibo",
    subject: Subject = SUBJECT,
    is_late: bool = False,
) -> Counted:
    arrived = published_at if arrived_at is None else arrived_at
    return Counted(
        subject, (), MentionId(1), platform, author, followers, published_at, arrived, label, None, "", is_late
    )


posts = st.lists(st.tuples(st.integers(0, 3 * HOUR), st.sampled_from([*Label, None])), min_size=1, max_size=80)


@given(posts, st.lists(st.integers(0, 80), max_size=5))
def test_counts_equal_counting_by_hand_however_the_posts_come(
    said: list[tuple[int, Label | None]], cuts: list[int]
) -> None:
    tally, at, start = Tally(), NOON + 3 * HOUR, 0
    stream = [counted(NOON + ago, label, arrived_at=at) for ago, label in said]
    for cut in [*sorted(min(c, len(stream)) for c in cuts), len(stream)]:
        tally.advance(at, stream[start:cut])
        start = max(start, cut)
    reading = tally.read(SUBJECT, at)
    for minutes in (5, 10, 15, 30, 60):
        inside = [label for ago, label in said if at - minutes * MINUTE < NOON + ago <= at]
        assert reading.posts[minutes] == len(inside)
        assert reading.negatives[minutes] == inside.count(Label.NEGATIVE)


@given(posts, st.integers(0, 80))
def test_windows_rebuilt_from_the_store_equal_those_that_never_stopped(
    said: list[tuple[int, Label | None]], cut: int
) -> None:
    at = NOON + 3 * HOUR
    stream = [counted(NOON + ago, label, followers=ago, arrived_at=at - ago) for ago, label in said]
    whole, again = Tally(), Tally()
    whole.advance(at, stream)
    again.load(stream[:cut], at)
    again.advance(at, stream[cut:])
    for later in (0, 20 * MINUTE, 2 * HOUR):
        assert whole.read(SUBJECT, at + later) == again.read(SUBJECT, at + later)


def test_a_share_of_few_is_unknown_and_meets_no_rule() -> None:
    tally = Tally()
    tally.advance(NOON, [counted(NOON) for _ in range(9)])
    reading = tally.read(SUBJECT, NOON)
    assert reading.share.value is None
    assert reading.share.why == "few"
    assert reading.value(Measure.SHARE) is None
    tally.advance(NOON, [counted(NOON, Label.NEUTRAL)])
    share = tally.read(SUBJECT, NOON).share
    assert share.value == 0.9
    assert share.low is not None
    assert 0.6 < share.low < 0.9


def test_uncertain_and_unjudged_posts_are_never_negative() -> None:
    tally = Tally()
    tally.advance(NOON, [counted(NOON, Label.UNCERTAIN), counted(NOON, None)])
    reading = tally.read(SUBJECT, NOON)
    assert reading.posts[5] == 2
    assert reading.negatives[5] == 0


def test_a_late_judgement_adds_the_label_and_not_the_post() -> None:
    tally = Tally()
    tally.advance(NOON, [counted(NOON, None)])
    tally.advance(NOON, [counted(NOON, Label.NEGATIVE, is_late=True)])
    reading = tally.read(SUBJECT, NOON)
    assert (reading.posts[5], reading.negatives[5]) == (1, 1)


def test_a_big_account_is_news_when_we_hear_of_it_and_only_when_its_post_is_negative() -> None:
    tally = Tally()
    tally.advance(NOON, [counted(NOON - 5 * HOUR, arrived_at=NOON, followers=2_000_000)])
    tally.advance(NOON, [counted(NOON, Label.POSITIVE, followers=9_000_000)])
    reading = tally.read(SUBJECT, NOON)
    assert reading.value(Measure.LARGEST_ACCOUNT) == 2_000_000
    assert reading.value(Measure.BIG_ACCOUNTS) == 1
    assert tally.read(SUBJECT, NOON + HOUR).value(Measure.LARGEST_ACCOUNT) is None


def test_three_posts_of_one_big_account_are_one_account() -> None:
    tally = Tally()
    tally.advance(NOON, [counted(NOON, followers=200_000, author="weibo:x") for _ in range(3)])
    assert tally.read(SUBJECT, NOON).value(Measure.BIG_ACCOUNTS) == 1


def test_a_rung_stays_reached_for_a_day() -> None:
    tally = Tally()
    tally.advance(NOON, [counted(NOON, platform="portal")])
    assert tally.read(SUBJECT, NOON + 23 * HOUR).value(Measure.TIER) == 4
    assert tally.read(SUBJECT, NOON + DAY).value(Measure.TIER) is None


def test_a_loose_post_counts_for_every_monitor_that_it_matched() -> None:
    tally, both = Tally(), [Subject(SubjectKind.MONITOR, name) for name in ("1", "2")]
    post = replace(counted(NOON, subject=both[0]), monitors=(MonitorId(1), MonitorId(2)))
    readings = tally.advance(NOON, [post])
    assert [reading.subject for reading in readings] == both
    assert [tally.read(subject, NOON).negatives[5] for subject in both] == [1, 1]


def test_what_is_merged_counts_for_the_conversation_it_belongs_to() -> None:
    tally, other = Tally(), Subject(SubjectKind.CONVERSATION, "late root")
    tally.advance(NOON, [counted(NOON), counted(NOON, subject=other)])
    tally.merge(SUBJECT, other)
    assert tally.read(other, NOON).negatives[5] == 2
    assert tally.read(SUBJECT, NOON).negatives[5] == 0


def test_silence_is_measured_beyond_twice_the_usual_gap() -> None:
    tally, source = Tally(), Subject(SubjectKind.SOURCE, "feed")
    tally.expect("feed", NOON, gap=60.0)
    assert tally.read(source, NOON + 2 * MINUTE).value(Measure.SILENT_MINUTES) == 0
    assert tally.read(source, NOON + 5 * MINUTE).value(Measure.SILENT_MINUTES) == 3
    tally.advance(NOON + 5 * MINUTE, [], heard=["feed"])
    assert tally.read(source, NOON + 6 * MINUTE).value(Measure.SILENT_MINUTES) == 0


def test_only_when_every_source_is_silent_are_we_deaf() -> None:
    tally, everything = Tally(), Subject(SubjectKind.SOURCE, ALL_SOURCES)
    tally.expect("a", NOON, gap=60.0)
    tally.expect("b", NOON, gap=600.0)
    assert tally.read(everything, NOON + 5 * MINUTE).value(Measure.SILENT_SOURCES) == 0.5
    assert tally.read(everything, NOON + 21 * MINUTE).value(Measure.SILENT_SOURCES) == 1.0


def test_what_is_lively_is_looked_at_by_the_minute_and_a_quiet_tally_sleeps() -> None:
    tally = Tally()
    tally.load([], NOON)
    assert tally.next_timer() is None
    tally.advance(NOON, [counted(NOON) for _ in range(5)])
    assert tally.next_timer() == NOON + MINUTE
    assert [reading.subject for reading in tally.advance(NOON + MINUTE, [])] == [SUBJECT]
    tally.advance(NOON + HOUR + MINUTE, [])
    assert tally.next_timer() is None
