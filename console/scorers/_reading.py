"""What of a post is judged: the poster's own words, without what only names or points, clause by clause."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.mention import own_words

HEAD, TAIL = 3_000, 1_000
"""Of a very long text its beginning and its end are judged: so many characters of each."""

_POINTERS = re.compile(
    r"https?://[^\s\u3000-\u9FFF\uFF00-\uFFEF]+|www\.[\w./?=&%-]+|@[\w\-·]{1,40}|#[^#\n]{1,60}#|\{%[^%\n]{0,60}%\}"
)
_CLAUSE_END = re.compile(r"[。！？!?；;，,\n\r…~～]+|\.{2,}|\s{2,}")
_HAN = re.compile(r"[\u4E00-\u9FA5]")
_LATIN = re.compile(r"[A-Za-z]")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


@dataclass(frozen=True, slots=True)
class Passage:
    """What is judged of one text.

    ``whole`` has a blank where something was taken out; ``clauses`` are its parts between marks. ``masked`` are the
    names that were taken out, as posted, each once.
    """

    whole: str
    clauses: tuple[str, ...]
    masked: tuple[str, ...]

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Chinese, though perhaps with words of another script in it."""
        han = len(_HAN.findall(self.whole))
        return han > 0 and han * 4 >= len(_LATIN.findall(self.whole)) / 2

    @property
    def has_words(self) -> bool:
        """Whether any word is left at all."""
        return any(letter.isalpha() for letter in self.whole)


class Reader:
    """Reads texts for a set of names that must not carry the judgement: brands, products, people, handles."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        stripped = {name.strip().lstrip("@").translate(_WIDE).casefold() for name in names}
        longest_first = sorted((name for name in stripped if len(name) > 1), key=lambda name: (-len(name), name))
        self.names = tuple(longest_first)
        self._names = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if longest_first else None

    def read(self, text: str) -> Passage:
        """Cut repost chains, handles, links, #topics# and masked names out of a text, and the rest into clauses."""
        own = own_words(text)
        if len(own) > HEAD + TAIL:
            own = own[:HEAD] + "\n" + own[-TAIL:]
        own = _POINTERS.sub(" ", own.translate(_WIDE))
        masked: dict[str, None] = {}
        if self._names is not None:
            masked = dict.fromkeys(self._names.findall(own))
            own = self._names.sub(" ", own)
        clauses = tuple(clause for part in _CLAUSE_END.split(own) if (clause := part.strip()))
        return Passage(own.strip(), clauses, tuple(masked))
