import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.measures.counts import gamma_quantile, gamma_share, garwood, velocity, wilson


def _poisson_below(n: int, mean: float) -> float:
    """P(X < n), summed term by term."""
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n))


@given(st.integers(1, 600), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_garwood_is_where_the_tails_of_the_poisson_sum_to_the_rest(n: int, confidence: float) -> None:
    low, high = garwood(n, confidence)
    tail = (1 - confidence) / 2
    assert 1 - _poisson_below(n, low) == pytest.approx(tail, rel=1e-6)
    assert _poisson_below(n + 1, high) == pytest.approx(tail, rel=1e-6)


def test_garwood_agrees_with_the_printed_table() -> None:
    # The usual table of 90 % limits for a Poisson mean.
    assert garwood(0) == pytest.approx((0.0, 2.996), abs=1e-3)
    assert garwood(1) == pytest.approx((0.0513, 4.744), abs=1e-3)
    assert garwood(5) == pytest.approx((1.970, 10.513), abs=1e-3)
    assert garwood(10) == pytest.approx((5.425, 16.962), abs=1e-3)
    assert garwood(30) == pytest.approx((21.594, 40.691), abs=1e-3)


@given(st.integers(0, 2_000_000))
def test_garwood_holds_the_count_and_grows_with_it(n: int) -> None:
    low, high = garwood(n)
    assert low <= n < high
    assert low <= garwood(n + 1)[0]
    assert high < garwood(n + 1)[1]


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_wilson_holds_the_share_and_mirrors_it(k: int, more: int) -> None:
    n = k + more
    low, high = wilson(k, n)
    assert 0.0 <= low < high <= 1.0
    if n:
        assert low <= k / n <= high
    mirrored = wilson(n - k, n)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


def test_wilson_solves_its_own_equation() -> None:
    # The bounds are the shares p at which |k/n - p| is z standard deviations; z = 1.6448536 for 90 %.
    for bound in wilson(7, 30):
        assert abs(7 / 30 - bound) == pytest.approx(1.6448536269514722 * math.sqrt(bound * (1 - bound) / 30), rel=1e-9)


def test_velocity_is_a_rate_with_the_range_of_its_count() -> None:
    low, high = garwood(49)
    estimate = velocity(49, 5)
    assert (estimate.value, estimate.low, estimate.high) == (49 / 5, low / 5, high / 5)
    silent = velocity(0, 5)
    assert silent.value == 0.0
    assert silent.high == pytest.approx(0.599, abs=1e-3)


@given(st.floats(0.05, 1e5), st.floats(1e-6, 1 - 1e-6))
def test_quantile_and_share_of_the_gamma_undo_each_other(shape: float, p: float) -> None:
    assert gamma_share(shape, gamma_quantile(shape, p)) == pytest.approx(p, rel=1e-6, abs=1e-9)


@given(st.floats(0.1, 1e5), st.floats(1e-6, 1 - 1e-6))
def test_gamma_agrees_with_scipy(shape: float, p: float) -> None:
    special = pytest.importorskip("scipy.special", reason="scipy is the oracle here and is not a dependency")
    assert gamma_quantile(shape, p) == pytest.approx(special.gammaincinv(shape, p), rel=1e-8)


def test_what_is_no_count_or_share_is_refused() -> None:
    for wrong in (
        lambda: garwood(-1),
        lambda: garwood(3, 1.0),
        lambda: wilson(4, 3),
        lambda: wilson(1, 3, 0.0),
        lambda: velocity(3, 0),
        lambda: gamma_quantile(0.0, 0.5),
    ):
        with pytest.raises(ValueError):
            wrong()
