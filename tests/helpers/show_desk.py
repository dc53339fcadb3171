"""Open the real window on the story of :mod:`tests.helpers.desk`, to be looked at or photographed.

python tests/helpers/show_desk.py --lang zh_CN --theme dark --size 1600x1000 --shot out.png
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication

from console.domain.clock import ReplayClock
from console.domain.mention import Reason, ReasonKind
from console.services.desk import Desk
from console.store import feed, incidents
from console.store.database import Store
from console.ui.bridge import Bridge
from console.ui.query import Query
from console.ui.theme import apply, theme
from console.ui.window import MainWindow
from console.words import Words
from tests.helpers.desk import fill

ZONE = timezone(timedelta(hours=8))
STANDS_AT = int(datetime(2026, 11, 20, 14, 41, 7, tzinfo=ZONE).timestamp() * 1000)


class Idle:
    """An engine with nothing to do: it lends its loop to what the screen asks for."""

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
    """Weigh clauses by their length: this is a picture, not a judgement."""
    clauses = [
        part for part in text.replace("？", "。").replace("，", "。").replace(".", "。").split("。") if part.strip()
    ]
    ranked = sorted(clauses, key=len, reverse=True)[:4]
    return [Reason(ReasonKind.CLAUSE, part.strip(), round(0.97 - 0.06 * n, 2)) for n, part in enumerate(ranked)]


def main() -> int:
    """Show the desk; with --shot, photograph it and leave."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", default="zh_CN", choices=["zh_CN", "en"])
    parser.add_argument("--theme", default="dark", choices=["dark", "light"])
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--quiet", action="store_true", help="a day on which nothing burns")
    parser.add_argument("--open", default="none", choices=["none", "incident", "post"], help="what stands at the right")
    parser.add_argument("--pause", action="store_true")
    parser.add_argument("--shot", type=Path)
    parser.add_argument("--wait", type=float, default=3.0, help="seconds before the shot")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _show(asked, Path(folder))


def _show(asked: argparse.Namespace, folder: Path) -> int:
    clock = ReplayClock(0)
    store = Store.open(folder / "console.db", durable=False, clock=clock)
    fill(store, clock, STANDS_AT, asked.lang, is_burning=not asked.quiet)
    clock.set_speed(1)
    app = QApplication(sys.argv[:1])
    apply(app, theme(asked.theme, asked.lang))
    bridge, engine = Bridge(store.subscribe), Idle()
    bridge.start(engine)
    window = MainWindow(
        Words(asked.lang, ZONE),
        theme(asked.theme, asked.lang),
        query=Query(store.read),
        bridge=bridge,
        desk=Desk(store, clock),
        clock=clock,
        explain=explain,
        engine_state=lambda: engine,
        store_path=store.path,
        geometry=folder / "window.ini",
    )
    window.language_chosen.connect(lambda code: window.retranslate(Words(code, ZONE)))
    window.language_chosen.connect(lambda code: window.restyle(theme(asked.theme, code)))
    window.scheme_chosen.connect(lambda code: window.restyle(theme(code, window.words.language)))
    window.quit_wanted.connect(window.close)
    width, height = map(int, asked.size.split("x"))
    window.resize(width, height)
    window.move(QPoint(0, 0))
    window.show()
    window.default_docks()
    window.begin()
    if asked.open != "none":
        QTimer.singleShot(700, lambda: _open(asked, store, window))
    if asked.pause:
        QTimer.singleShot(900, window.feed.toggle_pause)
    if asked.shot:
        QTimer.singleShot(round(asked.wait * 1000), lambda: _shoot(window, asked.shot))
    status = app.exec()
    bridge.stop()
    store.close()
    return status


def _open(asked: argparse.Namespace, store: Store, window: MainWindow) -> None:
    worst = store.read(incidents.list_).result()
    if worst:
        window.look_at_incident(max(worst, key=lambda one: one.level))
    if asked.open == "post":
        root = store.read(feed.by_external_id, "weibo", ["lid"]).result()
        QTimer.singleShot(700, lambda: window.read_mention(root["lid"].id))


def _shoot(window: MainWindow, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(path))
    window.close()


if __name__ == "__main__":
    os.environ.setdefault("QT_ACCESSIBILITY", "0")
    sys.exit(main())
