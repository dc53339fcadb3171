"""snownlp's own score, untouched: ``SnowNLP(text).sentiments``. For comparison; it is not what the desk judges by."""

from collections.abc import Mapping, Sequence
from typing import Any

from snownlp import sentiment

from console.domain.mention import Label, Reason, ReasonKind, Sentiment, label_of

VERSION = "snownlp-0.12.3"


class Stock:
    """snownlp as it ships. The empty text, which snownlp divides by zero for, is one half."""

    version = VERSION

    def score(self, texts: Sequence[str]) -> list[Sentiment]:
        """One judgement per text, in order."""
        return [_sentiment(sentiment.classify(text) if text else 0.5) for text in texts]

    def explain(self, text: str) -> list[Reason]:
        """The text itself: the stock score gives no other reason."""
        return [Reason(ReasonKind.CLAUSE, text, 1.0 - sentiment.classify(text))] if text else []


def make(options: Mapping[str, Any]) -> Stock:  # noqa: ARG001  every factory is given options
    """The stock scorer; it takes no options."""
    return Stock()


def _sentiment(score: float) -> Sentiment:
    negative = 1.0 - score
    label = label_of(score, negative) if score != 0.5 else Label.NEUTRAL
    return Sentiment(score, negative, label, abs(score - 0.5) * 2, VERSION)
