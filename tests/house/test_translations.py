"""Every sentence that a person may see exists in English, its source, and in Chinese."""

import ast
import gettext
import string
from functools import cache
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.house.source import CHECKOUT, PACKAGE, modules

CATALOGUE = CHECKOUT / "resources" / "i18n" / "zh_CN" / "LC_MESSAGES" / "crisis-console"
KEYWORDS: dict[str, Any] = {"say": None, "count": (1, 2), "term": ((1, "c"), 2)}
BEFORE_THE_CATALOGUE = "bootstrap.py"


@cache
def source_messages() -> Catalog:
    """What the program says, read from its source."""
    catalogue = Catalog()
    for name, line, message, _, context in extract_from_dir(PACKAGE, keywords=KEYWORDS, comment_tags=[]):
        if name != BEFORE_THE_CATALOGUE:
            catalogue.add(message, locations=[(name, line)], context=context)
    return catalogue


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
    wanted = {(message.context, message.id) for message in source_messages() if message.id}
    assert wanted, "nothing was extracted"
    known = {
        (message.context, message.id)
        for message in chinese()
        if message.id and all(said(message)) and not message.fuzzy
    }
    assert wanted - known == set(), "without a translation"
    assert known - wanted == set(), "said nowhere"


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
                glued = node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp | ast.Call)
                assert not glued, f"{module.name}:{node.lineno}"


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
def test_nothing_is_shown_that_was_not_said(module: Any) -> None:
    """No literal of one language stands on a widget."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literals = [
                word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)
            ]
            if name in SHOWN:
                assert not [text for text in literals if sum(map(str.isalpha, text)) > 1], (
                    f"{module.name}:{node.lineno}"
                )
