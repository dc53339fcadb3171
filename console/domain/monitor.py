"""Monitor: a standing query for a brand, a product or a person."""

import unicodedata
from dataclasses import dataclass, field
from typing import NewType

from console.domain.mention import Post

MonitorId = NewType("MonitorId", int)


@dataclass(frozen=True, slots=True)
class Monitor:
    """What an officer watches for.

    ``names`` are the names, aliases and usual misspellings; a post matches when it holds any of them and none of
    ``exclusions``. A monitor without names takes everything. ``handles`` are the brand's own accounts: with
    ``only_at`` a post must @-mention one of them. Names and handles are also what the scorer masks.
    """

    id: MonitorId
    title: str
    names: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    only_at: bool = False
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())
    _exclusions: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())
    _handles: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", tuple(folded(n) for n in self.names if n.strip()))
        object.__setattr__(self, "_exclusions", tuple(folded(n) for n in self.exclusions if n.strip()))
        object.__setattr__(self, "_handles", tuple("@" + folded(h).lstrip("@") for h in self.handles if h.strip()))

    def matches(self, post: Post) -> bool:
        """Whether the post's own text or author calls for this monitor."""
        text = folded(post.text)
        if any(word in text for word in self._exclusions):
            return False
        if self.only_at:
            return any(handle in text for handle in self._handles)
        if not self._names and not self._handles:
            return True
        return any(word in text for word in self._names) or any(handle in text for handle in self._handles)


EVERYTHING = Monitor(MonitorId(0), "")
"""What is watched while nobody has said what to watch for: all that is heard."""


def folded(text: str) -> str:
    """Text as matching sees it: compatibility forms united, case folded, outer blanks gone."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
