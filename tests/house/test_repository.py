"""What a stranger's clone holds: nothing of the machine that it was written on, nothing unfinished."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.source import CHECKOUT

MACHINE = re.compile(r"(?<![\w.~)-])/(?:home|root|Users|work|farm|mnt|opt)/\w|(?<![\w.])/tmp/\w|[A-Z]:\\Users\\")
UNFINISHED = re.compile(r"\b(?:TO)DO\b|\bFIX(?:ME)\b|\bXX(?:X)\b|NotImplemented(?:Error)")


def tracked_texts() -> list[tuple[Path, str]]:
    """The text files that git knows, where there is git and a clone."""
    try:
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={CHECKOUT}", "ls-files", "-z"],
            cwd=CHECKOUT,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git and a clone")
    found = []
    for name in listed.decode().split("\0"):
        path = CHECKOUT / name
        if name and path.is_file() and path.suffix not in (".png", ".ico", ".mo", ".marshal", ".gz", ".npz"):
            found.append((path, path.read_text(encoding="utf-8")))
    return found


def test_no_file_names_a_place_of_one_machine() -> None:
    places = [f"{path.name}: {hit.group()}" for path, text in tracked_texts() for hit in MACHINE.finditer(text)]
    assert places == []


def test_nothing_is_left_for_later_in_the_program() -> None:
    left = [
        f"{path.name}: {hit.group()}"
        for path, text in tracked_texts()
        if path.suffix == ".py"
        for hit in UNFINISHED.finditer(text)
    ]
    assert left == []
