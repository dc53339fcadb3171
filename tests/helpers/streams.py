"""Recorded streams made up for tests: a brand that does not exist, in traffic of the usual shape."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)

_ANGRY = ("雪杉冰箱又坏了，气死我了", "客服完全不管，太差劲了", "门关不严，食物全坏了，退货！", "再也不买了，垃圾质量")
_CALM = ("今天去看了展会", "新款颜色不错", "有人用过这个型号吗", "收到了，谢谢")


def a_stream(
    seed: int = 1, *, minutes: int = 240, crisis_at: int | None = 90, root: str = "crisis", surge: int = 120
) -> list[dict[str, Any]]:
    """Ordinary chatter in several conversations, and from ``crisis_at`` minutes one that takes off.

    Records are in order of publication; arrivals lag and are out of order. All carry a sentiment.
    """
    rng = random.Random(seed)
    said: list[tuple[float, str, bool]] = [
        (rng.uniform(0, minutes), f"talk{rng.randrange(8)}", rng.random() < 0.15) for _ in range(minutes // 2)
    ]
    if crisis_at is not None:
        said += [(crisis_at + min(abs(rng.gauss(0, 25)), 100), root, rng.random() < 0.8) for _ in range(surge)]
    records = []
    seen: set[str] = set()
    for number, (minute, thread, is_angry) in enumerate(sorted(said)):
        published = START + timedelta(minutes=minute)
        own = thread if thread not in seen else f"{seed}-{number}"
        seen.add(thread)
        records.append(
            {
                "id": own,
                "platform": rng.choice(("weibo", "forum")),
                "author": f"user{rng.randrange(400)}",
                "author_followers": rng.choice((None, 80, 2_300)),
                "text": rng.choice(_ANGRY if is_angry else _CALM),
                "published_at": published.isoformat(),
                "arrived_at": (published + timedelta(seconds=rng.lognormvariate(3.2, 0.8))).isoformat(),
                "root_id": thread,
                "parent_id": None if own == thread else thread,
                "sentiment": 0.1 if is_angry else 0.8,
            }
        )
    return records


def write_stream(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write records as JSON lines."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path
