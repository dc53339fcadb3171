"""The card under a real window manager: what somebody is typing elsewhere never lands on it."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.screen import Screen, a_screen, started, wait_for

MISSING = [name for name in ("Xvfb", "openbox", "xdotool") if shutil.which(name) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

CHECKOUT = Path(__file__).resolve().parents[2]

_PROGRAM = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit
from console.ui import theme
from console.ui.card import Card
from tests.gui.test_card import a_face

def tell(**told):
    print(json.dumps(told), flush=True)

app = QApplication([])
look = theme.theme("dark", "en")
theme.apply(app, look)
if sys.argv[1] == "editor":
    editor = QLineEdit()
    editor.setWindowTitle("editor")
    editor.textChanged.connect(lambda text: tell(typed=text))
    editor.setGeometry(50, 50, 200, 40)
    editor.show()
    QTimer.singleShot(0, lambda: tell(ready=True))
else:
    card = Card(look)
    card.acknowledged.connect(lambda incident, by: tell(acknowledged=incident))
    card.seen.connect(lambda notification: tell(seen=notification))
    card.show_faces([a_face(1), a_face(2)])
    QTimer.singleShot(300, lambda: tell(ready=True))
app.exec()
"""


class Program:
    """A program on the screen, and what it has told."""

    def __init__(self, screen: Screen, name: str) -> None:
        self.told: list[dict[str, Any]] = []
        environment = {**screen.environment, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(CHECKOUT)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, name],
            env=environment,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        wait_for(lambda: {"ready": True} in self.told or self._process.poll() is not None)
        if self._process.poll() is not None:
            pytest.skip("Qt cannot draw on an X screen here")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.told.append(json.loads(line))

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._listener.join(5)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    with a_screen(environment) as screen, started(["openbox"], screen.environment):
        wait_for(
            lambda: (
                "openbox" in screen.run("xdotool", "get_desktop").lower() or screen.run("xdotool", "get_desktop") != ""
            )
        )
        yield screen


def active(screen: Screen) -> str:
    return screen.run("xdotool", "getactivewindow", "getwindowname").strip()


def test_it_comes_without_taking_the_keyboard_and_listens_once_clicked(screen: Screen) -> None:
    with Program(screen, "editor") as editor:
        screen.click(100, 70)
        wait_for(lambda: active(screen) == "editor")
        with Program(screen, "card") as card:
            screen.type("abc")
            screen.press("Return")
            wait_for(lambda: {"typed": "abc"} in editor.told)
            assert card.told == [{"ready": True}]
            assert active(screen) == "editor"
            screen.click(600, 470)
            wait_for(lambda: active(screen) == "Critical: Cold room 1")
            screen.press("Right")
            screen.press("Return")
            wait_for(lambda: {"acknowledged": 2} in card.told)
            assert card.told[1:] == [{"seen": "1-2-1"}, {"seen": "2-2-1"}, {"acknowledged": 2}]
            screen.click(100, 70)
            wait_for(lambda: active(screen) == "editor")
            screen.type("d")
            wait_for(lambda: {"typed": "abcd"} in editor.told)
