"""Who may know whom: what the import contracts of pyproject.toml cannot say."""

import ast
import sys

import pytest

from tests.house.source import Module, imports, modules

WINGS = ("sources", "scorers", "notifiers", "exporters")
DOORS = ["console.__main__", "console.bootstrap", "console.cli", "console.selftest"]


def known_to(module: Module, *, inside_functions: bool = True) -> set[str]:
    """The top-level packages that a module imports, `console` left out."""
    return {name.split(".")[0] for name in imports(module.tree, inside_functions=inside_functions)} - {"console"}


def test_the_domain_stands_on_the_standard_library_and_does_nothing_to_the_world() -> None:
    forbidden = {"asyncio", "sqlite3", "threading", "logging", "socket", "subprocess", "multiprocessing", "concurrent"}
    for module in modules():
        if module.room == "domain":
            assert known_to(module) <= sys.stdlib_module_names - forbidden, module.name


def test_measures_stand_on_the_domain_and_numpy() -> None:
    for module in modules():
        if module.room == "measures":
            assert known_to(module) <= sys.stdlib_module_names | {"numpy"}, module.name
            rooms = {name.split(".")[1] for name in imports(module.tree) if name.startswith("console.")}
            assert rooms <= {"domain", "measures"}, module.name


@pytest.mark.parametrize("name", DOORS)
def test_a_door_opens_on_the_standard_library_alone(name: str) -> None:
    """A spawned worker imports the command line, and must not drag in the window with it."""
    (door,) = [module for module in modules() if module.name == name]
    assert known_to(door, inside_functions=False) <= sys.stdlib_module_names
    ours = {found for found in imports(door.tree, inside_functions=False) if found.startswith("console")}
    assert ours <= {"console", "console.__version__", *DOORS}


def plug_ins() -> set[str]:
    """The modules that a wing's list names, by import or as `package.module:function`, or that the root takes."""
    named: set[str] = set()
    for module in modules():
        if module.name in {f"console.{wing}" for wing in WINGS} or module.room == "app":
            named.update(imports(module.tree))
            named.update(
                node.value.partition(":")[0]
                for node in ast.walk(module.tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
    in_wings = {module.name for module in modules() if module.room in WINGS and module.name.count(".") == 2}
    return {name for name in named & in_wings if not name.rpartition(".")[2].startswith("_")}


def test_a_plug_in_knows_no_other_plug_in_and_nobody_but_the_composition_root_knows_a_plug_in() -> None:
    found = plug_ins()
    assert {name.split(".")[1] for name in found} == set(WINGS), "every wing has one"
    for module in modules():
        known = set(imports(module.tree)) & found - {module.name}
        if module.name in {f"console.{wing}" for wing in WINGS}:
            assert all(name.startswith(f"{module.name}.") for name in known), module.name
        elif module.room not in ("app", "cli"):
            assert not known, f"{module.name} knows {sorted(known)}: it may see console.domain.ports"
