"""From a plain checkout to a complete environment, with a small project of its own in the place of ours.

The project's parts come from a folder of wheels through pip's own configuration, so nothing is fetched.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from console import bootstrap

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks about Linux")

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "crisis-console"
version = "0"
dependencies = [{dependencies}]

[project.optional-dependencies]
test = []
"""

# An in-tree build backend, since an isolated build could not fetch one: it installs the project's dependencies.
BACKEND = """
import tomllib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    with open("pyproject.toml", "rb") as file:
        needs = tomllib.load(file)["project"]["dependencies"]
    metadata = "Metadata-Version: 2.1\\nName: crisis-console\\nVersion: 0\\nProvides-Extra: test\\n"
    metadata += "".join(f"Requires-Dist: {need}\\n" for need in needs)
    name = "crisis_console-0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("crisis_console-0.dist-info/METADATA", metadata)
        tag = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr("crisis_console-0.dist-info/WHEEL", tag)
        wheel.writestr("crisis_console-0.dist-info/RECORD", "")
    return name
"""

# What the command line is to the bootstrap: something that can run once the environment is complete.
COMMAND_LINE = """
import json, sys

def main():
    import lamp
    print(json.dumps({"prefix": sys.prefix, "arguments": sys.argv[1:], "lamp": lamp.VERSION}))
    return 7
"""


@dataclass
class Checkout:
    """A stranger's clone of a small project that needs the distribution `lamp`."""

    root: Path
    wheels: Path
    environment: dict[str, str] = field(default_factory=dict)

    def offer(self, version: str) -> None:
        """Put a release of `lamp` where pip finds it."""
        with zipfile.ZipFile(self.wheels / f"lamp-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr("lamp.py", f"VERSION = {version!r}\n")
            wheel.writestr(
                f"lamp-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: lamp\nVersion: {version}\n"
            )
            wheel.writestr(
                f"lamp-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"lamp-{version}.dist-info/RECORD", "")

    def need(self, requirement: str) -> None:
        """Write the pyproject that needs this."""
        (self.root / "pyproject.toml").write_text(PROJECT.format(dependencies=f'"{requirement}"'))

    def start(self, *arguments: str, python: str = sys.executable) -> "subprocess.Popen[str]":
        """Type `python3 -m console ...` in the checkout."""
        return subprocess.Popen(
            [python, "-m", "console", *arguments],
            cwd=self.root,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, python: str = sys.executable) -> tuple[int, str, str]:
        """The exit code, stdout and stderr of a start."""
        with self.start(*arguments, python=python) as process:
            out, err = process.communicate()
            return process.returncode, out, err

    @property
    def venv(self) -> Path:
        """The environment that the bootstrap makes."""
        return self.root / ".venv"

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


@pytest.fixture
def clone(tmp_path: Path, checkout: Path) -> Checkout:
    """The small project, with `lamp` 1.0 on offer and needed."""
    root, wheels = tmp_path / "clone", tmp_path / "wheels"
    (root / "console").mkdir(parents=True)
    wheels.mkdir()
    for name in ("__init__.py", "__main__.py", "bootstrap.py"):
        shutil.copy(checkout / "console" / name, root / "console" / name)
    (root / "console" / "cli.py").write_text(COMMAND_LINE)
    (root / "backend.py").write_text(BACKEND)
    pip = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": os.devnull,
        "LANG": "C",
        "LC_ALL": "C",
    }
    made = Checkout(root, wheels, pip)
    made.offer("1.0")
    made.need("lamp>=1,<2")
    return made


def answer(out: str) -> dict[str, object]:
    """The one JSON line that the command line printed."""
    (line,) = out.splitlines()
    return dict(json.loads(line))


def test_the_first_start_makes_an_environment_and_later_ones_keep_it(clone: Checkout) -> None:
    Path(clone.python).parent.mkdir(parents=True)
    Path(clone.python).touch()  # a broken one stands in the way
    first, second = clone.start("replay", "a b"), clone.start("replay", "a b")
    with first, second:
        told = [process.communicate() for process in (first, second)]
    assert [first.returncode, second.returncode] == [7, 7], told
    for out, _ in told:
        assert answer(out) == {"prefix": str(clone.venv), "arguments": ["replay", "a b"], "lamp": "1.0"}
    assert sorted("Preparing" in err for _, err in told) == [False, True], "one of two at once makes it"

    code, out, err = clone.run("replay")
    assert (code, answer(out)["prefix"], err) == (7, str(clone.venv), "")

    code, out, err = clone.run("replay", python=clone.python)
    assert (code, err) == (7, ""), "a complete environment is left alone"

    clone.offer("1.5")
    clone.need("lamp>=1.2,<2")
    code, out, err = clone.run("replay")
    assert (code, answer(out)["lamp"]) == (7, "1.5"), err

    (clone.venv / "crisis-console.json").unlink()  # as somebody's own environment has none
    (clone.venv / "mine").touch()
    subprocess.run([clone.python, "-m", "pip", "uninstall", "-q", "-y", "lamp"], check=True, capture_output=True)
    code, out, err = clone.run("replay", python=clone.python)
    assert (code, answer(out)["lamp"]) == (7, "1.5"), err
    assert (clone.venv / "mine").exists()


def test_an_environment_left_half_made_is_made_anew(clone: Checkout) -> None:
    clone.need("lamp>=3")
    code, out, err = clone.run("replay")
    assert (code, out) == (1, "")
    assert "pip could not install what is needed" in err
    assert Path(clone.python).exists()

    (clone.venv / "left-behind").touch()
    clone.need("lamp")
    code, out, err = clone.run("replay")
    assert (code, answer(out)["prefix"]) == (7, str(clone.venv)), err
    assert "making it anew" in err
    assert not (clone.venv / "left-behind").exists()


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["replay", "--help"]])
def test_questions_need_no_environment(clone: Checkout, words: list[str]) -> None:
    (clone.root / "console" / "cli.py").write_text("import sys\ndef main():\n    print(*sys.argv[1:])\n    return 0\n")
    assert clone.run(*words) == (0, " ".join(words) + "\n", "")
    assert not clone.venv.exists()


def test_an_installed_package_never_bootstraps(clone: Checkout) -> None:
    (clone.root / "pyproject.toml").unlink()
    (clone.root / "console" / "cli.py").write_text("import sys\ndef main():\n    return len(sys.argv[1:])\n")
    assert clone.run("demo", "--yes") == (2, "", "")
    assert not clone.venv.exists()


def test_a_checkout_that_cannot_be_written_to_is_named(clone: Checkout) -> None:
    (clone.root / ".venv.lock").mkdir()
    code, out, err = clone.run("replay")
    assert (code, out) == (1, "")
    assert ".venv.lock" in err
    assert "Traceback" not in err


# ── what an interpreter has ─────────────────────────────────────────────────────────────────────


def test_every_requirement_of_ours_is_understood(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert bootstrap.requirements([]) == project["dependencies"]
    wanted = bootstrap.requirements(["test"])
    assert set(wanted) > set(project["dependencies"])
    assert bootstrap.lacking(wanted) == [], "the tests run in a complete environment"


def test_absence_bounds_and_markers() -> None:
    elsewhere = "win32" if sys.platform == "linux" else "linux"
    assert bootstrap.lacking(["no-such-distribution>=1"]) == ["no-such-distribution>=1"]
    assert bootstrap.lacking(["pytest>=999"]) == ["pytest>=999"]
    assert bootstrap.lacking(["pytest", f"no-such-distribution; sys_platform == '{elsewhere}'"]) == []
    assert bootstrap.lacking([f"no-such-distribution; sys_platform != '{elsewhere}'"]) != []
    with pytest.raises(ValueError, match="not understood"):
        bootstrap.lacking(["pytest; python_version < '4'"])


releases = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
bounds = st.tuples(st.sampled_from(["==", "!=", ">=", "<=", "<", ">"]), releases).map("".join)


@given(version=releases, limits=st.lists(bounds, min_size=1, max_size=3).map(",".join))
def test_bounds_mean_what_they_mean_to_pip(version: str, limits: str) -> None:
    assert bootstrap.within(version, limits) == SpecifierSet(limits).contains(version)


def test_interpreters_of_long_ago_can_read_the_doors(checkout: Path) -> None:
    """Python 2.7 and 3.6 are to say what they need, not to fail at a word that they do not know."""
    late = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal, ast.Match)
    for name in ("__init__.py", "__main__.py", "bootstrap.py"):
        text = (checkout / "console" / name).read_text(encoding="utf-8")
        assert text.isascii() or text.startswith("# -*- coding: utf-8 -*-"), name
        for node in ast.walk(ast.parse(text, feature_version=(3, 6))):
            assert not isinstance(node, late), f"{name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.FunctionDef):
                words = node.args
                modern = [
                    words.kwonlyargs,
                    words.posonlyargs,
                    node.returns,
                    [word for word in words.args if word.annotation],
                ]
                assert not any(modern), f"{name}: {node.name}"
            if isinstance(node, ast.Raise):
                assert node.cause is None, f"{name}:{node.lineno}"


# ── the system's libraries ──────────────────────────────────────────────────────────────────────


@needs_linux
def test_all_that_keeps_a_library_from_loading_is_named(tmp_path: Path, checkout: Path) -> None:
    from PySide6 import QtCore

    plugin = Path(QtCore.__file__).parent / "Qt" / "plugins" / "platforms" / "libqoffscreen.so"
    alone = shutil.copy(plugin, tmp_path)  # away from the libraries that it stands beside
    program = "import sys; from console import bootstrap; print(*bootstrap.unresolved(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", program, alone], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert {"libQt6Core.so.6", "libQt6Gui.so.6"} <= set(done.stdout.split())


@needs_linux
def test_a_machine_that_runs_these_tests_lacks_no_library_of_qt() -> None:
    assert [name for name in bootstrap.probed(sys.executable, ["offscreen"]) if name != bootstrap.FONT] == []


@pytest.mark.parametrize(
    ("missing", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("Xvfb", "xvfb"),
        ("dunst", "dunst"),
    ],
)
def test_what_is_missing_is_asked_for_by_its_debian_name(missing: str, package: str) -> None:
    assert bootstrap.package(missing) == package


INSTALL = (
    "import os, sys; from console import bootstrap; "
    "print(bootstrap.install(['libegl1', 'libgl1'], 'This machine lacks x.', {agreed}))"
)
LINE = "apt-get install --yes --no-install-recommends libegl1 libgl1"


@dataclass
class Machine:
    """A machine whose apt-get and sudo write down what they are told."""

    folder: Path
    checkout: Path
    python: str
    uid: int

    def ask(self, *, agreed: bool = False, typed: str | None = None) -> tuple[str, str, list[str]]:
        """What `install` answers and says, and what apt-get was told, with a terminal if something is typed there."""
        import pty  # which Windows has not

        told = self.folder / "told"
        told.write_text("")
        told.chmod(0o666)
        keyboard, terminal = pty.openpty()
        if typed is not None:
            os.write(keyboard, typed.encode())
        try:
            done = subprocess.run(
                [self.python, "-c", INSTALL.format(agreed=agreed)],
                stdin=terminal if typed is not None else subprocess.DEVNULL,
                env={"PATH": f"{self.folder}:/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(self.checkout)},
                user=self.uid if self.uid != os.geteuid() else None,
                cwd="/",
                capture_output=True,
                text=True,
                check=True,
            )
        finally:
            os.close(keyboard)
            os.close(terminal)
        return done.stdout.strip(), done.stderr, told.read_text().splitlines()


def machine(place: Path, checkout: Path, python: str, uid: int) -> Machine:
    """A machine on which somebody of that uid starts the console."""
    folder = place / "bin"
    folder.mkdir()
    for name, body in {"apt-get": 'echo "apt-get $*" >> "$(dirname "$0")/told"', "sudo": 'exec "$@"'}.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return Machine(folder, checkout, python, uid)


@pytest.fixture
def root(tmp_path: Path, checkout: Path) -> Machine:
    """Root's machine."""
    if os.geteuid() != 0:
        pytest.skip("needs to be root")
    return machine(tmp_path, checkout, sys.executable, 0)


@pytest.fixture
def person(tmp_path: Path, checkout: Path) -> Iterator[Machine]:
    """The machine of somebody who is not root."""
    if os.geteuid() != 0:
        yield machine(tmp_path, checkout, sys.executable, os.geteuid())
        return
    public = shutil.which("python3", path="/usr/bin:/bin")
    if public is None:
        pytest.skip("needs an interpreter that everybody may run")
    with tempfile.TemporaryDirectory() as folder:  # nobody may enter what pytest makes
        place = Path(folder)
        place.chmod(0o755)
        (place / "console").mkdir()
        for name in ("__init__.py", "bootstrap.py"):
            shutil.copy(checkout / "console" / name, place / "console" / name)
        yield machine(place, place, public, 65534)


@needs_linux
def test_root_without_a_terminal_installs_by_one_announced_line(root: Machine) -> None:
    answered, said, told = root.ask()
    assert (answered, told) == ("True", ["apt-get update", LINE])
    assert "This machine lacks x." in said
    assert LINE in said


@needs_linux
def test_nobody_is_installed_upon_unasked(person: Machine) -> None:
    answered, said, told = person.ask()
    assert (answered, told) == ("False", [])
    assert f"sudo {LINE}" in said


@needs_linux
@pytest.mark.parametrize(("typed", "agrees"), [("y\n", True), ("yes\n", True), ("n\n", False), ("\n", False)])
def test_somebody_at_a_terminal_is_asked(root: Machine, typed: str, agrees: bool) -> None:
    answered, said, told = root.ask(typed=typed)
    assert (answered == "True", told == ["apt-get update", LINE]) == (agrees, agrees)
    assert LINE in said


@needs_linux
def test_yes_agrees_in_advance(person: Machine) -> None:
    answered, _, told = person.ask(agreed=True)
    assert (answered, told) == ("True", ["apt-get update", LINE])


def test_the_sentence_for_an_old_interpreter_names_the_need(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    newer = tmp_path / "python3.13"
    newer.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert re.match(r"Python 3\.11 or newer is needed; .* Type python3\.13 in place of python3\.", bootstrap.too_old())
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "需要 Python 3.11" in bootstrap.too_old()
