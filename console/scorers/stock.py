"""snownlp's own score, untouched: ``SnowNLP(text).sentiments``. For comparison; it is not what the desk judges by."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.domain.mention import Label, Reason, ReasonKind, Sentiment, label_of
from console.scorers._bayes import Bayes
from console.scorers._tables import cache_folder, unpacked
from console.scorers.segment import Segmenter

VERSION = "snownlp-0.12.3"


class Stock:
    """snownlp as it ships. The empty text, which snownlp divides by zero for, is one half."""

    version = VERSION

    def __init__(self, cache: Path | None = None) -> None:
        self._segmenter = Segmenter(cache)
        self._bayes = Bayes(unpacked("sentiment", "sentiment.marshal.3"))
        self._stop = frozenset(line.strip() for line in unpacked("normal", "stopwords.txt").splitlines())

    def score(self, texts: Sequence[str]) -> list[Sentiment]:
        """One judgement per text, in order."""
        return [
            _sentiment(self._positive(words) if text else 0.5)
            for text, words in zip(texts, self._segmenter.words(texts), strict=True)
        ]

    def explain(self, text: str) -> list[Reason]:
        """The text itself: the stock score gives no other reason."""
        negative = self.score([text])[0].negative
        return [Reason(ReasonKind.CLAUSE, text, negative) if text else Reason(ReasonKind.EMPTY, "")]

    def _positive(self, words: Sequence[str]) -> float:
        return self._bayes.probability("pos", (word for word in words if word not in self._stop))


def make(options: Mapping[str, Any]) -> Stock:
    """The stock scorer; of the options it reads ``cache``, the folder for its tables."""
    return Stock(cache_folder(options))


def _sentiment(score: float) -> Sentiment:
    negative = 1.0 - score
    label = label_of(score, negative) if score != 0.5 else Label.NEUTRAL
    return Sentiment(score, negative, label, abs(score - 0.5) * 2, VERSION)
