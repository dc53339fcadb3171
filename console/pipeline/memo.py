"""Memo: answers that were given before, by text."""

import sys
from collections import OrderedDict

from console.domain.mention import Sentiment

_ANSWER_BYTES = 400
"""What one remembered judgement weighs beside its text: its fields, its key, its place."""


class Memo:
    """Judgements by text, within so many bytes; what was asked for longest ago is forgotten first.

    Most posts of a flood are exact repeats: they cost a look-up instead of a judgement.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._weight = 0
        self._known: OrderedDict[str, Sentiment] = OrderedDict()

    def get(self, text: str) -> Sentiment | None:
        """The judgement of a text, None when it is not remembered."""
        found = self._known.get(text)
        if found is not None:
            self._known.move_to_end(text)
        return found

    def put(self, text: str, sentiment: Sentiment) -> None:
        """Remember a judgement, unless the text alone would push out a sixteenth of all others."""
        weight = _weight(text)
        if weight * 16 > self._limit or text in self._known:
            return
        self._known[text] = sentiment
        self._weight += weight
        while self._weight > self._limit:
            oldest, _ = self._known.popitem(last=False)
            self._weight -= _weight(oldest)

    def clear(self) -> None:
        """Forget everything: another scorer judges from now on."""
        self._known.clear()
        self._weight = 0

    @property
    def weight(self) -> int:
        """Bytes held, about."""
        return self._weight

    def __len__(self) -> int:
        return len(self._known)


def _weight(text: str) -> int:
    return sys.getsizeof(text) + _ANSWER_BYTES
