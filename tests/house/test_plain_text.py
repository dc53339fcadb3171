"""Text from strangers is data: no widget of ours guesses markup in it, loads what it names, or lets it lie in wait."""

import ast

import pytest

from tests.house.source import Module, called, modules

SCREEN = [module for module in modules() if module.room == "ui"]
SAFE = {"console.ui.plain", "console.ui.theme"}  # where the safe constructors are made
LABELS = {"QLabel", "QTextBrowser", "QErrorMessage", "QMessageBox", "QWhatsThis"}
RICH = {"setHtml", "insertHtml", "setMarkdown", "insertMarkdown", "setWhatsThis", "setDefaultStyleSheet"}
TIPS = {"setToolTip": -1, "showText": 1}  # where their text stands among the arguments
FORMATS = {"RichText", "AutoText", "MarkdownText", "StyledText"}


def is_safe_tip(word: ast.expr) -> bool:
    """A tooltip comes from `plain.tooltip`, or is empty."""
    if isinstance(word, ast.IfExp):
        return is_safe_tip(word.body) and is_safe_tip(word.orelse)
    if isinstance(word, ast.Constant):
        return word.value == ""
    return isinstance(word, ast.Call) and called(word) == "tooltip"


@pytest.mark.parametrize("module", SCREEN, ids=lambda module: module.name)
def test_a_label_is_made_by_a_safe_constructor(module: Module) -> None:
    for call in ast.walk(module.tree):
        if isinstance(call, ast.Call):
            name, place = called(call), f"{module.name}:{call.lineno}"
            assert name not in LABELS or module.name in SAFE, f"{place}: {name} guesses markup; see console.ui.plain"
            assert name not in RICH, f"{place}: {name} reads markup"
            if name in TIPS:
                tip = call.args[TIPS[name]]
                assert is_safe_tip(tip), f"{place}: a tooltip guesses markup; wrap it in plain.tooltip"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and module.name not in SAFE:
            bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
            assert not bases & LABELS, f"{module.name}:{node.lineno}: {node.name}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in FORMATS, f"{module.name}:{node.lineno}: {node.attr}"
