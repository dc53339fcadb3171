"""The demo: the desk on a bundled drill, offline, in a store of its own that is gone afterwards."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtWidgets import QApplication

from console.app import Call, plugins
from console.app.dialogs import Dialogs
from console.app.screen import Screen, application
from console.domain.changes import Changes
from console.domain.clock import MINUTE, Millis
from console.domain.incident import Incident
from console.domain.rule import Level
from console.services import drill as drills
from console.services.engine import Run
from console.store.database import Store
from console.ui.tour import CRITICAL, Tour

_SETTLED = 2_000
_PATIENCE = 110_000
_GROWN: Millis = 16 * MINUTE
"""How long the drill goes on after the critical alert before its picture is taken, where nobody watches."""
_PICTURE = QSize(1600, 1000)
_LOOKS = (("zh_CN", "dark"), ("zh_CN", "light"), ("en", "dark"), ("en", "light"))


def demo(call: Call) -> int:
    """The desk on the drill. Without a display: to the critical alert, pictures, one line of JSON, and the end."""
    is_seen = has_display()
    if not is_seen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = application()
    drill = drills.load()
    with tempfile.TemporaryDirectory(prefix="crisis-console-demo-") as folder:
        source = plugins.replay_source([drill.records], batch=4, name=call.words.say("Drill"))
        clock = drills.DrillClock(source.first_at, drill.live_from, drill.pace.quiet)
        store = Store.open(Path(folder, "drill.db"), durable=False, clock=clock)
        try:
            store.write(drills.prepare, drill, call.words.language, clock.now()).result()
            run = Run(recorded=True, is_drill=True)
            screen = Screen(call, app, store, clock, extra=[source], run=run, is_passing=True)
            screen.window.set_drill(is_drill=True)
            Dialogs(screen)
            pictures = call.asked.screenshots or (None if is_seen else call.home.cache / "demo")
            play = Play(screen, clock, drill.pace, pictures, ends=not is_seen)
            screen.run()
            play.pacing.end()
            return play.status
        finally:
            store.close()


def has_display() -> bool:
    """Whether a window would be seen by anybody."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Play(QObject):
    """Leads through the drill; where nobody watches (``ends``), plays it to its end and tells what came of it."""

    _risen = Signal(int)

    def __init__(
        self, screen: Screen, clock: drills.DrillClock, pace: drills.Pace, pictures: Path | None, *, ends: bool
    ) -> None:
        super().__init__()
        self.status = 1 if ends else 0
        self._screen, self._clock, self._pace, self._pictures, self._ends = screen, clock, pace, pictures, ends
        self._told: dict[str, object] = {}
        self._began = time.monotonic()
        self._risen.connect(self._rise)
        self.pacing = drills.Pacing(screen.runtime.store, clock, pace, self._risen.emit)
        self._tour = Tour(screen.window, screen.words_for(None), screen.window.theme)
        screen.restyled.connect(self._dress_tour)
        if ends:
            screen.window.resize(_PICTURE)
            screen.bridge.changed.connect(self._hear)
            QTimer.singleShot(_PATIENCE, self, self._give_up)
        else:
            screen.bridge.changed.connect(self._begin_tour)

    def _begin_tour(self, changes: Changes) -> None:
        """There is something to point at."""
        if changes.mention is not None:
            self._screen.bridge.changed.disconnect(self._begin_tour)
            QTimer.singleShot(_SETTLED, self, self._tour.begin)

    def _dress_tour(self) -> None:
        self._tour.retranslate(self._screen.words_for(None))
        self._tour.restyle(self._screen.window.theme)

    def _rise(self, level: int) -> None:
        if level == Level.CRITICAL:
            self._told["seconds_to_critical"] = round(time.monotonic() - self._began, 1)
            self._screen.query.ask("drill", drills.gravest, then=self._show)

    def _show(self, worst: Incident | None) -> None:
        if worst is not None:
            self._screen.window.look_at_incident(worst)
        self._tour.reach(CRITICAL)
        if self._ends:
            self._clock.set_pace(self._pace.quiet)
            QTimer.singleShot(round(_GROWN / self._pace.quiet), self, self._settle)
        elif self._pictures is not None:
            self._settle()

    def _settle(self) -> None:
        self._clock.set_pace(self._pace.critical)
        QTimer.singleShot(_SETTLED, self, self._take_pictures)

    def _hear(self, changes: Changes) -> None:
        if changes.incidents:
            self._screen.query.ask("drill", drills.gravest, then=self._look)

    def _look(self, worst: Incident | None) -> None:
        if worst is not None and worst.acknowledged_by is not None and "acknowledged_by" not in self._told:
            self._told["acknowledged_by"] = worst.acknowledged_by
            self._hand_over(worst)

    def _take_pictures(self) -> None:
        assert self._pictures is not None
        self._pictures.mkdir(parents=True, exist_ok=True)
        was = (self._screen.words_for(None).language, self._screen.scheme)
        self._told["screenshots"] = [str(path) for path in self._pictured(self._pictures)]
        self._screen.speak(was[0])
        self._screen.look(was[1])
        if self._ends:
            self._screen.card.card.press_acknowledge()

    def _pictured(self, folder: Path) -> Iterator[Path]:
        for code, scheme in _LOOKS:
            self._screen.speak(code)
            self._screen.look(scheme)
            for _ in range(20):
                QApplication.processEvents()
                time.sleep(0.02)
            for name, widget in (("desk", self._screen.window), ("card", self._screen.card.card)):
                path = folder / f"{name}-{scheme}-{code}.png"
                widget.grab().save(str(path))
                yield path

    def _hand_over(self, incident: Incident) -> None:
        self._told["incident"] = {"title": incident.title, "level": incident.level.code}
        assert self._pictures is not None
        self._screen.bridge.ask(
            self._screen.export(incident.id, ("html", "json"), self._pictures, None, force=True), then=self._end
        )

    def _end(self, written: list[Path]) -> None:
        self._told["export"] = [str(path) for path in written]
        print(json.dumps(self._told, ensure_ascii=False))
        self.status = 0
        self._screen.quit()

    def _give_up(self) -> None:
        print(json.dumps({"failed": "no critical alert in time", **self._told}, ensure_ascii=False))
        self._screen.quit()
