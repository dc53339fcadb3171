"""What the plot is made of, without a screen: bins, the line and its breaks, scale, axes, the next threshold."""

import math
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import HOUR, MINUTE, Instant
from console.domain.conversation import SubjectKind
from console.domain.mention import Tier
from console.domain.ports import Gap, MinuteCount
from console.domain.rule import SHIPPED_RULES, Level
from console.measures import burst
from console.ui.panels.spread import series
from console.ui.panels.spread.axes import along, upward
from console.ui.panels.spread.nearest import Nearest, nearest
from console.ui.panels.spread.scale import WIDTHS, Scale
from tests.helpers.builders import NOON

platforms = st.sampled_from(["weibo", "forum", "blog", "portal", "unheard-of"])
rows = st.lists(
    st.builds(
        lambda minute, platform, negative, uncertain, rest: MinuteCount(
            NOON + minute * MINUTE, platform, negative, uncertain, negative + uncertain + rest
        ),
        st.integers(-400, 10),
        platforms,
        st.integers(0, 30),
        st.integers(0, 5),
        st.integers(0, 20),
    ),
    max_size=60,
    unique_by=lambda one: (one.minute, one.platform),
)


def counts(rows: list[MinuteCount]) -> series.Counts:
    return series.columns(sorted(rows, key=lambda one: (one.minute, one.platform)))


def negatives(by_minute: dict[int, int]) -> series.Counts:
    """Weibo posts by minutes from noon."""
    return counts([MinuteCount(NOON + minute * MINUTE, "weibo", n, 0, n) for minute, n in by_minute.items()])


@given(rows, st.sampled_from([1, 5, 15]))
def test_bins_stand_on_the_wall_clock_and_sum_to_the_counts(rows: list[MinuteCount], minutes: int) -> None:
    bars = series.bars(counts(rows), minutes)
    assert all(start % (minutes * MINUTE) == 0 for start in bars.starts)
    assert list(bars.starts) == sorted(set(bars.starts))
    assert bars.uncertain.sum() == sum(one.uncertain for one in rows)
    for column, platform in enumerate(bars.platforms):
        assert bars.negative[:, column].sum() == sum(one.negative for one in rows if one.platform == platform)
    assert bars.negative.sum() == sum(one.negative for one in rows)
    for one in rows:
        if one.negative or one.uncertain:
            place = bars.at(one.minute)
            assert place is not None
            assert bars.starts[place] <= one.minute < bars.starts[place] + minutes * MINUTE


def test_low_tiers_stand_next_to_the_ground() -> None:
    stacked = series.bars(
        counts([MinuteCount(NOON, name, 1, 0, 1) for name in ("portal", "weibo", "blog", "forum", "wechat")]), 1
    )
    assert stacked.platforms == ("wechat", "weibo", "forum", "blog", "portal")


@given(rows, st.integers(1, 400))
def test_the_line_is_the_count_of_five_whole_minutes(rows: list[MinuteCount], back: int) -> None:
    times, values = series.velocity_line(counts(rows), [], NOON - back * MINUTE, NOON)
    assert times[-1] == NOON
    assert np.all(np.diff(times) == MINUTE)
    for at, value in zip(times[-20:], values[-20:], strict=True):
        n = sum(one.negative for one in rows if at - 5 * MINUTE <= one.minute < at)
        assert value == pytest.approx(n / 5)


def test_the_line_breaks_at_a_gap_and_returns_when_its_window_is_whole() -> None:
    spans = [(NOON - 30 * MINUTE, NOON - 20 * MINUTE)]
    times, values = series.velocity_line(negatives({-40: 5}), spans, NOON - HOUR, NOON)
    unknown = [round((at - NOON) / MINUTE) for at, value in zip(times, values, strict=True) if math.isnan(value)]
    assert unknown == list(range(-29, -15))
    assert series.value_at((times, values), NOON - 25 * MINUTE) is None
    assert series.value_at((times, values), NOON - 36 * MINUTE) == 1.0


def test_a_long_line_keeps_to_its_points_and_to_the_same_minutes_while_time_goes_by() -> None:
    day = 24 * HOUR
    early, _ = series.velocity_line(negatives({0: 1}), [], NOON - 5 * day, NOON)
    later, _ = series.velocity_line(negatives({0: 1}), [], NOON - 5 * day + MINUTE, NOON + MINUTE)
    assert early.size <= series.POINTS
    assert set(early[5:]) <= set(later)


gaps = st.lists(
    st.builds(
        lambda since, length: Gap("s", NOON + since, None if length is None else NOON + since + length, "x"),
        st.integers(-HOUR, HOUR),
        st.one_of(st.none(), st.integers(0, HOUR)),
    ),
    max_size=6,
)


@given(gaps)
def test_blind_and_heard_times_share_out_the_whole(gaps: list[Gap]) -> None:
    since, until = NOON - HOUR, NOON + HOUR
    blind = series.blind(gaps, since, until)
    heard = series.heard(blind, since, until)
    pieces = sorted([*blind, *heard])
    assert pieces[0][0] == since
    assert pieces[-1][1] == until
    assert all(one[1] == other[0] for one, other in pairwise(pieces))
    for gap in gaps:
        begin, end = max(gap.since, since), min(until if gap.until is None else gap.until, until)
        if begin < end:
            assert any(a <= begin and end <= b for a, b in blind)


def test_tiers_are_climbed_at_their_first_negative() -> None:
    climbed = series.climbed(
        counts(
            [
                MinuteCount(NOON, "weibo", 3, 0, 3),
                MinuteCount(NOON + MINUTE, "portal", 0, 1, 4),
                MinuteCount(NOON + 2 * MINUTE, "blog", 1, 0, 1),
                MinuteCount(NOON + 3 * MINUTE, "forum", 1, 0, 1),
                MinuteCount(NOON + 9 * MINUTE, "portal", 2, 0, 2),
            ]
        )
    )
    assert climbed == [(Tier.BLOG, NOON + 2 * MINUTE), (Tier.PORTAL, NOON + 9 * MINUTE)]


scales = st.builds(
    lambda minutes, wide, pixels, back: Scale(minutes, wide, pixels, None if back is None else NOON - back),
    st.sampled_from([1, 5, 15]),
    st.sampled_from(WIDTHS),
    st.integers(50, 3000),
    st.one_of(st.none(), st.integers(0, 100 * HOUR)),
)


@given(scales, st.integers(0, 3 * HOUR))
def test_bars_never_change_their_width_while_time_goes_by(scale: Scale, passed: int) -> None:
    width = scale.minutes * MINUTE
    for now in (NOON, NOON + passed):
        edges = [scale.x(start * width, now) for start in range(now // width - 5, now // width + 1)]
        assert all(edge == int(edge) for edge in edges)
        assert set(np.diff(edges)) == {scale.bin_pixels}


@given(scales, st.integers(0, 49), st.integers(-8, 8))
def test_zooming_keeps_what_is_under_the_pointer(scale: Scale, x: int, steps: int) -> None:
    before = scale.at(x, NOON)
    zoomed = scale.zoomed(steps, x, NOON)
    assert zoomed.bin_pixels in WIDTHS
    if zoomed.right is not None:
        assert abs(zoomed.at(x, NOON) - before) <= scale.pixel + zoomed.pixel


@given(scales, st.integers(-2000, 2000))
def test_panning_back_and_on_again_follows_the_present(scale: Scale, pixels: int) -> None:
    left, right = scale.edges(NOON)
    moved = scale.panned(pixels, NOON)
    if moved.right is None:
        assert moved.edges(NOON)[1] == Scale(scale.minutes, scale.bin_pixels, scale.pixels).edges(NOON)[1]
        assert right - pixels * scale.pixel >= NOON
    else:
        assert moved.edges(NOON) == (left - pixels * scale.pixel, right - pixels * scale.pixel)
        assert moved.edges(NOON + HOUR) == moved.edges(NOON)
    assert moved.panned(-1_000_000, NOON).right is None


@given(st.floats(0, 1e6))
def test_the_upward_axis_has_few_whole_ticks_and_holds_the_highest(highest: float) -> None:
    top, ticks = upward(highest)
    assert top >= max(highest, 4.0)
    assert ticks[0] == 0
    assert ticks[-1] == top
    assert 3 <= len(ticks) <= 7
    assert all(tick == int(tick) for tick in ticks)
    assert upward(0.0)[0] == 4.0


@given(scales)
def test_the_axis_along_has_round_local_times_that_do_not_touch(scale: Scale) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))

    def local(at: Instant) -> datetime:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)

    left, right = scale.edges(NOON)
    labelled, small = along(left, right, scale.pixel, local)
    times = [at for at, _ in labelled]
    assert all(left <= at <= right for at in [*times, *small])
    assert all((b - a) / scale.pixel >= 60 for a, b in pairwise(times))
    for at, text in labelled:
        moment = local(at)
        assert moment.second == 0
        assert text == (f"{moment:%m-%d}" if (moment.hour, moment.minute) == (0, 0) else f"{moment:%H:%M}")


def _nearest(n10: int, n30: int, n60: int) -> Nearest:
    found = nearest(SHIPPED_RULES, SubjectKind.CONVERSATION, {10: n10, 15: n10, 30: n30, 60: n60}, 1.0)
    assert found is not None
    return found


def test_the_nearest_threshold_is_the_fullest_that_is_not_reached() -> None:
    quiet = _nearest(0, 1, 1)
    assert quiet.rule.level is Level.WARNING
    assert not quiet.is_reached
    assert burst.score({10: quiet.bound if quiet.minutes == 10 else 0, 30: quiet.bound if quiet.minutes == 30 else 0,
                        60: quiet.bound if quiet.minutes == 60 else 0}, 0.03, 1.0) >= 24.0  # fmt: skip
    burning = _nearest(20, 40, 60)
    assert (burning.rule.id, burning.count, burning.bound, burning.minutes) == ("critical", 60, 100, 60)
    assert burning.rate == pytest.approx(100 / 60)
    over = _nearest(60, 150, 220)
    assert over.is_reached
    assert over.rule.id == "critical"


def test_no_rule_on_negatives_no_threshold() -> None:
    only_big = [rule for rule in SHIPPED_RULES if rule.id == "big_account"]
    assert nearest(only_big, SubjectKind.CONVERSATION, {10: 0, 15: 0, 30: 0, 60: 0}, 1.0) is None
