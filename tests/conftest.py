"""What every test may ask for, and what no test may do: reach beyond this machine, this home or this screen."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest

CHECKOUT = Path(__file__).resolve().parents[1]

# Before anything loads Qt: no window of a test appears on somebody's screen, with or without a display.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
# A forgotten `home` fixture must not touch a person's store, nor a forgotten private bus their notifications.
SESSION_HOME = tempfile.mkdtemp(prefix="crisis-console-tests-")
os.environ["CRISIS_CONSOLE_HOME"] = SESSION_HOME
CACHE = Path(SESSION_HOME, "cache")
CACHE.mkdir()
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"

hypothesis.settings.register_profile("house", deadline=None)  # two busy cores say nothing about our speed
hypothesis.settings.load_profile("house")

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
        raise RuntimeError(f"a test tried to reach {address[0]}: tests stay on the loopback")


sys.addaudithook(_stay_on_this_machine)


def pytest_unconfigure() -> None:
    """Clear away the session's home, in a worker too."""
    shutil.rmtree(SESSION_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout under test."""
    return CHECKOUT


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of recorded streams that is not part of the repository; the test is skipped where it is absent."""
    folder = Path(os.environ.get("CRISIS_CONSOLE_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("recorded streams are absent: name their folder in CRISIS_CONSOLE_DATA")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty profile: CRISIS_CONSOLE_HOME for this test and for the programs that it starts.

    Only its cache is shared by all tests: the scoring tables in it take seconds to make.
    """
    folder = tmp_path / "home"
    folder.mkdir()
    if os.name == "posix":
        (folder / "cache").symlink_to(CACHE)
    monkeypatch.setenv("CRISIS_CONSOLE_HOME", str(folder))
    return folder
