"""What a stranger's clone holds: nothing of the machine that it was written on, nothing unfinished."""

import re
import subprocess
from pathlib import Path

from tests.house.source import CHECKOUT

MACHINE = re.compile(r"(?<![\w.~)-])/(?:home|root|Users|work|farm|mnt|opt)/\w|(?<![\w.])/tmp/\w|[A-Z]:\\Users\\")
UNFINISHED = re.compile(r"\b(?:TO)DO\b|\bFIX(?:ME)\b|\bXX(?:X)\b|NotImplemented(?:Error)")


BINARY = {".png", ".ico", ".mo", ".marshal", ".gz", ".npz", ".pyc"}


def names() -> list[str]:
    """The files that git knows; where there is no git, the files of the tree."""
    try:
        command = ["git", "-c", f"safe.directory={CHECKOUT}", "ls-files", "-z"]
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        tree = (path.relative_to(CHECKOUT) for path in CHECKOUT.rglob("*"))
        return [str(path) for path in tree if not path.parts[0].startswith(".") and "__pycache__" not in path.parts]


def texts() -> list[tuple[Path, str]]:
    """The text files of the repository."""
    paths = [CHECKOUT / name for name in names() if name]
    return [(path, path.read_text(encoding="utf-8")) for path in paths if path.is_file() and path.suffix not in BINARY]


def test_no_file_names_a_place_of_one_machine() -> None:
    places = [f"{path.name}: {hit.group()}" for path, text in texts() for hit in MACHINE.finditer(text)]
    assert places == []


def test_nothing_is_left_for_later_in_the_program() -> None:
    left = [
        f"{path.name}: {hit.group()}"
        for path, text in texts()
        if path.suffix == ".py"
        for hit in UNFINISHED.finditer(text)
    ]
    assert left == []
