"""The composition root: it alone knows every room. One function per command builds what the command needs."""

import argparse
import locale
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from console import log
from console import settings as machine
from console.domain.errors import ConsoleError
from console.words import Words


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: what was asked, by whom (their folders and settings), and in which language to answer."""

    asked: argparse.Namespace
    home: machine.Home
    settings: machine.Settings
    words: Words


_COMMANDS = {
    "desk": "desk:desk",
    "demo": "demo:demo",
    "run": "headless:watch",
    "replay": "headless:replay",
    "import": "headless:take_in",
    "score": "headless:score",
    "export": "headless:export",
    "verify": "headless:verify",
    "source": "watchlist:source",
    "monitor": "watchlist:monitor",
    "contact": "watchlist:contact",
}
"""Where each command is made. Only the one that was asked for is imported: headless commands never see Qt."""

_LASTING = ("desk", "demo", "run")
"""Commands that keep a log file; the others speak on standard error."""


def run(asked: argparse.Namespace) -> int:
    """Run the command that was asked for; the exit status. What a person must know is said in their language."""
    name: str = asked.command or "desk"
    words = Words(language(machine.Settings()))
    try:
        home = machine.home()
        settings = machine.load(home.settings)
        words = Words(getattr(asked, "lang", None) or language(settings))
        if name in _LASTING:
            log.to_file(home.logs)
        else:
            log.to_stderr()
        module, function = _COMMANDS[name].split(":")
        command: Callable[[Call], int] = getattr(import_module(f"console.app.{module}"), function)
        return command(Call(asked, home, settings, words))
    except ConsoleError as error:
        print(words.error(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def language(settings: machine.Settings) -> str:
    """The language to speak: as set, else the system's where that is English, else Chinese."""
    if settings.language != "system":
        return settings.language
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    # Python takes a system that names no language at all for an American one.
    spoken = next(filter(None, named), "") if os.name == "posix" else locale.getlocale()[0] or ""
    return "en" if spoken.lower().startswith("en") else "zh_CN"
