"""A process that plays a recorded stream into a store, again and again, so that it can be killed at any moment.

Everything is imported once; each order on standard input (``store<TAB>stream``) is played by a forked child. The child
says on standard output what was committed, after the commit: what it said is acknowledged and must survive.
"""

import asyncio
import os
import sys
from pathlib import Path

from console.domain.changes import Changes
from console.domain.clock import ReplayClock
from console.pipeline.scoring import Scoring
from console.services.engine import Engine, Run
from console.sources.replay import Replay
from console.store import mentions
from console.store.database import Store


def play(path: Path, stream: Path) -> None:
    """Play ``stream`` into the store at ``path``, saying what is safe."""
    source = Replay([stream], batch=16)
    clock = ReplayClock(source.first_at)
    store = Store.open(path, durable=True, clock=clock)
    clock.skip_to(store.read(mentions.newest_arrival).result() or source.first_at)

    def acknowledge(changes: Changes) -> None:
        if changes.mention is not None:
            os.write(1, f"mention {changes.mention}\n".encode())
        for incident in changes.incidents:
            os.write(1, f"incident {incident}\n".encode())

    store.subscribe(acknowledge)
    run = Run(recorded=True, ends=True, trust_sentiment=True, is_replay=True)
    asyncio.run(Engine(store, clock, Scoring(), extra=[source], run=run).run())
    store.close()


def main() -> None:
    """Fork one child per order; say its number, and when it is gone."""
    for order in sys.stdin:
        path, stream = (Path(part) for part in order.rstrip("\n").split("\t"))
        child = os.fork()
        if child == 0:
            try:
                play(path, stream)
            finally:
                os._exit(0)
        os.write(1, f"began {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
