"""snownlp's Bayes classifier, read from the file that its own trainer writes."""

import math
from collections.abc import Iterable, Mapping
from typing import Any


class Bayes:
    """What ``snownlp.classification.bayes.Bayes`` knows: for each class, how likely each word is.

    ``model`` is the content of a file that ``Bayes.save`` wrote.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        self.priors: dict[str, float] = {}
        self.known: dict[str, dict[str, float]] = {}
        self.unknown: dict[str, float] = {}
        for name, of in model["d"].items():
            total = of["total"]
            self.priors[name] = math.log(total) - math.log(model["total"])
            self.known[name] = {word: math.log(float(count) / total) for word, count in of["d"].items()}
            self.unknown[name] = math.log(float(of["none"]) / total)

    def probability(self, name: str, words: Iterable[str]) -> float:
        """P(class) as the library has it for two classes, to the last bit: the same sums in the same order."""
        heard = list(words)
        logs: dict[str, float] = {}
        for each, prior in self.priors.items():
            known, unknown, total = self.known[each], self.unknown[each], prior
            for word in heard:
                total += known.get(word, unknown)
            logs[each] = total
        best, probability = "", 0.0
        for each, own in logs.items():
            try:
                share = 1 / sum(math.exp(other - own) for other in logs.values())
            except OverflowError:
                share = 0.0
            if share > probability:
                best, probability = each, share
        return probability if best == name else 1 - probability
