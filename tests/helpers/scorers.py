"""Scorers for tests of the scoring service: real plug-ins, made in real processes, that do what a text says."""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.domain.mention import Label, Reason, ReasonKind, Sentiment, label_of


class Obedient:
    """Judges by length; a text may order ``!die``, ``!hang``, ``!raise``, ``!stop`` or ``!nap``.

    With ``diary`` in its options it writes down the size of every batch, one a line.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._diary = Path(options["diary"]) if "diary" in options else None
        self._pace = float(options.get("pace", 0.0))
        self.version = "obedient-1"

    def score(self, texts: Sequence[str]) -> list[Sentiment]:
        if self._diary is not None:
            with self._diary.open("a") as diary:
                diary.write(f"{len(texts)}\n")
        return [self._judge(text) for text in texts]

    def explain(self, text: str) -> list[Reason]:
        self._judge(text)
        return [Reason(ReasonKind.WORD, text, 0.5)]

    def _judge(self, text: str) -> Sentiment:
        time.sleep(self._pace)
        if "!die" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "!hang" in text:
            while True:
                time.sleep(60)
        if "!stop" in text:
            os.kill(os.getpid(), signal.SIGSTOP)
        if "!raise" in text:
            raise ValueError(text)
        if "!modules" in text:
            return Sentiment(0.5, 0.5, None, 0.0, " ".join(sorted(sys.modules)))
        if "!pid" in text:
            return Sentiment(0.5, 0.5, None, 0.0, f"{os.getpid()} {os.getpriority(os.PRIO_PROCESS, 0)}")
        negative = len(text) % 10 / 10
        return Sentiment(1 - negative, negative, Label.NEUTRAL, 0.5, self.version)


def obedient(options: Mapping[str, Any]) -> Obedient:
    return Obedient(options)


def broken(options: Mapping[str, Any]) -> Obedient:
    """A scorer whose model is damaged."""
    raise RuntimeError("the model is damaged")


def stillborn(options: Mapping[str, Any]) -> Obedient:
    """A scorer whose process dies before it is made, as for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def frail(options: Mapping[str, Any]) -> Obedient:
    """A scorer whose process dies while it is made, the first time."""
    mark = Path(options["mark"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Obedient(options)


class Masking(Obedient):
    """Judges a text negative when it holds one of the names it was told to mask."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__({})
        self._names = tuple(options["masks"])

    def _judge(self, text: str) -> Sentiment:
        super()._judge(text)
        negative = float(any(name in text for name in self._names))
        return Sentiment(1 - negative, negative, label_of(1 - negative, negative), 0.5, self.version)


def masking(options: Mapping[str, Any]) -> Masking:
    return Masking(options)
