"""Nearest: which threshold the negatives of a subject come to next, and what it means as posts per minute."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from console.domain.conversation import SubjectKind
from console.domain.reading import Measure
from console.domain.rule import Rule, Threshold
from console.measures import burst
from console.pipeline.tally import NEGATIVE_RATE

WINDOWS = (10, 15, 30, 60)
"""Minutes over which thresholds look back."""

_COUNTED = {Measure.NEGATIVE_15: 15, Measure.NEGATIVE_60: 60}


@dataclass(frozen=True, slots=True)
class Nearest:
    """``count`` of the ``bound`` negatives in ``minutes`` that ``rule`` asks for."""

    rule: Rule
    measure: Measure
    count: int
    bound: int
    minutes: int

    @property
    def is_reached(self) -> bool:
        """Whether there is nothing left to it."""
        return self.count >= self.bound

    @property
    def rate(self) -> float:
        """Negatives per minute that, held for the window, would reach it."""
        return self.bound / self.minutes


def nearest(rules: Iterable[Rule], kind: SubjectKind, negatives: Mapping[int, int], factor: float) -> Nearest | None:
    """The threshold on negatives that is next: the fullest that is not reached, else the gravest that is.

    ``negatives`` are counts by window in minutes, ``factor`` is the hour's. A burst bound is said as the count that
    would reach it. None where no rule bounds negatives.
    """
    found = [
        one
        for rule in rules
        if rule.is_enabled and kind in rule.subject_kinds
        for threshold in (*rule.all_of, *rule.any_of)
        for one in _said(rule, threshold, negatives, factor)
    ]
    reached = {one.rule.id for one in found if one.is_reached}
    ahead = [one for one in found if one.rule.id not in reached]
    if ahead:
        return max(ahead, key=lambda one: (one.count / one.bound, -one.rule.level, one.minutes))
    return max(found, key=lambda one: (one.rule.level, one.count / one.bound), default=None)


def _said(rule: Rule, threshold: Threshold, negatives: Mapping[int, int], factor: float) -> list[Nearest]:
    measure = threshold.measure
    if measure in _COUNTED:
        minutes = _COUNTED[measure]
        return [Nearest(rule, measure, negatives[minutes], max(1, math.ceil(threshold.bound)), minutes)]
    if measure is Measure.BURST:
        return [
            Nearest(rule, measure, negatives[minutes], _surprising(threshold.bound, minutes, round(factor, 2)), minutes)
            for minutes in burst.WINDOWS
        ]
    return []


@lru_cache(maxsize=1024)
def _surprising(bound: float, minutes: int, factor: float) -> int:
    """The fewest posts in a window whose burst score reaches ``bound``."""
    usual = NEGATIVE_RATE * minutes * factor
    n = max(1, math.ceil(usual))
    while burst.glr(n, usual) < bound:
        n += 1
    return n
