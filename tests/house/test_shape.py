"""The size and the names of what we write."""

from tests.house.source import CHECKOUT, modules


def test_a_module_is_one_idea_and_never_500_lines() -> None:
    assert {module.name: module.lines for module in modules() if module.lines > 500} == {}


def test_no_module_is_named_for_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "base"}
    assert [module.name for module in modules() if nothing & set(module.name.split("."))] == []


def test_every_unit_test_mirrors_a_module() -> None:
    """tests/unit/store/test_mentions.py speaks of console/store/mentions.py, or of the room console/store."""
    rooms = {module.name.removeprefix("console").strip(".") for module in modules()}
    for path in sorted((CHECKOUT / "tests" / "unit").rglob("test_*.py")):
        folder = ".".join(path.relative_to(CHECKOUT / "tests" / "unit").parts[:-1])
        assert folder in rooms, f"{path.name}: there is no console/{folder.replace('.', '/')}"
