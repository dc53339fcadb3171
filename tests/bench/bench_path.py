"""The whole path but the scorer: processor time a mention, read to judged, at the pace of a crisis.

    python -m tests.bench.bench_path [POSTS]

A made-up stream of 1,000 posts a second in 200 conversations, three of them crises, goes through the engine as a
replay does, into a store that syncs every commit. Beside it, in the same run: bare ``executemany`` of as many rows.
"""

import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.domain.clock import ReplayClock
from console.pipeline.scoring import Scoring
from console.services.engine import Engine, Run
from console.sources.replay import Replay
from console.store.database import Store

TARGET, GOAL = 120.0, 80.0
A_SECOND = 1_000
CRISES = ("t3", "t40", "t90")


def stream(path: Path, posts: int) -> None:
    """Write a flood: conversations of uneven size, replies, several platforms."""
    rng = random.Random(4)
    start = datetime(2025, 3, 3, 4, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as out:
        for number in range(posts):
            at = start + timedelta(seconds=number / A_SECOND)
            thread = f"t{min(rng.randrange(200), rng.randrange(200))}"
            is_angry = rng.random() < (0.7 if thread in CRISES else 0.1)
            record = {
                "id": f"p{number}",
                "platform": rng.choice(("weibo", "weibo", "forum", "blog")),
                "author": f"u{rng.randrange(50_000)}",
                "author_followers": rng.choice((None, 120, 5_000)),
                "text": f"雪杉冰箱的门又关不上了，打了三次电话也没有人来，第{number}天" * rng.choice((1, 2, 4)),
                "published_at": (at - timedelta(seconds=rng.expovariate(0.1))).isoformat(),
                "arrived_at": at.isoformat(),
                "root_id": thread,
                "parent_id": thread,
                "sentiment": 0.1 if is_angry else 0.8,
            }
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def through_the_path(path: Path, folder: Path) -> tuple[float, float, int]:
    """Processor and wall seconds of the whole run, and posts stored."""
    source = Replay([path])
    clock = ReplayClock(source.first_at)
    store = Store.open(folder / "path.db", clock=clock)
    run = Run(recorded=True, ends=True, trust_sentiment=True, is_replay=True)
    engine = Engine(store, clock, Scoring(), extra=[source], run=run)
    cpu, wall = time.process_time(), time.perf_counter()
    asyncio.run(engine.run())
    spent = time.process_time() - cpu, time.perf_counter() - wall
    store.close()
    return *spent, engine.progress.stored


def bare(path: Path, folder: Path) -> float:
    """Wall seconds to write the same rows with nothing but executemany."""
    rows = [tuple(json.loads(line).values()) for line in path.read_text("utf-8").splitlines()]
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (a, b, c, d, e, f, g, h, i, j)")
    began = time.perf_counter()
    for start in range(0, len(rows), 500):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows[start : start + 500])
        connection.execute("COMMIT")
    spent = time.perf_counter() - began
    connection.close()
    return spent


def main() -> None:
    """Measure and print."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stream(folder / "flood.jsonl", posts)
        cpu, wall, stored = through_the_path(folder / "flood.jsonl", folder)
        plain = bare(folder / "flood.jsonl", folder)
    each = cpu / stored * 1e6
    print(f"posts stored             {stored:>10,}")
    print(f"processor time a mention {each:>10.0f} us   target {TARGET:.0f}, goal {GOAL:.0f}")
    print(f"whole path               {stored / wall:>10,.0f} posts/s")
    print(f"bare executemany         {stored / plain:>10,.0f} rows/s; the path reaches {plain / wall:.1%} of it")


if __name__ == "__main__":
    main()
