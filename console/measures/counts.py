"""Counts and shares with exact or near-exact ranges: Garwood for counts, Wilson for shares."""

import math
from functools import lru_cache

from console.domain.reading import Estimate

_TINY = 1e-300
_STEPS = 100_000


@lru_cache(maxsize=4096)
def garwood(n: int, confidence: float = 0.9) -> tuple[float, float]:
    """The range of a Poisson mean of which ``n`` events were seen: exact, equal-tailed, covers ``confidence`` at least.

    Source: Garwood 1936, doi 10.1093/biomet/28.3-4.437. Raises ValueError for a negative ``n`` or a ``confidence``
    outside 0..1.
    """
    if n < 0:
        raise ValueError(f"a count is never negative: {n}")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    tail = (1.0 - confidence) / 2.0
    low = gamma_quantile(n, tail) if n else 0.0
    return low, gamma_quantile(n + 1, 1.0 - tail)


def wilson(k: int, n: int, confidence: float = 0.9) -> tuple[float, float]:
    """The range of a share of which ``k`` of ``n`` were seen, 0..1; (0, 1) where nothing was seen.

    Source: Wilson 1927, doi 10.1080/01621459.1927.10502953. Raises ValueError unless 0 <= k <= n.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    z2 = _chi_squared(confidence)
    middle = (k + z2 / 2.0) / (n + z2)
    half = math.sqrt(z2 * (k * (n - k) / n + z2 / 4.0)) / (n + z2)
    return (0.0 if k == 0 else max(0.0, middle - half)), (1.0 if k == n else min(1.0, middle + half))


def velocity(n: int, minutes: float) -> Estimate:
    """Posts per minute of ``n`` posts in a window of ``minutes`` that was heard whole, with its 90 % Garwood range."""
    if minutes <= 0:
        raise ValueError(f"a window has a length: {minutes}")
    low, high = garwood(n)
    return Estimate(n / minutes, low / minutes, high / minutes)


@lru_cache(maxsize=16)
def _chi_squared(confidence: float) -> float:
    """The square of the two-sided normal quantile: the ``confidence`` quantile of chi squared with one degree."""
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return 2.0 * gamma_quantile(0.5, confidence)


def gamma_quantile(shape: float, p: float) -> float:
    """The ``x`` below which a Gamma(``shape``, 1) variable lies with probability ``p``, to about 12 digits.

    Halley's steps from the Wilson-Hilferty start, kept inside a bracket (after Numerical Recipes, section 6.2.1).
    """
    if shape <= 0.0 or not 0.0 < p < 1.0:
        raise ValueError(f"no quantile {p} of a Gamma with shape {shape}")
    low, high = 0.0, math.inf
    x = _first_guess(shape, p)
    for _ in range(200):
        error = gamma_share(shape, x) - p
        low, high = (low, x) if error > 0.0 else (x, high)
        log_density = (shape - 1.0) * math.log(x) - x - math.lgamma(shape)
        step = error / max(math.exp(log_density), _TINY)
        step /= 1.0 - 0.5 * min(1.0, step * ((shape - 1.0) / x - 1.0))
        if abs(step) <= 1e-12 * x:
            return x - step
        x -= step
        if not low < x < high:
            x = (low + high) / 2.0 if math.isfinite(high) else 2.0 * low
    return x


def gamma_share(shape: float, x: float) -> float:
    """The probability that a Gamma(``shape``, 1) variable lies below ``x``: the regularised lower incomplete gamma.

    By its series below the mean and by Lentz's continued fraction above (Numerical Recipes, section 6.2).
    """
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        for k in range(1, _STEPS):
            term *= x / (shape + k)
            total += term
            if term < total * 1e-16:
                break
        return min(1.0, front * total)
    b = x + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / b
    fraction = d
    for k in range(1, _STEPS):
        a = -k * (k - shape)
        b += 2.0
        d = 1.0 / _away_from_zero(a * d + b)
        c = _away_from_zero(b + a / c)
        change = c * d
        fraction *= change
        if abs(change - 1.0) < 4e-16:
            break
    return max(0.0, 1.0 - front * fraction)


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _first_guess(shape: float, p: float) -> float:
    if shape <= 1.0:
        edge = 1.0 - shape * (0.253 + shape * 0.12)
        if p < edge:
            return max(_TINY, math.exp(math.log(p / edge) / shape))
        return 1.0 - math.log((1.0 - p) / (1.0 - edge))
    q = min(p, 1.0 - p)
    t = math.sqrt(-2.0 * math.log(q))
    z = t - (2.30753 + t * 0.27061) / (1.0 + t * (0.99229 + t * 0.04481))
    z = z if p > 0.5 else -z
    return max(1e-3, shape * (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * math.sqrt(shape))) ** 3)
