"""Text from strangers, made visible: what would hide, reorder or break a line is shown as a mark such as ⟦U+202E⟧."""

import re
import unicodedata

ELLIPSIS = "…"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

_SUSPECT = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls; tab and newline stay
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, line separators, bidirectional controls
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e0fff"  # tags and supplementary variation selectors
    "]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_BLANKS = re.compile(r"\s+")
_COMBINING = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(f"({_COMBINING}{{4}}){_COMBINING}+")


def visible(text: str) -> str:
    """The text as it may be shown on any surface, over several lines; nothing in it hides, reorders or acts.

    Joiners inside an emoji or inside a script that needs them stay, so that ordinary text is unchanged.
    """
    return _SUSPECT.sub(_mark, text)


def line(text: str, limit: int = 80) -> str:
    """The text on one line of at most ``limit`` characters, an ellipsis where it was cut."""
    head = _BLANKS.sub(" ", text[: limit * 8]).strip()
    shown = _STACKED.sub(r"\1", visible(head))
    if len(shown) <= limit and len(text) <= limit * 8:
        return shown
    return shown[: limit - 1].rstrip() + ELLIPSIS


def quoted(text: str, limit: int = 80) -> str:
    """The text on one line, to stand inside a sentence of ours: right-to-left text cannot reorder what is around it."""
    shown = line(text, limit)
    if _RIGHT_TO_LEFT.search(shown):
        return f"{_FIRST_STRONG_ISOLATE}{shown}{_POP_ISOLATE}"
    return shown


def _mark(found: re.Match[str]) -> str:
    character, text, at = found.group(), found.string, found.start()
    before = text[at - 1] if at else ""
    after = text[at + 1 : at + 2]
    if character == "\u200d" and _joins(before) and _joins(after):
        return character
    if character in "\u200c\u200d" and _needs_joiners(before):
        return character
    if character in "\ufe0e\ufe0f" and before and not _SUSPECT.match(before) and not before.isspace():
        return character
    return f"⟦U+{ord(character):04X}⟧"


def _joins(character: str) -> bool:
    """Whether a zero-width joiner beside it makes an emoji: a symbol, a skin tone or an emoji selector."""
    return bool(character) and (unicodedata.category(character) in ("So", "Sk") or character in "\ufe0f\u2640\u2642")


def _needs_joiners(character: str) -> bool:
    """Whether the script writes ordinary words with joiners: Arabic and its kin, the scripts of India."""
    return "\u0620" <= character <= "\u0dff"
