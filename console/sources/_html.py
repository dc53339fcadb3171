"""HTML from strangers as plain text, in time that grows with its length alone.

The standard library's parser takes minutes for 150 KB of unclosed tags, so the few things that matter are read here.
"""

import html
import re
from collections.abc import Iterator

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main "
        "nav ol option p pre section table tbody tfoot thead tr ul",
    )
)
_UNREAD = frozenset(("head", "iframe", "math", "noembed", "object", "script", "style", "svg", "template"))
_CELLS = frozenset(("td", "th"))
_NAME = re.compile(r"/?([a-zA-Z][^\s/>]{0,40})")
_STOP = re.compile("[>\"']")
_ALT = re.compile(r"""\balt\s?=\s?(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LONGEST_ALT = 40


def plain(markup: str) -> str:
    """What a reader would see: blocks on lines of their own, no code, pictures by their short alternative text.

    Emoticons often come as pictures, and carry the tone. What looks like a tag but never ends is text.
    """
    text = re.sub(r"[^\S\n]+", " ", "".join(_Reading(markup).parts()))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


class _Reading:
    """One pass over the markup. What is once known to be missing from the rest of it is never looked for again."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._last_end = markup.rfind(">")
        self._last_comment_end = markup.rfind("-->")
        self._has_sound_quotes = True

    def parts(self) -> Iterator[str]:
        """The visible text, piece by piece."""
        markup, at = self._markup, 0
        while (start := markup.find("<", at)) >= 0:
            yield _text(markup[at:start])
            name = _NAME.match(markup, start + 1)
            if markup.startswith("<!--", start) and start < self._last_comment_end:
                at = max(markup.find("-->", start + 2) + 3, start + 4)
            elif markup[start + 1 : start + 2] in ("!", "?") and start < self._last_end:
                at = markup.find(">", start) + 1
            elif name is not None and start < self._last_end:
                at = self._tag_end(name.end())
                yield _meaning(name[0].lower(), markup[name.end() : at - 1])
                if name[0].lower() in _UNREAD:
                    at = self._past(name[0], at)
            else:
                yield "<"
                at = start + 1
        yield _text(markup[at:])

    def _tag_end(self, at: int) -> int:
        """Where a tag ends: past quoted values, or at its first ``>`` in markup whose quotes are not sound."""
        first = self._markup.find(">", at) + 1
        while self._has_sound_quotes and (stop := _STOP.search(self._markup, at)) is not None:
            if stop.group() == ">":
                return stop.end()
            at = self._markup.find(stop.group(), stop.end()) + 1
            self._has_sound_quotes = 0 < at <= self._last_end
        self._has_sound_quotes = False
        return first or len(self._markup)

    def _past(self, name: str, at: int) -> int:
        """Where the element that is not for readers ends; without an end it is all the rest."""
        closing = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(self._markup, at)
        return closing.end() if closing is not None else len(self._markup)


def _meaning(name: str, attributes: str) -> str:
    """What a tag says by itself."""
    if name.lstrip("/") in _BLOCKS:
        return "\n"
    if name.lstrip("/") in _CELLS:
        return " "
    if name == "img" and (alt := _ALT.search(attributes)) is not None:
        said = _text(alt[1] or alt[2] or alt[3] or "")
        return said if len(said) <= _LONGEST_ALT else ""
    return ""


def _text(raw: str) -> str:
    raw = re.sub(r"\s+", " ", raw)
    if "&" not in raw:
        return raw
    try:
        return html.unescape(raw)
    except ValueError:  # a character reference of thousands of digits
        return raw
