"""Open the real window on the story of :mod:`tests.helpers.desk`, to be looked at or photographed.

python tests/helpers/show_desk.py --lang zh_CN --theme dark --size 1600x1000 --shot out.png
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication

from console.domain.clock import ReplayClock
from console.store import feed, incidents
from console.store.database import Store
from console.ui.scaling import fit_to_screen
from console.ui.theme import apply, theme
from console.ui.window import MainWindow
from console.words import Words
from tests.helpers.desk import fill
from tests.helpers.window import STANDS_AT, ZONE, open_desk


def main() -> int:
    """Show the desk; with --shot, photograph it and leave."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", default="zh_CN", choices=["zh_CN", "en"])
    parser.add_argument("--theme", default="dark", choices=["dark", "light"])
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--quiet", action="store_true", help="a day on which nothing burns")
    parser.add_argument("--empty", action="store_true", help="a store in which there is nothing yet")
    parser.add_argument("--drill", action="store_true")
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
    if asked.empty:
        clock.until(STANDS_AT)
    else:
        fill(store, clock, STANDS_AT, asked.lang, is_burning=not asked.quiet)
    clock.set_speed(1)
    fit_to_screen(os.environ)
    app = QApplication(sys.argv[:1])
    look = theme(asked.theme, asked.lang)
    apply(app, look)
    with open_desk(store, clock, Words(asked.lang, ZONE), look, folder / "window.ini") as desk:
        window = desk.window
        window.language_chosen.connect(lambda code: window.retranslate(Words(code, ZONE)))
        window.language_chosen.connect(lambda code: window.restyle(theme(asked.theme, code)))
        window.scheme_chosen.connect(lambda code: window.restyle(theme(code, window.words.language)))
        window.quit_wanted.connect(window.close)
        width, height = (round(int(side) / window.devicePixelRatio()) for side in asked.size.split("x"))
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.resize(width, height)
        window.move(QPoint(0, 0))
        window.show()
        window.begin()
        window.set_drill(is_drill=asked.drill)
        if asked.open != "none":
            QTimer.singleShot(700, lambda: _open(asked, store, window))
        if asked.pause:
            QTimer.singleShot(900, window.feed.toggle_pause)
        if asked.shot:
            QTimer.singleShot(round(asked.wait * 1000), lambda: _shoot(window, asked.shot))
        return app.exec()


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
