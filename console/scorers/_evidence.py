"""Evidence: what the words of a text speak for by a Bayes model's counts, and the layer that makes it probable."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from console.domain.mention import UNCERTAIN_BAND

Weight = tuple[float, float]
"""Log odds of negative against positive, and of negative against neutral."""

PLAIN = 0.75
"""P(negative) of a clause, taken alone, that plainly accuses."""

_DAMPING = 3.0


def features(words: Sequence[str]) -> list[str]:
    """The words of a clause and its pairs of neighbours: 'not good' is neither 'not' nor 'good'."""
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


@dataclass(frozen=True, slots=True)
class Strength:
    """What words speak for together.

    Sums of log odds are damped by the square root of how many words they come from: words are not independent, and a
    long post is not surer than a short one in proportion to its length. ``length`` is the logarithm of that damping.
    """

    against_positive: float
    against_neutral: float
    length: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text speaks for as a ``whole``, and what the ``worst`` of its clauses does, which stands at ``place``."""

    whole: Strength
    worst: Strength
    place: int

    def row(self) -> tuple[float, float, float, float]:
        """The figures that the layer weighs, in its order."""
        return self.whole.against_positive, self.whole.against_neutral, self.worst.against_positive, self.whole.length

    def worst_row(self) -> tuple[float, float, float, float]:
        """The same, were the worst clause all that was said."""
        return self.worst.against_positive, self.worst.against_neutral, self.worst.against_positive, self.worst.length


class Weights:
    """Word weights of a Bayes model with the classes ``neg``, ``neu`` and ``pos``, as snownlp's trainer writes it."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._negative: dict[str, int] = model["d"]["neg"]["d"]
        self._neutral: dict[str, int] = model["d"]["neu"]["d"]
        self._positive: dict[str, int] = model["d"]["pos"]["d"]
        self._unseen: list[int] = [model["d"][name]["none"] for name in ("neg", "neu", "pos")]
        neg, neu, pos = (math.log(model["d"][name]["total"]) for name in ("neg", "neu", "pos"))
        self._sizes: Weight = (neg - pos, neg - neu)
        self._known: dict[str, Weight] = {}

    def weight(self, word: str) -> Weight | None:
        """What one word, or pair of words, speaks for; None for one that was never seen."""
        weight = self._known.get(word)
        if weight is None:
            neg, neu, pos = self._negative.get(word), self._neutral.get(word), self._positive.get(word)
            if neg is None and neu is None and pos is None:
                return None
            against = math.log(neg or self._unseen[0])
            weight = self._known[word] = (
                against - math.log(pos or self._unseen[2]) - self._sizes[0],
                against - math.log(neu or self._unseen[1]) - self._sizes[1],
            )
        return weight

    def evidence(self, clauses: Iterable[Sequence[str]]) -> Evidence:
        """What a text speaks for, given the words of its clauses. A word counts once, however often it is said."""
        said: dict[str, Weight] = {}
        worst, place = _strength(()), 0
        for number, words in enumerate(clauses):
            own = {word: weight for word in features(words) if (weight := self.weight(word)) is not None}
            strength = _strength(own.values())
            if own and (not said or strength.against_positive > worst.against_positive):
                worst, place = strength, number
            said.update(own)
        return Evidence(_strength(said.values()), worst, place)


@dataclass(frozen=True, slots=True)
class Layer:
    """Two logistic regressions over the evidence: P(negative), and P(positive) of what is not neutral.

    Each is an intercept and one factor for each figure of :meth:`Evidence.row`.
    """

    negative: tuple[float, ...]
    positive: tuple[float, ...]

    def judge(self, evidence: Evidence) -> tuple[float, float]:
        """P(positive) if not neutral, and P(negative), which is never above the chance that is left to it.

        A text of which one clause alone plainly accuses is at least uncertain, whatever the rest of it praises.
        """
        score, negative = self.judge_row(evidence.row())
        doubt = UNCERTAIN_BAND[0]
        if negative < doubt and self.judge_row(evidence.worst_row())[1] >= PLAIN:
            return min(score, 1.0 - doubt), doubt
        return score, negative

    def judge_row(self, row: Sequence[float]) -> tuple[float, float]:
        """The same for figures in the order of :meth:`Evidence.row`, nothing else considered."""
        score = probability(_weighed(self.positive, row))
        return score, min(probability(_weighed(self.negative, row)), 1.0 - score)


def probability(log_odds: float) -> float:
    """The probability of log odds; beyond 30 it is as good as certain."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _strength(weights: Collection[Weight]) -> Strength:
    damping = math.sqrt(len(weights) + _DAMPING)
    positive = sum(weight[0] for weight in weights) / damping
    neutral = sum(weight[1] for weight in weights) / damping
    return Strength(positive, neutral, math.log(damping))


def _weighed(factors: Sequence[float], row: Sequence[float]) -> float:
    return factors[0] + sum(factor * figure for factor, figure in zip(factors[1:], row, strict=True))
