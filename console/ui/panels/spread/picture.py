"""Picture: everything one drawing of the plot needs, made of plain values, so that drawing asks nobody."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from console.domain.clock import Instant
from console.domain.rule import Level
from console.ui.panels.spread.series import Bars, Floats

_EMPTY = np.empty(0)


class MarkKind(Enum):
    """An alert stands on the upper rail, an event and the words over a gap on the lower one; a gap has no line."""

    ALERT = "alert"
    EVENT = "event"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on a rail above the plot, with a line down through it; ``level`` is an alert's."""

    at: Instant
    kind: MarkKind
    text: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The threshold that is drawn: posts per minute, what the margin says, and the level it leads to."""

    rate: float
    text: str
    level: Level


@dataclass(frozen=True, slots=True)
class Picture:
    """What the plot shows. ``blind`` are the times in which something was not heard. ``is_burning``: a rule fires."""

    bars: Bars
    line: tuple[Floats, Floats] = (_EMPTY, _EMPTY)
    band: tuple[Floats, Floats, Floats] | None = None
    band_text: str = ""
    blind: tuple[tuple[Instant, Instant], ...] = ()
    marks: tuple[Mark, ...] = ()
    limit: Limit | None = None
    is_burning: bool = False

    def highest(self, since: Instant, until: Instant) -> float:
        """The highest of what is drawn between two instants, posts per minute."""
        times, values = self.line
        seen = values[(times >= since) & (times <= until)]
        line = float(np.nanmax(seen)) if seen.size and not np.isnan(seen).all() else 0.0
        usual = 0.0 if self.band is None else float(self.band[2].max(initial=0.0))
        limit = 0.0 if self.limit is None else self.limit.rate
        return max(self.bars.highest(since, until), line, usual, limit)
