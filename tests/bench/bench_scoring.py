"""How fast texts are scored: ``python tests/bench/bench_scoring.py [FOLDER]``.

FOLDER holds labelled CSV files (``text,label``); the recorded ones beside the checkout are the default. Printed: stock
scores against the library's own speed in the same run (and that they are equal), the desk's scorer, memory, and the
whole service with one process: a flood, exact repeats, and the wait of a trickle.
"""

import asyncio
import csv
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from console.pipeline.scoring import Scoring
from console.scorers import SCORERS, snow, stock

BATCH = 128

Answer = TypeVar("Answer")


def posts(folder: Path, every: int) -> list[str]:
    """Every n-th text of all files, in order."""
    csv.field_size_limit(10**8)
    found: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found.extend(row["text"] for row in list(csv.DictReader(file))[::every])
    return found


def paced(texts: Sequence[str], score: Callable[[Sequence[str]], list[Answer]]) -> tuple[list[Answer], float]:
    """The answers in batches, and texts per second of processor time."""
    began = time.process_time()
    answers = [answer for at in range(0, len(texts), BATCH) for answer in score(texts[at : at + BATCH])]
    return answers, len(texts) / (time.process_time() - began)


def resident() -> float:
    """Megabytes of memory that this process holds, those shared with others included."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    return int(status.read_text().split("VmRSS:")[1].split()[0]) / 1024


async def serve(texts: list[str]) -> None:
    scoring = Scoring(SCORERS["snow"], workers=1)
    try:
        began = time.perf_counter()
        await scoring.start()
        print(f"service: warm after {time.perf_counter() - began:.2f} s")
        for what in ("a flood", "the same again"):
            began = time.perf_counter()
            await scoring.score(texts)
            print(f"service: {what}, {len(texts) / (time.perf_counter() - began):,.0f} posts a second (wall)")
        waits = []
        for number in range(200):
            began = time.perf_counter()
            await scoring.score([f"{texts[number]} {number}"])
            waits.append((time.perf_counter() - began) * 1000)
        waits.sort()
        print(f"service: one post waits {statistics.median(waits):.1f} ms, p99 {waits[-2]:.1f} ms")
    finally:
        await scoring.stop()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[3] / "shared/data/sentiment"
    texts = posts(folder, every=12)
    if not texts:
        sys.exit(f"no labelled CSV files in {folder}")
    print(f"{len(texts):,} posts, {statistics.mean(map(len, texts)):.0f} characters each")
    ours = snow.make({})
    _, speed = paced(texts, ours.score)
    print(f"{ours.version}: {speed:,.0f} posts a second of processor time, {resident():.0f} MB")
    fast, speed = paced(texts, stock.make({}).score)
    sample = slice(None, None, 12)

    from snownlp import SnowNLP

    exact, own = paced(texts[sample], lambda part: [SnowNLP(t).sentiments if t else 0.5 for t in part])
    apart = max(abs((ours.score or 0.0) - theirs) for ours, theirs in zip(fast[sample], exact, strict=True))
    print(f"stock: {speed:,.0f} posts a second of processor time; the library {own:,.0f}: {speed / own:.1f} times")
    print(f"stock: greatest difference from the library {apart}")
    asyncio.run(serve(texts))


if __name__ == "__main__":
    main()
