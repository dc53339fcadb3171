"""The concrete plug-ins: the only place that names them. Everybody else sees ``domain.ports``."""

from collections.abc import Callable, Sequence
from pathlib import Path

from console.domain.clock import Clock
from console.domain.ports import Exporter, Notifier, OnAnswer
from console.exporters import EXPORTERS
from console.notifiers import NOTIFIERS
from console.scorers import SCORERS
from console.sources.replay import Replay
from console.words import Words


def scorer(name: str) -> str:
    """Where a scorer's factory stands, for the scoring processes."""
    return SCORERS[name]


def replay_source(paths: Sequence[Path], batch: int) -> Replay:
    """Recorded streams, merged."""
    return Replay(paths, batch)


def exporter(suffix: str) -> Exporter:
    """The exporter of a format; times are shown in this machine's zone."""
    return EXPORTERS[suffix](None)


def notifiers(own: Callable[[], Words], on_answer: OnAnswer, clock: Clock) -> list[Notifier]:
    """Every channel to a contact, each speaking the contact's language, or else the desk's ``own`` of the moment."""
    spoken: dict[str, Words] = {}

    def words_for(language: str | None) -> Words:
        if language is None:
            return own()
        return spoken.setdefault(language, Words(language))

    return [make(words_for, on_answer, clock) for make in NOTIFIERS]
