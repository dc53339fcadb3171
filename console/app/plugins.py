"""The concrete plug-ins: the only place that names them. Everybody else sees ``domain.ports``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from console import sources
from console.domain.clock import Clock
from console.domain.mention import Post
from console.domain.ports import Exporter, Notifier, OnAnswer, Source
from console.exporters import EXPORTERS
from console.notifiers import NOTIFIERS
from console.scorers import SCORERS
from console.sources._reading import Reading
from console.sources.file_import import FileImport
from console.sources.replay import Replay
from console.wire import Wire
from console.words import Words


def scorer(name: str) -> str:
    """Where a scorer's factory stands, for the scoring processes."""
    return SCORERS[name]


def replay_source(paths: Sequence[Path], batch: int, name: str = "replay") -> Replay:
    """Recorded streams, merged."""
    return Replay(paths, batch, name)


def file_source(path: Path, clock: Clock) -> Source:
    """One file of posts."""
    return FileImport(path, Reading(clock))


def source_options(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a source as they are kept: checked, and complete. Raises SettingRefused."""
    return asdict(sources.options_of(kind, given))


def live_source(name: str, kind: str, options: Mapping[str, Any], wire: Wire, clock: Clock) -> Source:
    """The source that a stored row describes."""
    return sources.make(kind, name, options, wire, clock)


async def sample_source(kind: str, options: Mapping[str, Any], wire: Wire, clock: Clock) -> list[Post]:
    """Read a source once, as it is set up: up to five posts. Raises ConsoleError."""
    return await sources.sample(sources.make(kind, "test", options, wire, clock))


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
