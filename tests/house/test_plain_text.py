"""Text from strangers is data: no widget of ours guesses markup in it, loads what it names, or lets it lie in wait."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Module, modules

SCREEN = [module for module in modules() if module.room == "ui"]
SAFE = {"console.ui.plain", "console.ui.theme"}  # where the safe constructors are made
LABELS = {"QLabel", "QTextBrowser", "QErrorMessage", "QMessageBox", "QWhatsThis"}
RICH = {"setHtml", "insertHtml", "setMarkdown", "insertMarkdown", "setWhatsThis", "showText", "setDefaultStyleSheet"}
FORMATS = {"RichText", "AutoText", "MarkdownText", "StyledText"}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a tree, with the last part of the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_safe_tip(word: ast.expr) -> bool:
    """A tooltip comes from `plain.tooltip`, or is empty."""
    if isinstance(word, ast.IfExp):
        return is_safe_tip(word.body) and is_safe_tip(word.orelse)
    if isinstance(word, ast.Constant):
        return word.value == ""
    return isinstance(word, ast.Call) and (getattr(word.func, "id", "") or getattr(word.func, "attr", "")) == "tooltip"


@pytest.mark.parametrize("module", SCREEN, ids=lambda module: module.name)
def test_a_label_is_made_by_a_safe_constructor(module: Module) -> None:
    for call, name in calls(module.tree):
        place = f"{module.name}:{call.lineno}"
        if module.name not in SAFE:
            assert name not in LABELS, f"{place}: {name} guesses markup; take one of console.ui.plain"
        assert name not in RICH, f"{place}: {name} reads markup"
        if name == "setToolTip":
            assert is_safe_tip(call.args[-1]), f"{place}: a tooltip guesses markup; wrap it in plain.tooltip"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and module.name not in SAFE:
            bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
            assert not bases & LABELS, f"{module.name}:{node.lineno}: {node.name}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in FORMATS, f"{module.name}:{node.lineno}: {node.attr}"
