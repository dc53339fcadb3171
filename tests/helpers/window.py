"""The real window on a real store, with an engine that only lends its loop."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent

from console.domain.clock import ReplayClock
from console.domain.mention import Reason, ReasonKind
from console.services.desk import Desk
from console.store.database import Store
from console.ui.bridge import Bridge
from console.ui.query import Query
from console.ui.theme import Theme
from console.ui.window import MainWindow
from console.words import Words

ZONE = timezone(timedelta(hours=8))
STANDS_AT = int(datetime(2026, 11, 20, 14, 41, 7, tzinfo=ZONE).timestamp() * 1000)
"""When the story of :mod:`tests.helpers.desk` ends."""


class Idle:
    """An engine with nothing to do."""

    is_watching = True
    waiting = 12
    being_scored = 0
    store_lag = 0.1
    read = 0
    workers = 1

    def __init__(self) -> None:
        self._done = asyncio.Event()

    async def run(self) -> None:
        """Wait to be stopped."""
        await self._done.wait()

    def stop(self) -> None:
        """Stop waiting."""
        self._done.set()


async def explain(text: str) -> Sequence[Reason]:
    """Weigh clauses by their length: enough to be looked at."""
    clauses = [
        part for part in text.replace("？", "。").replace("，", "。").replace(".", "。").split("。") if part.strip()
    ]
    ranked = sorted(clauses, key=len, reverse=True)[:4]
    return [Reason(ReasonKind.CLAUSE, part.strip(), round(0.97 - 0.06 * n, 2)) for n, part in enumerate(ranked)]


@dataclass
class OpenDesk:
    """What stands behind an open window."""

    window: MainWindow
    store: Store
    bridge: Bridge
    query: Query
    clock: ReplayClock
    engine: Idle
    errors: list[tuple[str, object]] = field(default_factory=list)


@contextmanager
def open_desk(store: Store, clock: ReplayClock, words: Words, look: Theme, geometry: Path) -> Iterator[OpenDesk]:
    """Make the window, ready to begin; afterwards stop what runs, and close the store."""
    bridge, query, engine = Bridge(store.subscribe), Query(store.read), Idle()
    bridge.start(engine)
    window = MainWindow(
        words,
        look,
        query=query,
        bridge=bridge,
        desk=Desk(store, clock),
        clock=clock,
        explain=explain,
        engine_state=lambda: engine,
        store_path=store.path,
        geometry=geometry,
    )
    desk = OpenDesk(window, store, bridge, query, clock, engine)
    query.failed.connect(lambda key, error: desk.errors.append((key, error)))
    bridge.failed.connect(lambda error: desk.errors.append(("engine", error)))
    try:
        yield desk
    finally:
        window.pulse.end()
        window.close()
        bridge.stop()
        store.close()  # no thread may speak to an object that goes
        for gone in (query, bridge, window):
            gone.deleteLater()
            QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete.value)
