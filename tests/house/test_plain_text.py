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


def is_safe_tip(word: ast.expr, names: dict[str, list[ast.expr]]) -> bool:
    """A tooltip comes from `plain.tooltip`, or is empty; `names` holds what a function's names were given."""
    if isinstance(word, ast.IfExp):
        return is_safe_tip(word.body, names) and is_safe_tip(word.orelse, names)
    if isinstance(word, ast.Constant):
        return word.value == ""
    if isinstance(word, ast.Name):
        given = names.get(word.id, [])
        return bool(given) and all(is_safe_tip(value, {}) for value in given)
    return isinstance(word, ast.Call) and called(word) == "tooltip"


def given_names(function: ast.AST) -> dict[str, list[ast.expr]]:
    """What each name of a function is given by plain assignments."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


@pytest.mark.parametrize("module", SCREEN, ids=lambda module: module.name)
def test_a_tooltip_is_made_by_the_safe_constructor(module: Module) -> None:
    """A tray's tooltip is no widget of ours: the host shows it as it is."""
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef) and module.name != "console.ui.tray":
            names = given_names(function)
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and called(call) in TIPS:
                    tip = call.args[TIPS[called(call)]]
                    assert is_safe_tip(tip, names), f"{module.name}:{call.lineno}: wrap it in plain.tooltip"


@pytest.mark.parametrize("module", SCREEN, ids=lambda module: module.name)
def test_a_label_is_made_by_a_safe_constructor(module: Module) -> None:
    for call in ast.walk(module.tree):
        if isinstance(call, ast.Call):
            name, place = called(call), f"{module.name}:{call.lineno}"
            assert name not in LABELS or module.name in SAFE, f"{place}: {name} guesses markup; see console.ui.plain"
            assert name not in RICH, f"{place}: {name} reads markup"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and module.name not in SAFE:
            bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
            assert not bases & LABELS, f"{module.name}:{node.lineno}: {node.name}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in FORMATS, f"{module.name}:{node.lineno}: {node.attr}"
