"""A private X screen, the programs on it, and the hand that types and clicks there."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass
class Screen:
    """A screen of its own number; ``environment`` is what its programs find."""

    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """What a program of that session says; nothing, where it fails."""
        ran = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        return ran.stdout if ran.returncode == 0 else ""

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Move the pointer there and press."""
        self.run("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def type(self, text: str) -> None:
        """Type with the keyboard, wherever it is heard."""
        self.run("xdotool", "type", text)

    def press(self, key: str) -> None:
        """Press a key by its X name."""
        self.run("xdotool", "key", key)


@contextlib.contextmanager
def started(command: Sequence[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A program for the length of a block."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def a_screen(environment: Mapping[str, str]) -> Iterator[Screen]:
    """Xvfb under a number that is free. It does not begin anew whenever its last client has left."""
    reader, writer = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(writer,),
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield Screen({**environment, "DISPLAY": f":{number}"})
    finally:
        process.terminate()
        process.wait(10)


def wait_for(what: Callable[[], bool], within: float = 20.0) -> None:
    """Until it is so."""
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end, f"it did not come true within {within} s"
        time.sleep(0.02)
