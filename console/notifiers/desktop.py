"""The notification of this machine's desktop: D-Bus on Linux, the system's own centre on Windows and macOS."""

import sys

from console.domain.clock import Clock
from console.domain.ports import Notifier, OnAnswer
from console.notifiers._notice import WordsFor


def make(words_for: WordsFor, on_answer: OnAnswer, clock: Clock) -> Notifier:
    """The desktop's notifier of this platform. Nothing is opened before the first notification."""
    if sys.platform == "linux":
        from console.notifiers._freedesktop import Freedesktop

        return Freedesktop(words_for, on_answer, clock)
    else:  # noqa: RET505  a type checker knows which branch a platform takes only where both are branches
        from console.notifiers._native import Native

        return Native(words_for, on_answer, clock)
