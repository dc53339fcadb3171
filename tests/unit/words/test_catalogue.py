"""The catalogue: every message of the program is translated, with the same fields, and compiled."""

import gettext
import io
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from console import assets

PACKAGE = Path(assets.__file__).parent
OWN_WORDS = {"bootstrap.py"}  # speaks before there is a catalogue
KEYWORDS = {"say": None, "count": (1, 2), "term": ((1, "c"), 2)}

Key = tuple[str | None, str]


@cache
def catalogue() -> Catalog:
    with assets.path("i18n", "zh_CN", "LC_MESSAGES", "crisis-console.po").open("rb") as file:
        return read_po(file)


def messages(found: Catalog) -> dict[Key, Message]:
    return {(m.context, sources(m)[0]): m for m in found if m.id}


def sources(message: Message) -> tuple[str, ...]:
    """The English of a message: one, or one and many."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


@cache
def said() -> dict[Key, str]:
    """Every message in the source, and a place where it stands."""
    found: dict[Key, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name not in OWN_WORDS:
            for line, message, _, context in extract("python", io.BytesIO(path.read_bytes()), KEYWORDS):
                first = message[0] if isinstance(message, tuple) else message
                found[context, first] = f"{path.relative_to(PACKAGE)}:{line}"
    return found


def texts(message: Message) -> tuple[str, ...]:
    """The Chinese of a message."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_messages_are_found_at_all() -> None:
    assert len(said()) > 300


def test_every_message_is_translated() -> None:
    known = messages(catalogue())
    missing = {key: place for key, place in said().items() if key not in known or not all(texts(known[key]))}
    assert missing == {}


def test_no_translation_is_left_over() -> None:
    assert sorted(str(key) for key in messages(catalogue()).keys() - said().keys()) == []


def test_a_translation_fills_the_same_fields() -> None:
    for key, message in messages(catalogue()).items():
        wanted = set.union(*map(fields, sources(message)))
        assert {key: fields(text) for text in texts(message)} == {key: wanted}


def test_what_is_used_is_what_was_written() -> None:
    used = gettext.translation("crisis-console", str(assets.path("i18n")), ["zh_CN"])
    for (context, first), message in messages(catalogue()).items():
        if len(sources(message)) == 2:
            assert used.ngettext(*sources(message), 2) == texts(message)[0]
        else:
            assert (used.pgettext(context, first) if context else used.gettext(first)) == texts(message)[0]
