"""Supervise: run one source for ever, slower while it fails, and tell how it is heard."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

from console.domain.clock import Clock
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.errors import ConsoleError, Delayed, SourceDelayed
from console.domain.ports import Batch, Cursor, Source

LOG = logging.getLogger(__name__)

FIRST_RETRY, LONGEST_RETRY = 5.0, 300.0
"""Seconds under which the first retry falls, and under which every retry falls that the server did not ask for."""

FAILING_AFTER = 3
"""Failures in a row that turn the lamp from late to failing."""

PATIENCE = 120.0
"""Seconds that one reading of a polled source may take; a stream may be silent for as long as it likes."""

Put = Callable[[str, Batch], Awaitable[None]]
Tell = Callable[[SourceHealth], Awaitable[None]]


async def supervise(
    source: Source,
    cursor: Cursor,
    put: Put,
    tell: Tell,
    clock: Clock,
    rng: random.Random,
    *,
    ends: bool = False,
    patience: float = PATIENCE,
) -> ConsoleError | None:
    """Read ``source`` from ``cursor`` and ``put`` each batch, which may hold us back; wait ``next_after`` in between.

    Delayed: try again after the server's own wish or, if that is longer, a backoff with full jitter. A source that dies
    of a bug is restarted the same way. Refused: tell and stop; the refusal is returned. None: the source came to its
    end. ``ends``: it must come to an end (a file, a record), so nothing is tried again and every error is returned.
    """
    failures = 0
    is_hearing = False
    is_polled = False
    while True:
        batches = source.run(cursor)
        try:
            while isinstance(heard := await _next(source.name, batches, patience if is_polled else None), Batch):
                await put(source.name, heard)
                cursor, failures = heard.cursor, 0
                if not is_hearing:
                    is_hearing = True
                    await tell(SourceHealth(source.name, SourceLamp.HEARING, clock.now()))
                is_polled = heard.next_after is not None
                if heard.next_after is not None:
                    await _wait(clock, heard.next_after)
        finally:
            if isinstance(batches, AsyncGenerator):
                await batches.aclose()
        now = clock.now()
        if heard is None:
            await tell(SourceHealth(source.name, SourceLamp.STOPPED, now))
            return None
        if ends or not isinstance(heard, Delayed):
            await tell(SourceHealth(source.name, SourceLamp.REFUSED, now, heard.code, heard.fields))
            return heard
        failures += 1
        is_hearing = False
        pause = backoff(failures, heard.retry_after, rng)
        lamp = SourceLamp.LATE if failures < FAILING_AFTER else SourceLamp.FAILING
        await tell(SourceHealth(source.name, lamp, now, heard.code, heard.fields, now + round(pause * 1000)))
        await _wait(clock, pause)


def backoff(failures: int, retry_after: float | None, rng: random.Random) -> float:
    """Seconds to wait after so many failures in a row: full jitter under a doubling ceiling, never before asked to.

    Full jitter as in M. Brooker, 'Exponential Backoff and Jitter' (AWS Architecture Blog, 2015).
    """
    ceiling = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(failures - 1, 10))
    own = max(1.0, rng.uniform(0.0, ceiling))
    return own if retry_after is None else max(own, retry_after + rng.uniform(0.0, 1.0 + retry_after / 10))


async def _next(name: str, batches: AsyncIterator[Batch], patience: float | None) -> Batch | ConsoleError | None:
    """The next batch, None at the end, or what kept us from it."""
    guard = asyncio.timeout(patience)
    try:
        async with guard:
            return await anext(batches)
    except StopAsyncIteration:
        return None
    except ConsoleError as error:
        return error
    except Exception as bug:  # the one catch around a source: whatever a plug-in dies of, the watch goes on
        if guard.expired():
            return SourceDelayed("no_answer", seconds=patience)
        LOG.exception("a source died and is restarted", extra={"source": name})
        return SourceDelayed("source_died", error=type(bug).__name__)


async def _wait(clock: Clock, seconds: float) -> None:
    """Wait by the Clock, so that a suspended machine asks at once when it wakes, but never longer than it takes."""
    loop = asyncio.get_running_loop()
    at, over = clock.now() + round(seconds * 1000), loop.time() + seconds
    while (left := min(clock.until(at), over - loop.time())) > 0:  # noqa: ASYNC110 - no event tells of a clock's jump
        await asyncio.sleep(min(left, 5.0))
