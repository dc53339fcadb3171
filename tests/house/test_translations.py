"""Every sentence that a person may see exists in English, its source, and in Chinese."""

import ast
import gettext
import string
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.house.source import CHECKOUT, Module, called, modules

CATALOGUE = CHECKOUT / "resources" / "i18n" / "zh_CN" / "LC_MESSAGES" / "crisis-console"
Key = tuple[str | None, str | tuple[str, str]]
"""A message: its context or None, and its text or its two forms, for one and for many."""


def literals(call: ast.Call) -> list[str | None]:
    """The arguments of a call that are literal texts; None for any other."""
    return [
        word.value if isinstance(word, ast.Constant) and isinstance(word.value, str) else None for word in call.args
    ]


@cache
def spoken() -> dict[Key, str]:
    """What the program says, and where: the literals in `say(text)`, `count(one, many, n)`, `term(context, text)`."""
    found: dict[Key, str] = {}
    for module in modules():
        if module.name == "console.bootstrap":  # it speaks before there is a catalogue
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                match called(node), literals(node):
                    case ("say", [str() as text, *_]):
                        found[None, text] = f"{module.name}:{node.lineno}"
                    case ("count", [str() as one, str() as many, *_]):
                        found[None, (one, many)] = f"{module.name}:{node.lineno}"
                    case ("term", [str() as context, str() as text, *_]):
                        found[context, text] = f"{module.name}:{node.lineno}"
    return found


@cache
def chinese() -> Catalog:
    """What it says in Chinese."""
    with CATALOGUE.with_suffix(".po").open("rb") as file:
        return read_po(file, locale="zh_CN")


def fields(text: str) -> set[str]:
    """The names of the fields of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def said(message: Message) -> list[str]:
    """The texts of a translation: one, or one for each plural form."""
    return [text or "" for text in (message.string if isinstance(message.string, tuple | list) else [message.string])]


def test_every_message_has_a_translation_and_every_translation_a_message() -> None:
    known = {(message.context, message.id) for message in chinese() if message.id and all(said(message))}
    assert not [message.id for message in chinese() if message.fuzzy and message.id]
    assert {place: key for key, place in spoken().items() if key not in known} == {}, "without a translation"
    assert known - spoken().keys() == set(), "said nowhere"


def test_a_translation_speaks_of_the_same_things() -> None:
    for message in chinese():
        if message.id:
            source = message.id[-1] if isinstance(message.id, tuple | list) else message.id
            for text in said(message):
                assert fields(text) == fields(source), (source, text)


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in chinese():
        if not message.id:
            continue
        if isinstance(message.id, tuple | list):
            assert compiled.ngettext(message.id[0], message.id[1], 2) == said(message)[0]
        elif message.context:
            assert compiled.pgettext(message.context, message.id) == said(message)[0]
        else:
            assert compiled.gettext(message.id) == said(message)[0]
    entries = [message for message in chinese() if message.id]
    assert len([key for key in compiled._catalog if key != ""]) == len(entries)  # type: ignore[attr-defined]


def test_a_message_is_whole_where_it_is_said() -> None:
    """A sentence that is glued together, or filled before it is said, cannot be translated."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                message = node.args[0] if node.args else None
                if ast.unparse(node.func.value).endswith("words"):
                    filled = isinstance(message, ast.Call) and called(message) == "format"
                    glued = isinstance(message, ast.JoinedStr | ast.BinOp | ast.IfExp)
                    assert not any((filled, glued)), f"{module.name}:{node.lineno}"


SHOWN = {
    "setPlaceholderText",
    "setStatusTip",
    "setText",
    "setTitle",
    "setToolTip",
    "setWindowTitle",
    "addAction",
    "addTab",
    "PlainLabel",
    "PlainParagraph",
    "QAction",
    "QCheckBox",
    "QGroupBox",
    "QPushButton",
    "QRadioButton",
}


@pytest.mark.parametrize("module", [m for m in modules() if m.room == "ui"], ids=lambda module: module.name)
def test_nothing_is_shown_that_was_not_said(module: Module) -> None:
    """No literal of one language stands on a widget."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node) in SHOWN:
            worded = [text for text in literals(node) if text and sum(map(str.isalpha, text)) > 1]
            assert not worded, f"{module.name}:{node.lineno}"
