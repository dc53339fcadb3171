"""What the screen shows of the engine, and how fast it reads."""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

from console.domain.clock import MINUTE, Instant


class EngineState(Protocol):
    """How the engine is doing: posts read in all, waiting to be judged, seconds of the last commit, processes."""

    @property
    def is_watching(self) -> bool:
        """Whether the path runs."""
        ...

    @property
    def waiting(self) -> int:
        """Posts that were read and are not judged yet."""
        ...

    @property
    def being_scored(self) -> int:
        """Posts that a scoring process has in hand."""
        ...

    @property
    def store_lag(self) -> float:
        """Seconds the last commit took."""
        ...

    @property
    def read(self) -> int:
        """Posts read since the start."""
        ...

    @property
    def workers(self) -> int:
        """Scoring processes."""
        ...


@dataclass(slots=True)
class _Sample:
    at: Instant
    read: int


class ReadRate:
    """Posts read per minute, over the last minute or what there is of it."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque()

    def take(self, at: Instant, read: int) -> float | None:
        """Take a sample; posts per minute, None while there is nothing to compare with."""
        if self._samples and (read < self._samples[-1].read or at < self._samples[-1].at):
            self._samples.clear()
        self._samples.append(_Sample(at, read))
        while len(self._samples) > 2 and self._samples[1].at <= at - MINUTE:
            self._samples.popleft()
        first = self._samples[0]
        if at == first.at:
            return None
        return (read - first.read) * MINUTE / (at - first.at)
