"""snownlp done well: names masked, clause by clause, the worst clause weighed beside the whole, on Weibo's own words.

Words come from snownlp's segmentation; their weights from its Bayes model, trained by its own trainer on labelled posts
instead of the shopping reviews that it ships with (``training``; the figures are in ``resources/models/README.md``).
What a table of words cannot know is put right around it: only the poster's own words are judged, what merely names or
points is taken out, and since a post that praises in one clause and accuses in the next is a complaint, the worst
clause counts once more beside the whole.
"""

import gzip
import hashlib
import json
import marshal
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from console import assets
from console.domain.mention import Label, Reason, ReasonKind, Sentiment, label_of
from console.scorers._evidence import Layer, Weights, features, probability
from console.scorers._reading import Passage, Reader, words_of
from console.scorers._tables import cache_folder
from console.scorers.segment import Segmenter

MODEL = "weibo"

_REASONS = 5
_SHOWN = 200


class Snow:
    """The desk's scorer for Chinese posts.

    A text without a word is neutral: nothing in it could be negative. One in another script is uncertain, since the
    model does not read it and a person must, unless what Chinese there is in it is negative by itself.
    """

    def __init__(self, names: Iterable[str] = (), cache: Path | None = None) -> None:
        self._reader = Reader(names)
        self._segmenter = Segmenter(cache)
        packed = assets.path("models", f"{MODEL}.marshal").read_bytes()
        figures = json.loads(assets.text("models", f"{MODEL}.json"))
        self._weights = Weights(marshal.loads(gzip.decompress(packed)))  # noqa: S302  our own file
        self._layer = Layer(tuple(figures["negative"]), tuple(figures["positive"]))
        digest = hashlib.sha256(packed)
        digest.update(json.dumps([figures, self._reader.names]).encode("utf-8", "surrogatepass"))
        self.version = f"{MODEL}-{digest.hexdigest()[:10]}"

    def score(self, texts: Sequence[str]) -> list[Sentiment]:
        """One judgement per text, in order."""
        passages = [self._reader.read(text) for text in texts]
        return [self._judge(passage, words) for passage, words in zip(passages, self._words(passages), strict=True)]

    def explain(self, text: str) -> list[Reason]:
        """The worst clause, the words and emoticons that weighed most for or against, the names that were left out."""
        passage = self._reader.read(text)
        (clauses,) = self._words([passage])
        masked = [Reason(ReasonKind.MASKED, name) for name in passage.masked]
        if passage.is_foreign and self._judge(passage, clauses).label is not Label.NEGATIVE:
            return [Reason(ReasonKind.FOREIGN, text[:_SHOWN]), *masked]
        if not any(clauses):
            return [Reason(ReasonKind.EMPTY, text[:_SHOWN]), *masked]
        evidence = self._weights.evidence(clauses)
        _, accused = self._layer.judge_row(evidence.worst_row())
        said = dict.fromkeys(word for words in clauses for word in features(words))
        weighed = {word: weight[0] for word in said if (weight := self._weights.weight(word)) is not None}
        strongest = sorted(weighed, key=lambda word: (-abs(weighed[word]), word))[:_REASONS]
        return [
            Reason(ReasonKind.CLAUSE, passage.clauses[evidence.place][:_SHOWN], accused),
            *(Reason(_kind(word), word.replace(" ", ""), probability(weighed[word])) for word in strongest),
            *masked,
        ]

    def _words(self, passages: Sequence[Passage]) -> list[list[list[str]]]:
        words = iter(words_of([clause for passage in passages for clause in passage.clauses], self._segmenter))
        return [[next(words) for _ in passage.clauses] for passage in passages]

    def _judge(self, passage: Passage, clauses: Sequence[Sequence[str]]) -> Sentiment:
        unread = Sentiment(0.5, 0.5, Label.UNCERTAIN, 0.0, self.version)
        if not any(clauses):
            return unread if passage.is_foreign else Sentiment(0.5, 0.0, Label.NEUTRAL, 0.0, self.version)
        score, negative = self._layer.judge(self._weights.evidence(clauses))
        label = label_of(score, negative)
        if passage.is_foreign and label is not Label.NEGATIVE:
            return unread
        return Sentiment(score, negative, label, abs(negative - 0.5) * 2, self.version)


def make(options: Mapping[str, Any]) -> Snow:
    """A scorer. ``options["masks"]`` are names and handles that must not carry the judgement, ``cache`` a folder."""
    return Snow(options.get("masks", ()), cache_folder(options))


def _kind(word: str) -> ReasonKind:
    is_picture = word[:1] == "[" or "\u2600" <= word[:1] <= "\u27bf" or word[:1] >= "\U0001f000"
    return ReasonKind.EMOTICON if is_picture else ReasonKind.WORD
