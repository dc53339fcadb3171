"""The one test command, `python3 -m console test [--all]`: everything that must hold before a change is kept."""

import subprocess
import sys
import time
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]
_STEPS = (
    ("ruff check", ("-m", "ruff", "check")),
    ("ruff format", ("-m", "ruff", "format", "--check")),
    ("mypy", ("-m", "mypy")),
    (
        "import contracts",
        ("-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"),
    ),
    ("pytest", ("-m", "pytest", "-n", "2", "--dist", "loadfile")),
)


def run(*, is_all: bool) -> int:
    """Run every step, the long tests too if `is_all`; say how each ended, and give 0 only if all held.

    Tests are no part of an installed package: there it says so and gives 2.
    """
    if not (_CHECKOUT / "tests").is_dir():
        print("crisis-console test: tests are run from a checkout: python3 -m console test", file=sys.stderr)
        return 2
    outcomes = []
    for name, command in _STEPS:
        also = ["-m", ""] if name == "pytest" and is_all else []
        print(f"── {name}", flush=True)
        begun = time.monotonic()
        code = subprocess.call([sys.executable, *command, *also], cwd=_CHECKOUT)
        outcomes.append((name, code, time.monotonic() - begun))
    print("──")
    for name, code, seconds in outcomes:
        print(f"{name:<18}{'ok' if code == 0 else f'FAILED ({code})':<14}{seconds:6.1f} s")
    return int(any(code for _, code, _ in outcomes))
