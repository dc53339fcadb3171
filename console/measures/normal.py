"""Normal: what is usual at this hour, learned from the day before, with the range that it usually keeps to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.domain.clock import DAY, HOUR, MINUTE, Instant, Millis
from console.domain.reading import Estimate
from console.measures.burst import hour_share

LEARNED_FROM: Millis = DAY
"""How far back what is usual is learned from."""

SPARED: Millis = 90 * MINUTE
"""What is usual ends this long ago, so that a crisis does not teach itself."""

ENOUGH: Millis = 6 * HOUR
"""With less than this heard, what is usual is not known yet."""

_PRIOR_RATE = 0.03  # posts a minute
_PRIOR_POSTS = 1.0
_BIN = 10  # minutes
_LOOK_BACK = 50  # rounds; a handful is usual


@dataclass(frozen=True, slots=True)
class Normal:
    """What is usual of one subject.

    ``rate`` is posts per minute, the mean over the hours of a day; ``minutes`` the evidence behind it, heard minutes
    weighed by their hour, the prior's included; ``spread`` the variance of counts over their mean, 1 where posts come
    independently of each other and more where they come in clusters.
    """

    rate: float
    minutes: float
    spread: float

    def expected(self, at: Instant, minutes: float, utc_offset_minutes: int, confidence: float = 0.9) -> Estimate:
        """Posts expected in the ``minutes`` before ``at``, with the range a new count keeps to with ``confidence``.

        The range is that of the negative binomial predicted by the Gamma posterior of the rate, its variance widened
        by ``spread``.
        """
        share = hour_share(at - int(minutes * MINUTE / 2), utc_offset_minutes)
        mean = self.rate * share * minutes
        variance = mean * self.spread * (1.0 + share * minutes / self.minutes)
        tail = (1.0 - confidence) / 2.0
        low, high = _negative_binomial_range(mean, variance, tail)
        return Estimate(mean, low, high)


def learn(
    counts: Mapping[Instant, int],
    heard: Sequence[tuple[Instant, Instant]],
    at: Instant,
    utc_offset_minutes: int,
) -> Normal | None:
    """What was usual in the 24 h ending 90 min before ``at``; None while fewer than 6 h of it were heard.

    ``counts`` are posts by the minute they were published in (its first instant; a minute without is absent), ``heard``
    the times the sources were heard, from and to: a minute not heard whole teaches nothing. Counts in 10 min are cut at
    what would hardly happen by chance (winsorised), until that no longer changes the mean; the mean is then drawn a
    little towards a prior of one post in 33 min (Gamma).
    """
    minutes = np.arange((at - SPARED - LEARNED_FROM) // MINUTE, (at - SPARED) // MINUTE, dtype=np.int64)
    is_heard = np.zeros(minutes.size, dtype=bool)
    for since, until in heard:
        is_heard |= (minutes * MINUTE >= since) & ((minutes + 1) * MINUTE <= until)
    if int(is_heard.sum()) * MINUTE < ENOUGH:
        return None
    posts = np.array([counts.get(int(minute) * MINUTE, 0) for minute in minutes], dtype=float) * is_heard
    shares = np.array([hour_share(int(m) * MINUTE + MINUTE // 2, utc_offset_minutes) for m in minutes]) * is_heard
    binned = posts.reshape(-1, _BIN).sum(axis=1)
    exposure = shares.reshape(-1, _BIN).sum(axis=1)
    binned, exposure = binned[exposure > 0.0], exposure[exposure > 0.0]
    evidence = float(exposure.sum()) + _PRIOR_POSTS / _PRIOR_RATE
    kept = binned
    rate = (float(kept.sum()) + _PRIOR_POSTS) / evidence
    for _ in range(_LOOK_BACK):
        kept = np.minimum(binned, _hardly_by_chance(rate * exposure))
        before, rate = rate, (float(kept.sum()) + _PRIOR_POSTS) / evidence
        if before - rate < 1e-6 * before:
            break
    mean = rate * exposure
    spread = float(((kept - mean) ** 2 / mean).sum()) / (kept.size - 1)
    return Normal(rate, evidence, max(1.0, spread))


def expected(
    counts: Mapping[Instant, int],
    heard: Sequence[tuple[Instant, Instant]],
    at: Instant,
    minutes: float,
    utc_offset_minutes: int,
) -> Estimate:
    """Posts expected in the ``minutes`` before ``at``, with their 90 % range; ``learning`` where too little was heard.

    The arguments are those of :func:`learn` and of :meth:`Normal.expected`.
    """
    normal = learn(counts, heard, at, utc_offset_minutes)
    return Estimate(None, why="learning") if normal is None else normal.expected(at, minutes, utc_offset_minutes)


def _hardly_by_chance(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """About the 99 % quantile of Poisson counts."""
    return mean + 2.33 * np.sqrt(mean) + 1.0


def _negative_binomial_range(mean: float, variance: float, tail: float) -> tuple[float, float]:
    """The ``tail`` and 1 - ``tail`` quantiles of a negative binomial with this mean and variance, in whole posts."""
    size = mean / max(variance / mean - 1.0, 1e-9)
    k = np.arange(math.ceil(mean + 12.0 * math.sqrt(variance) + 30.0))
    steps = np.log((k + size) / (k + 1.0)) + math.log(mean / (size + mean))
    logs = -size * math.log1p(mean / size) + np.concatenate(([0.0], np.cumsum(steps)))
    below = np.cumsum(np.exp(logs))
    return float(np.searchsorted(below, tail)), float(np.searchsorted(below, 1.0 - tail))
