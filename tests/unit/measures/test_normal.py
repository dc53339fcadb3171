import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import DAY, HOUR, MINUTE, Instant
from console.measures.burst import hour_share
from console.measures.normal import SPARED, Normal, expected, learn

AT: Instant = 1_763_700_000_000 // MINUTE * MINUTE
DAY_BEFORE = (AT - SPARED - DAY, AT - SPARED)
ALWAYS = [(AT - 3 * DAY, AT)]
ZONE = 480


def _a_day(rate: float, random_: random.Random, clusters: float = 1.0) -> dict[Instant, int]:
    """Negatives by minute of a day that follows the hours; ``clusters`` is the variance over the mean."""
    draw = np.random.default_rng(random_.getrandbits(32))
    counts = {}
    for minute in range(DAY_BEFORE[0], AT + 60 * MINUTE, MINUTE):
        mean = rate * hour_share(minute, ZONE)
        n = draw.poisson(mean) if clusters == 1.0 else draw.negative_binomial(mean / (clusters - 1), 1 / clusters)
        if n:
            counts[minute] = int(n)
    return counts


def _count(counts: dict[Instant, int], since: Instant, until: Instant) -> int:
    return sum(n for minute, n in counts.items() if since <= minute < until)


def test_it_is_unknown_until_six_hours_were_heard() -> None:
    five_hours = [(DAY_BEFORE[1] - 5 * HOUR, AT)]
    assert learn({}, five_hours, AT, ZONE) is None
    unknown = expected({}, five_hours, AT, 5, ZONE)
    assert (unknown.value, unknown.low, unknown.why) == (None, None, "learning")
    assert learn({}, [(DAY_BEFORE[1] - 6 * HOUR, AT)], AT, ZONE) is not None


def test_hours_heard_twice_count_once_and_the_last_ninety_minutes_not_at_all() -> None:
    three_hours = (DAY_BEFORE[1] - 3 * HOUR, AT)
    assert learn({}, [three_hours, three_hours], AT, ZONE) is None


def test_a_quiet_day_expects_little_but_not_nothing() -> None:
    normal = learn({}, ALWAYS, AT, ZONE)
    assert normal is not None
    assert 0.0 < normal.rate < 0.001
    estimate = normal.expected(AT, 5, ZONE)
    assert (estimate.low, estimate.high) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("rate", "clusters", "minutes"), [(0.05, 1.0, 15), (0.5, 1.0, 5), (3.0, 1.0, 15), (0.5, 3.0, 15)]
)
def test_nine_new_counts_in_ten_fall_in_the_range(rate: float, clusters: float, minutes: int) -> None:
    random_ = random.Random(7)
    days, inside, rates = 120, 0, []
    for _ in range(days):
        counts = _a_day(rate, random_, clusters)
        normal = learn(counts, ALWAYS, AT, ZONE)
        assert normal is not None
        rates.append(normal.rate / rate)
        estimate = normal.expected(AT + minutes * MINUTE, minutes, ZONE)
        assert estimate.low is not None
        assert estimate.high is not None
        inside += estimate.low <= _count(counts, AT, AT + minutes * MINUTE) <= estimate.high
    # 90 % less three standard errors of so many days; counts are whole, so the range covers rather more than less.
    assert inside / days > 0.9 - 3 * math.sqrt(0.09 / days)
    assert 0.85 < sum(rates) / days < 1.1


def test_a_burst_of_yesterday_is_cut_and_one_of_the_last_ninety_minutes_unseen() -> None:
    calm = _a_day(0.2, random.Random(3))
    plain = learn(calm, ALWAYS, AT, ZONE)
    assert plain is not None
    burst = dict(calm)
    for minute in range(DAY_BEFORE[0] + 5 * HOUR, DAY_BEFORE[0] + 6 * HOUR, MINUTE):
        burst[minute] = burst.get(minute, 0) + 20
    cut = learn(burst, ALWAYS, AT, ZONE)
    assert cut is not None
    assert cut.rate < 1.5 * plain.rate < 1200 / 1440
    crisis = dict(calm)
    for minute in range(DAY_BEFORE[1], AT, MINUTE):
        crisis[minute] = 50
    assert learn(crisis, ALWAYS, AT, ZONE) == plain


def test_what_was_not_heard_teaches_nothing() -> None:
    steady = dict.fromkeys(range(*DAY_BEFORE, MINUTE), 1)
    half = DAY_BEFORE[0] + 12 * HOUR
    deaf = {minute: n for minute, n in steady.items() if minute >= half}
    whole = learn(steady, [(half, AT)], AT, ZONE)
    assert learn(deaf, [(half, AT)], AT, ZONE) == whole
    taken_for_silence = learn(deaf, ALWAYS, AT, ZONE)
    assert whole is not None
    assert taken_for_silence is not None
    assert taken_for_silence.rate < 0.8 * whole.rate


@given(
    st.floats(0.001, 20), st.floats(60, 3000), st.floats(1, 20), st.sampled_from([1, 5, 15, 60]), st.integers(0, DAY)
)
def test_the_range_holds_the_mean_and_widens_with_doubt(
    rate: float, evidence: float, spread: float, minutes: int, at: int
) -> None:
    estimate = Normal(rate, evidence, spread).expected(at, minutes, ZONE)
    surer = Normal(rate, evidence * 10, 1.0).expected(at, minutes, ZONE)
    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0.0 <= estimate.low <= estimate.high
    assert estimate.value == surer.value
    assert surer.high is not None
    assert surer.low is not None
    assert surer.high - surer.low <= estimate.high - estimate.low + 1.0


def test_with_no_clusters_the_range_is_the_negative_binomial_of_the_posterior() -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy is the oracle here and is not a dependency")
    normal = Normal(0.4, 900.0, 1.0)
    share = hour_share(AT - 5 * MINUTE, ZONE)
    posterior = stats.nbinom(normal.rate * normal.minutes, normal.minutes / (normal.minutes + share * 10))
    estimate = normal.expected(AT, 10, ZONE)
    assert (estimate.low, estimate.high) == (posterior.ppf(0.05), posterior.ppf(0.95))
