"""What of a post is judged: the poster's own words, without what only names or points, clause by clause."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.domain.mention import own_words
from console.scorers.segment import Segmenter

HEAD, TAIL = 3_000, 1_000
"""Of a very long text its beginning and its end are judged: so many characters of each."""

_LINK = r"https?://[^\s\u3000-\u9fff\uff00-\uffef]+|www\.[\w./?=&%-]+"
_HANDLE = r"@[\w\-·]{1,40}"
_TOPIC = r"#[^#\n]{1,60}#|\{%[^%\n]{0,60}%\}"
_TAG = re.compile(r"</?[A-Za-z][^<>\u4e00-\u9fa5]{0,200}>")
_POINTERS = re.compile(f"{_LINK}|{_HANDLE}|{_TOPIC}")
_CLAUSE = re.compile(r"[^。！？!?；;，,\n\r…~～]+[。！？!?；;，,\n\r…~～]*|[！？!?…~～]+")
_TOKEN = re.compile(
    r"(?P<chinese>[\u4e00-\u9fa5]+)|(?P<emoticon>\[[^\[\]\s]{1,8}\]|[\U0001F000-\U0001FAFF\u2600-\u27BF])"
    r"|(?P<latin>[A-Za-z]{2,20})|(?P<mark>[!！]+|[?？]+|…+|\.{3,}|[~～]+)"
)
_MARKS = {"！": "!", "？": "?", ".": "…", "～": "~"}
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_RUN = re.compile(r"[A-Za-z]+")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


@dataclass(frozen=True, slots=True)
class Passage:
    """What is judged of one text: its clauses, and the names that were taken out of it, as posted, each once.

    ``is_foreign``: it is written in another script than Chinese; its clauses are then what Chinese there is in it.
    """

    clauses: tuple[str, ...]
    masked: tuple[str, ...]
    is_foreign: bool = False


class Reader:
    """Reads texts for a set of names that must not carry the judgement: brands, products, people, handles."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        plain = {name.strip().lstrip("@").translate(_WIDE).casefold() for name in names}
        self.names = tuple(sorted((name for name in plain if len(name) > 1), key=lambda name: (-len(name), name)))
        self._names = re.compile("|".join(map(re.escape, self.names)), re.IGNORECASE) if self.names else None

    def read(self, text: str) -> Passage:
        """Cut repost chains, markup, handles, links, #topics# and masked names out, and the rest into clauses."""
        own = own_words(text)
        if "<" in own:
            own = _TAG.sub(" ", own)
        if len(own) > HEAD + TAIL:
            own = own[:HEAD] + "\n" + own[-TAIL:]
        own = _POINTERS.sub(" ", own.translate(_WIDE))
        masked: dict[str, None] = {}
        if self._names is not None:
            masked = dict.fromkeys(self._names.findall(own))
            own = self._names.sub(" ", own)
        clauses = _clauses(own)
        letters = sum(len(_LATIN.findall(clause)) for clause in clauses)
        if letters <= 8 * sum(len(_HAN.findall(clause)) for clause in clauses) or letters < 2:
            return Passage(clauses, tuple(masked))
        # Letters in bulk must not bury a Chinese accusation among them: it is judged without them.
        chinese = (clause for clause in _clauses(_LATIN_RUN.sub(" ", own)) if len(_HAN.findall(clause)) > 1)
        return Passage(tuple(chinese), tuple(masked), is_foreign=True)


def _clauses(text: str) -> tuple[str, ...]:
    return tuple(clause for part in _CLAUSE.findall(text) if (clause := part.strip()))


def words_of(clauses: Sequence[str], segmenter: Segmenter) -> list[list[str]]:
    """The words of each clause: Chinese ones as snownlp cuts them, an emoticon whole, Latin ones in lower case, marks.

    A mark that is repeated is a word of its own (``!!``): it says more than one, and how many more says nothing.
    """
    found = [list(_TOKEN.finditer(clause)) for clause in clauses]
    runs = iter(segmenter.runs([m.group() for clause in found for m in clause if m.lastgroup == "chinese"]))
    return [
        [word for m in clause for word in (next(runs) if m.lastgroup == "chinese" else _plain(m))] for clause in found
    ]


def _plain(match: re.Match[str]) -> tuple[str]:
    text = match.group()
    if match.lastgroup == "mark":
        mark = _MARKS.get(text[0], text[0])
        return (mark if len(text) == 1 or mark == "…" else mark * 2,)
    return (text.lower(),)
