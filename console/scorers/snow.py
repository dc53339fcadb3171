"""snownlp, guarded: names masked, clause by clause, the worst clause weighed beside the whole.

The words come from snownlp's segmentation, their weights from its Bayes model. What the tables alone cannot know is put
right around them: only the poster's own words are judged; what merely names or points is taken out; and since a post
that praises in one clause and accuses in the next is a complaint, the worst clause weighs as much as the whole.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from snownlp import normal, seg, sentiment

from console.domain.mention import Label, Reason, ReasonKind, Sentiment, label_of
from console.scorers._reading import Passage, Reader

_STEEPNESS, _SHIFT = 0.35, 0.2
_REASONS = 5


class Snow:
    """The desk's scorer for Chinese posts.

    A text without words is neutral: nothing in it could be negative. One in another script is uncertain: the model does
    not read it, so a person must.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._reader = Reader(names)
        self._weights = _weights(sentiment.classifier.classifier)
        self.version = "snow-1"

    def score(self, texts: Sequence[str]) -> list[Sentiment]:
        """One judgement per text, in order."""
        return [self._judge(self._reader.read(text)) for text in texts]

    def explain(self, text: str) -> list[Reason]:
        """The worst clause, the words that weighed most for or against, and the names that were left out."""
        passage = self._reader.read(text)
        if not passage.has_words:
            return [Reason(ReasonKind.EMPTY, text[:80])]
        reasons: list[Reason] = []
        if passage.is_chinese:
            worst = max(passage.clauses, key=lambda clause: self._against(_words(clause)))
            weights = {word: self._weights.get(word, 0.0) for word in _words(passage.whole)}
            strongest = sorted((w for w in weights if weights[w]), key=lambda word: (-abs(weights[word]), word))
            reasons.append(Reason(ReasonKind.CLAUSE, worst, _probability(self._against(_words(worst)))))
            reasons.extend(Reason(ReasonKind.WORD, w, _probability(weights[w])) for w in strongest[:_REASONS])
        return [*reasons, *(Reason(ReasonKind.MASKED, name) for name in passage.masked)]

    def _judge(self, passage: Passage) -> Sentiment:
        if not passage.has_words:
            return Sentiment(0.5, 0.0, Label.NEUTRAL, 0.0, self.version)
        if not passage.is_chinese:
            return Sentiment(0.5, 0.5, Label.UNCERTAIN, 0.0, self.version)
        whole = self._against(_words(passage.whole))
        worst = max(self._against(_words(clause)) for clause in passage.clauses)
        negative = _probability(_STEEPNESS * (whole + worst) / 2 + _SHIFT)
        score = 1.0 - negative
        return Sentiment(score, negative, label_of(score, negative), abs(negative - 0.5) * 2, self.version)

    def _against(self, words: Iterable[str]) -> float:
        """Log odds that words are negative."""
        return sum(self._weights.get(word, 0.0) for word in words)


def make(options: Mapping[str, Any]) -> Snow:
    """A scorer; ``options["masks"]`` are the names and handles that must not carry the judgement."""
    return Snow(options.get("masks", ()))


def _words(text: str) -> list[str]:
    words: list[str] = normal.filter_stop(seg.seg(text))
    return words


def _weights(bayes: Any) -> dict[str, float]:
    negative, positive = bayes.d["neg"], bayes.d["pos"]
    return {word: math.log(negative.freq(word)) - math.log(positive.freq(word)) for word in {*negative.d, *positive.d}}


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))
