"""The desk under load: how late its event loop is, and how long a mention takes from its commit to the screen.

    python -m tests.bench.bench_desk [ROWS] [SECONDS] [PER_SECOND]

The real window, plot and all, over a store that already holds ROWS mentions, while PER_SECOND more are committed on the
100 ms grid. Beside it, in the same run, the naive way: a table that inserts each row as it comes. Set
QT_QPA_PLATFORM=offscreen where there is no display.
"""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QEventLoop, QModelIndex, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QTableView

from console.domain.clock import HOUR, ReplayClock
from console.domain.mention import Label, Post, given_sentiment
from console.domain.monitor import Monitor, MonitorId
from console.store import mentions, watchlist
from console.store.database import Store
from console.store.mentions import ScoredPost
from console.ui.theme import apply, theme
from console.words import Words
from tests.helpers.window import STANDS_AT, ZONE, open_desk

GRID = 0.1
TEXT = "雪杉冰箱的门又关不上了，打了三次电话也没有人来，说要再等等，谁来管一管"


def posts(first: int, count: int, at: int, spread: int, dice: random.Random) -> list[ScoredPost]:
    """Posts of many conversations, a third of them negative, published within ``spread`` before ``at``."""
    found = []
    for number in range(first, first + count):
        root = f"r{dice.randrange(2_000)}"
        post = Post(
            dice.choice(("weibo", "weibo", "forum", "blog", "portal")),
            f"p{number}",
            f"@author{dice.randrange(20_000)}",
            f"{TEXT}，第{number}次",
            at - dice.randrange(max(1, spread)),
            dice.choice((None, 120, 5_000)),
            root,
            root,
            arrived_at=at,
        )
        found.append(ScoredPost("微博", post, (MonitorId(1),), given_sentiment(0.1 if dice.random() < 0.34 else 0.8)))
    return found


def fill(store: Store, rows: int) -> None:
    """A brand's two days."""
    dice = random.Random(2)
    monitor = Monitor(MonitorId(0), "雪杉 · 品牌", ("雪杉",))
    store.write(watchlist.save_monitor, monitor, "bench", STANDS_AT).result()
    for first in range(0, rows, 5_000):
        at = STANDS_AT - 48 * HOUR + first * 48 * HOUR // max(1, rows)
        store.write(mentions.add, posts(first, min(5_000, rows - first), at, HOUR, dice), at=at).result()


class Lag:
    """How late the event loop comes round, and how long its thread was really at work meanwhile, in milliseconds.

    The second does not move with the neighbours: on a shared machine it is the one to compare.
    """

    def __init__(self) -> None:
        self.found: list[float] = []
        self.worked: list[float] = []
        self._last = time.perf_counter()
        self._work = time.thread_time()
        self._timer = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._come_round)

    def start(self) -> None:
        self._last, self._work = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _come_round(self) -> None:
        now, work = time.perf_counter(), time.thread_time()
        self.found.append(max(0.0, (now - self._last) * 1000 - 2))
        self.worked.append((work - self._work) * 1000)
        self._last, self._work = now, work


class Painted(QObject):
    """Takes the time when a viewport is painted with a newer row than before."""

    def __init__(self, newest: Callable[[], int | None], committed: dict[int, float]) -> None:
        super().__init__()
        self.delays: list[float] = []
        self._newest, self._committed, self._seen = newest, committed, 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            newest = self._newest() or 0
            for mention in [each for each in self._committed if self._seen < each <= newest]:
                self.delays.append((time.perf_counter() - self._committed.pop(mention)) * 1000)
            self._seen = max(self._seen, newest)
        return False


class Naive(QAbstractTableModel):
    """Every row is inserted as it comes, and all are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, ...]] = []

    def rowCount(self, parent: Any = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Any = None) -> int:
        return 6

    def data(self, index: Any, role: int = 0) -> Any:
        return self.rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None

    def add(self, row: tuple[str, ...]) -> None:
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows))
        self.rows.append(row)
        self.endInsertRows()


def run_loop(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def percentile(values: list[float], share: float = 0.99) -> float:
    """The value below which ``share`` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * share))]


def figures(name: str, values: list[float]) -> None:
    """Print the median, the 99th percentile and the largest."""
    values = values or [float("nan")]
    tail = percentile(values)
    print(f"{name:<46} median {median(values):7.1f}   p99 {tail:7.1f}   max {max(values):7.1f} ms   n {len(values)}")


def measure_naive(seconds: float, rate: int) -> float:
    """The event loop's lag with a plain table; its 99th percentile."""
    model, view = Naive(), QTableView()
    view.setModel(model)
    view.resize(950, 560)
    view.show()
    timer = QTimer(interval=max(1, 1000 // rate), timerType=Qt.TimerType.PreciseTimer)
    begun = time.perf_counter()

    def insert() -> None:
        while len(model.rows) < (time.perf_counter() - begun) * rate:
            number = len(model.rows)
            model.add(("橙", "14:41:07", "微博", f"@author{number}", f"{TEXT}，第{number}次", "负面"))
        view.scrollToBottom()

    timer.timeout.connect(insert)
    timer.start()
    lag = Lag()
    lag.start()
    run_loop(seconds)
    lag.stop()
    timer.stop()
    view.close()
    figures("naive table: event-loop lag", lag.found)
    figures("naive table: its thread at work", lag.worked)
    return percentile(lag.worked)


def main(rows: int, seconds: float, rate: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        clock = ReplayClock(STANDS_AT, 1)
        store = Store.open(Path(folder) / "console.db", clock=clock)
        began = time.perf_counter()
        fill(store, rows)
        print(f"{rows:,} mentions stored in {time.perf_counter() - began:.1f} s")
        app = QApplication(sys.argv[:1])
        naive = measure_naive(min(seconds, 10), rate)
        began = time.perf_counter()
        look = theme("dark", "zh_CN")
        apply(app, look)
        queries: dict[str, list[float]] = {}
        with open_desk(timed(store, queries), clock, Words("zh_CN", ZONE), look, Path(folder) / "w.ini") as desk:
            window = desk.window
            window.resize(1600, 1000)
            window.show()
            app.processEvents()
            print(f"first window after {(time.perf_counter() - began) * 1000:.0f} ms")
            window.begin()
            while window.feed.live.counts is None or not window.monitors.model.rows() or window.spread.canvas is None:
                app.processEvents()
            print(f"whole screen after {(time.perf_counter() - began) * 1000:.0f} ms")
            run_loop(2)
            committed: dict[int, float] = {}
            painted = Painted(lambda: window.feed.model.last, committed)
            window.feed.table.viewport().installEventFilter(painted)
            is_over = threading.Event()
            writer = threading.Thread(target=flood, args=(store, clock, rows, rate, committed, is_over))
            lag = Lag()
            lag.start()
            used = time.process_time()
            writer.start()
            run_loop(seconds)
            used = time.process_time() - used
            lag.stop()
            is_over.set()
            writer.join()
            figures(f"desk at {rate}/s: event-loop lag", lag.found)
            figures("desk: its thread at work between two rounds", lag.worked)
            figures("desk: mention committed -> painted", painted.delays)
            share = percentile(lag.worked) / naive
            print(f"work p99 of the naive table's: {share:.2f} (target <= 0.33); processor {used / seconds:.0%}")
            for name, spent in sorted(queries.items()):
                figures(f"query {name}", spent)


def timed(store: Store, queries: dict[str, list[float]]) -> Store:
    """The store, its reads timed by the name of their function."""
    read = store.read

    def timed_read(fn: Callable[..., Any], *args: Any) -> "Future[Any]":
        def run(db: Any) -> Any:
            began = time.perf_counter()
            try:
                return fn(db, *args)
            finally:
                queries.setdefault(fn.__name__, []).append((time.perf_counter() - began) * 1000)

        return read(run)

    store.read = timed_read  # type: ignore[method-assign, assignment]
    return store


def flood(
    store: Store, clock: ReplayClock, first: int, rate: int, committed: dict[int, float], over: threading.Event
) -> None:
    """Commit on the grid; keep when each batch's newest negative was committed."""
    dice = random.Random(3)
    count = round(rate * GRID)
    due = time.perf_counter()
    while not over.is_set():
        batch = posts(first, count, clock.now(), 1, dice)
        added = store.write(mentions.add, batch, at=clock.now()).result()
        negative = [one.mention for one in added.counted if one.label is Label.NEGATIVE]
        if negative:
            committed[max(negative)] = time.perf_counter()
        first += count
        due += GRID
        over.wait(max(0.0, due - time.perf_counter()))


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:4]] + [100_000, 20, 1_000][len(sys.argv) - 1 :]
    main(asked[0], float(asked[1]), asked[2])
