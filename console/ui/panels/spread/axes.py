"""Axes: where the ticks stand: whole posts upwards, round wall-clock times along."""

import math
from collections.abc import Callable
from datetime import datetime

from console.domain.clock import DAY, MINUTE, Instant

FEWEST = 4.0
"""The vertical axis reaches at least so high, so that one post never looks like a flood."""

_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10080)  # minutes
_APART = 64  # pixels between labels
_LABEL = 36  # pixels of a label


def upward(highest: float) -> tuple[float, list[float]]:
    """The top of the axis for values up to ``highest``, and its ticks from 0."""
    highest = max(highest, FEWEST)
    rough = highest / 4
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * part for part in (1, 2, 2.5, 4, 5, 10) if scale * part >= rough - 1e-9 and scale * part >= 1)
    if step != int(step):
        step = math.ceil(step)
    count = math.ceil(highest / step - 1e-9)
    return count * step, [i * step for i in range(count + 1)]


def along(
    since: Instant, until: Instant, pixel: float, local: Callable[[Instant], datetime | None]
) -> tuple[list[tuple[Instant, str]], list[Instant]]:
    """Labelled ticks and the small ones between them. ``pixel`` is the milliseconds of one; ``local`` tells local time.

    The first tick of a day names the day.
    """
    step = next((s for s in _STEPS if s * MINUTE / pixel >= _APART), _STEPS[-1]) * MINUTE
    offset = _offset(since, local)
    labelled: list[tuple[Instant, str]] = []
    at = since - (since + offset) % step + step
    while at <= until:
        moment = local(at)
        if moment is not None and (at - since) / pixel >= _LABEL / 2:
            is_midnight = (at + offset) % DAY == 0
            labelled.append((at, f"{moment:%m-%d}" if is_midnight else f"{moment:%H:%M}"))
        at += step
    small = [at + step // 2 for at, _ in labelled if at + step // 2 <= until]
    return labelled, small


def _offset(at: Instant, local: Callable[[Instant], datetime | None]) -> int:
    moment = local(at)
    shift = None if moment is None else moment.utcoffset()
    return 0 if shift is None else int(shift.total_seconds() * 1000)
