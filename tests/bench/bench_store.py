"""How fast the store takes mentions in and gives them back, beside the limit of SQLite itself in the same run.

    python -m tests.bench.bench_store [mentions]

Ratios are what counts: absolute numbers move with the machine.
"""

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from console.domain.clock import DAY, MINUTE
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import ConversationId, Label, Post, given_sentiment
from console.domain.monitor import MonitorId
from console.domain.ports import Cursor
from console.store import conversations, mentions
from console.store.database import Store
from console.store.mentions import ScoredPost
from console.store.rows import FIELDS

NOON = 1_740_974_400_000
WORDS = "门关不上了客服电话打不通三年前买的冰柜陆续都坏了再也不买这个牌子谁来管一管退款维修道歉".encode("utf-16-le")


def stream(count: int, seed: int = 1) -> Iterator[ScoredPost]:
    """Mentions like those of a brand's monitor: threads of 300 on average, four in ten bare, ten a second."""
    dice = random.Random(seed)
    for number in range(count):
        root = f"root-{dice.randrange(max(1, count // 300))}"
        start = dice.randrange(0, len(WORDS) - 40, 2)
        text = WORDS[start : start + 40].decode("utf-16-le") * 4
        at = NOON + number * 100
        post = Post(
            platform=dice.choice(("weibo", "weibo", "weibo", "zhihu")),
            external_id=f"{number:012d}",
            author=f"author-{dice.randrange(20_000)}",
            text=text[:86],
            published_at=at - dice.randrange(60_000),
            author_followers=dice.randrange(10_000) if dice.random() < 0.3 else None,
            root_id=root,
            parent_id=f"{dice.randrange(number + 1):012d}",
            url=f"https://example.org/{number}",
            arrived_at=at,
        )
        is_bare = dice.random() < 0.4
        yield ScoredPost("stream", post, (MonitorId(1),), None if is_bare else given_sentiment(dice.random()))


def batches(items: Iterable[ScoredPost], size: int) -> Iterator[list[ScoredPost]]:
    """Cut a stream."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


class Raw:
    """The limit: executemany into a table without any index."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._connection.execute(f"CREATE TABLE mention ({', '.join(FIELDS)})")
        self._statement = f"INSERT INTO mention VALUES ({', '.join('?' * len(FIELDS))})"

    def prepare(self, batch: Sequence[ScoredPost]) -> list[tuple[Any, ...]]:
        """A batch as rows."""
        said = (0.1, 0.9, "negative", 0.8, "given", None, None)
        return [
            (number, one.source, one.post.root_id, None, *(getattr(one.post, name) for name in Post.__slots__), *said)
            for number, one in enumerate(batch)
        ]

    def add(self, rows: list[tuple[Any, ...]]) -> None:
        """One commit."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(self._statement, rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


@dataclass
class Spent:
    """Seconds on the wall, and of the processor."""

    wall: float = 0.0
    busy: float = 0.0

    @contextmanager
    def on(self) -> Iterator[None]:
        """Count what is done within."""
        wall, busy = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.busy += time.process_time() - busy


def take_in(folder: Path, count: int, size: int, *, durable: bool) -> Path:
    """Add a stream to a raw table and to a store, batch by batch in turn, so that neighbours disturb both alike."""
    path = folder / f"ours-{durable}-{size}.db"
    limit, store = Raw(folder / f"raw-{durable}-{size}.db", durable=durable), Store.open(path, durable=durable)
    of_limit, of_store = Spent(), Spent()
    for number, batch in enumerate(batches(stream(count), size)):
        rows = limit.prepare(batch)
        with of_limit.on():
            limit.add(rows)
        with of_store.on():
            store.write(mentions.add, batch, {"stream": Cursor({"line": number})}, {}, {"stream": 60.0}).result()
    limit.close()
    store.close()
    print(
        f"  {'FULL' if durable else 'NORMAL':6} batches of {size}: {count / of_store.wall:7,.0f}/s"
        f" of {count / of_limit.wall:8,.0f}/s raw = {of_limit.wall / of_store.wall:4.0%} (goal 35 %);"
        f" processor {of_store.busy / count * 1e6:5.1f} us each (goal 80), raw {of_limit.busy / count * 1e6:5.1f} us"
    )
    return path


def timed(store: Store, name: str, fn: Callable[..., Any], *args: Any, times: int = 21) -> None:
    """Print the median time of a query."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        store.read(fn, *args).result()
        took.append(time.perf_counter() - began)
    print(f"  {name:52} {median(took) * 1e3:8.2f} ms")


def main() -> None:
    """Print everything."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as name:
        print(
            f"{count:,} mentions: dedup, conversations, inheritance, indexes, roll-up and cursor, in one commit a batch"
        )
        path = Path(name)
        for durable in (True, False):
            for size in (100, 500):
                path = take_in(Path(name), count, size, durable=durable)
        print("queries of the screen")
        store = Store.open(path, read_only=True)
        end = NOON + count * 100
        monitor, thread = Subject(SubjectKind.MONITOR, "1"), Subject(SubjectKind.CONVERSATION, "root-0")
        try:
            timed(store, "newest 500", lambda db: mentions.latest(db, limit=500))
            timed(store, "newest 500 negatives", lambda db: mentions.latest(db, limit=500, label=Label.NEGATIVE))
            timed(
                store,
                "newest 500 negatives of a monitor",
                lambda db: mentions.latest(db, limit=500, label=Label.NEGATIVE, monitor=MonitorId(1)),
            )
            timed(store, "newest 500 of a source", lambda db: mentions.latest(db, limit=500, source="stream"))
            timed(
                store,
                "newest 500 of a conversation",
                lambda db: mentions.latest(db, limit=500, conversations=[ConversationId("root-0")]),
            )
            timed(store, "newest 100 with a word", lambda db: mentions.latest(db, limit=100, text="退款"))
            timed(store, "newest 100 with a word nobody said", lambda db: mentions.latest(db, limit=100, text="qqq"))
            timed(store, "counts by minute, 24 h, a monitor", mentions.counts_by_minute, [monitor], end - DAY, end)
            timed(store, "counts by minute, 24 h, a conversation", mentions.counts_by_minute, [thread], end - DAY, end)
            timed(store, "labels of the last hour", mentions.count_by_label, end - 60 * MINUTE)
            timed(store, "a conversation summed up", conversations.summary, thread, end)
            timed(store, "a monitor's day summed up", conversations.summary, monitor, end, times=3)
            timed(store, "windows of a day at start", mentions.for_tally, end - DAY, times=3)
        finally:
            store.close()


if __name__ == "__main__":
    main()
