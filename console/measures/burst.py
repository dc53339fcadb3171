"""Burst score: how surprising a count is against what is usual at this hour of the day."""

import math
from collections.abc import Mapping

from console.domain.clock import DAY, HOUR, MINUTE, Instant

WINDOWS = (10, 30, 60)
"""Minutes over which the burst score looks back."""

HOUR_PROFILE = (
    2.45, 0.68, 0.33, 0.21, 0.15, 0.18, 0.39, 0.77, 1.12, 1.35, 1.26, 1.19,
    1.33, 1.23, 1.05, 1.00, 1.00, 0.93, 0.88, 0.88, 0.97, 1.15, 1.41, 2.09,
)  # fmt: skip
"""Posts by hour of the day at UTC+8 as a multiple of the day's mean, hour 0 first; the mean of the 24 is 1.

Measured on 1,617 recorded Weibo conversations of 2010-2014, 594,155 posts (the CED data set,
thunlp/Chinese_Rumor_Dataset, arXiv 1811.04175), each conversation weighing the same.
"""


def glr(n: float, mu: float) -> float:
    """The log likelihood ratio of a rise to ``n`` events where ``mu`` are usual; 0 where there is no rise.

    The Poisson generalised likelihood ratio n ln(n/mu) - (n - mu). Raises ValueError unless ``mu`` is positive.
    """
    if mu <= 0.0:
        raise ValueError(f"what is usual must be above 0: {mu}")
    return n * math.log(n / mu) - (n - mu) if n > mu else 0.0


def score(counts: Mapping[int, int], rate: float, factor: float) -> float:
    """The burst score: the largest :func:`glr` over the last 10, 30 and 60 minutes.

    ``counts`` are posts by window in minutes, ``rate`` the usual posts per minute over a day, ``factor`` the hour's
    (see :func:`hour_factor`).
    """
    usual = rate * factor
    return max(glr(counts[minutes], usual * minutes) for minutes in WINDOWS)


def hour_factor(at: Instant, utc_offset_minutes: int) -> float:
    """How far the expectation bends with the local hour: the square root of :func:`hour_share`."""
    return math.sqrt(hour_share(at, utc_offset_minutes))


def hour_share(at: Instant, utc_offset_minutes: int) -> float:
    """Usual posts at this time of day as a multiple of the day's mean, which is 1.

    The profile's numbers stand in the middle of their hours, joined by straight lines, so that nothing jumps at the
    full hour.
    """
    hours = (at + utc_offset_minutes * MINUTE) % DAY / HOUR - 0.5
    before = math.floor(hours)
    part = hours - before
    return HOUR_PROFILE[before % 24] * (1.0 - part) + HOUR_PROFILE[(before + 1) % 24] * part
