"""How the program starts: at once, and with no more than a command needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"PySide6", "pyqtgraph", "numpy", "snownlp", "httpx", "sqlite_utils"}
SCREEN = {"PySide6", "pyqtgraph"}

LOADED = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr))
from console import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def loaded_by(checkout: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit status of a command, and the top-level modules that its process had loaded at its end."""
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["replay", "--help"], ["demo", "--help"]])
def test_a_question_loads_the_standard_library_alone(checkout: Path, arguments: list[str]) -> None:
    status, loaded = loaded_by(checkout, *arguments)
    assert status == 0
    assert loaded & HEAVY == set()


def test_a_headless_command_loads_no_screen_and_no_process_of_ours_the_scorer(checkout: Path, tmp_path: Path) -> None:
    stream = tmp_path / "stream.jsonl"
    post = {"id": "1", "platform": "weibo", "author": "a", "text": "这台冰箱漏电,客服不理人,太失望了"}
    lines = [json.dumps(post | {"id": str(n), "published_at": f"2026-03-01T08:00:{n:02}+08:00"}) for n in range(20)]
    stream.write_text("\n".join(lines), encoding="utf-8")
    status, loaded = loaded_by(
        checkout, "replay", str(stream), "--store", str(tmp_path / "s.db"), "--json", str(tmp_path / "out.json")
    )
    assert status == 0
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["mentions"]["stored"] == 20
    assert loaded & (SCREEN | {"snownlp"}) == set()
    for command in (["verify", str(tmp_path / "s.db")], ["source", "list"], ["monitor", "list"], ["contact", "list"]):
        status, loaded = loaded_by(checkout, *command)
        assert status == 0, command
        assert loaded & (SCREEN | {"snownlp"}) == set(), command


def test_the_version_is_said_before_one_looks_up(checkout: Path) -> None:
    """Under 150 ms are promised. Counted in the processor's time, beyond what a bare interpreter takes to start."""

    def least(*words: str) -> float:
        costs = []
        for _ in range(5):
            before = os.times()
            subprocess.run([sys.executable, *words], cwd=checkout, capture_output=True, check=True)
            after = os.times()
            costs.append(sum(after[2:4]) - sum(before[2:4]))  # user and system time of children
        return min(costs)

    assert least("-m", "console", "--version") < least("-c", "pass") + 0.1
