"""The demo: the desk on a bundled drill, offline, in a store of its own that is gone afterwards."""

import json
import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtWidgets import QApplication

from console import assets
from console.app import Call, plugins
from console.app.window import Screen, application
from console.domain.changes import Changes
from console.domain.clock import Instant, ReplayClock
from console.domain.escalation import Role
from console.domain.incident import Incident, IncidentState
from console.domain.monitor import Monitor, MonitorId
from console.domain.rule import Level
from console.services.engine import Run
from console.store import incidents, watchlist
from console.store.connection import Tx
from console.store.database import Store
from console.words import Words

_STANDING_STILL = 1e-6
_POLL = 50
_SETTLED = 2_000
_PATIENCE = 110_000
_PICTURE = QSize(1600, 1000)
_LOOKS = (("zh_CN", "dark"), ("zh_CN", "light"), ("en", "dark"), ("en", "light"))


def demo(call: Call) -> int:
    """The desk on the drill. Without a display: to the critical alert, pictures, one line of JSON, and the end."""
    is_seen = has_display()
    if not is_seen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = application()
    drill = _load("heater")
    with tempfile.TemporaryDirectory(prefix="crisis-console-demo-") as folder:
        source = plugins.replay_source([drill.records], batch=4)
        clock = ReplayClock(drill.live_from, _STANDING_STILL)
        store = Store.open(Path(folder, "drill.db"), clock=clock)
        try:
            store.write(_set_the_scene, drill, call.words, clock.now()).result()
            run = Run(recorded=True, is_drill=True)
            screen = Screen(call, app, store, clock, extra=[source], run=run, is_passing=True)
            pictures = call.asked.screenshots or (None if is_seen else call.home.cache / "demo")
            play = Play(screen, clock, drill.pace, pictures, ends=not is_seen)
            screen.run()
            return play.status
        finally:
            store.close()


@dataclass(frozen=True, slots=True)
class Drill:
    """A bundled drill: its records, its brand and people by language, and how fast to play it at each stage."""

    records: Path
    live_from: Instant
    monitor: dict[str, Any]
    officer: dict[str, str]
    executive: dict[str, str]
    pace: dict[str, float]


def _load(name: str) -> Drill:
    told = tomllib.loads(assets.text("drills", f"{name}.toml"))
    return Drill(
        assets.path("drills", told["records"]),
        round(told["live_from"].timestamp() * 1000),
        told["monitor"],
        told["officer"],
        told["executive"],
        told["pace"],
    )


def has_display() -> bool:
    """Whether a window would be seen by anybody."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _set_the_scene(tx: Tx, drill: Drill, words: Words, at: Instant) -> None:
    """The drill's brand and its invented people."""
    watched = drill.monitor
    monitor = Monitor(MonitorId(0), watched["title"], tuple(watched["names"]), handles=tuple(watched["handles"]))
    by = words.say("drill")
    watchlist.save_monitor(tx, monitor, by, at)
    names = {Role.DUTY: drill.officer, Role.EXECUTIVE: drill.executive}
    for contact in watchlist.contacts(tx):
        watchlist.save_contact(tx, replace(contact, name=names[contact.role][words.language]), by, at)


class Play(QObject):
    """Paces the drill: fast until it is critical, then slow; and where nobody watches, plays it to its end."""

    def __init__(
        self, screen: Screen, clock: ReplayClock, pace: dict[str, float], pictures: Path | None, *, ends: bool
    ) -> None:
        super().__init__()
        self.status = 1 if ends else 0
        self._screen, self._clock, self._pace = screen, clock, pace
        self._pictures, self._ends = pictures, ends
        self._told: dict[str, object] = {}
        self._incident: Incident | None = None
        self._critical: Incident | None = None
        self._began = 0.0
        self._waiting = QTimer(self, interval=_POLL)
        self._waiting.timeout.connect(self._start)
        self._waiting.start()
        screen.bridge.changed.connect(self._hear)
        if ends:
            screen.window.resize(_PICTURE)
            QTimer.singleShot(_PATIENCE, self, self._give_up)

    def _start(self) -> None:
        """Let time run once the engine watches: what is late at the start would come in one lump."""
        if self._screen.runtime.engine.health().is_watching and self._screen.window.isVisible():
            self._waiting.stop()
            self._began = time.monotonic()
            self._clock.set_speed(self._pace["quiet"])

    def _hear(self, changes: Changes) -> None:
        if changes.incidents:
            self._screen.query.ask("drill", incidents.list_, then=self._look)

    def _look(self, found: list[Incident]) -> None:
        worst = max((one for one in found if one.is_firing), key=lambda one: one.level, default=None)
        if worst is None:
            return
        if worst.level < Level.CRITICAL:
            if self._incident is None:
                self._clock.set_speed(self._pace["warning"])
        elif self._critical is None:
            self._critical = worst
            self._clock.set_speed(self._pace["critical"])
            self._told["seconds_to_critical"] = round(time.monotonic() - self._began, 1)
            QTimer.singleShot(_SETTLED, self, self._show)
        elif self._ends and worst.state is not IncidentState.OPEN and "acknowledged_by" not in self._told:
            self._told["acknowledged_by"] = worst.acknowledged_by
            self._hand_over(worst)
        self._incident = worst

    def _show(self) -> None:
        if self._critical is not None:
            self._screen.window.look_at_incident(self._critical)
        if self._pictures is not None:
            QTimer.singleShot(_SETTLED, self, self._take_pictures)

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
