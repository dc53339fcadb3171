"""The demo: the desk on a bundled drill, offline, in a store of its own that is gone afterwards."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from console import assets
from console.app import Call, plugins
from console.app.window import Screen, application
from console.domain.changes import Changes
from console.domain.clock import ReplayClock
from console.domain.escalation import Contact, ContactId, Role
from console.domain.incident import Incident, IncidentState
from console.domain.monitor import Monitor, MonitorId
from console.domain.rule import Level
from console.services.engine import Run
from console.store import incidents, watchlist
from console.store.connection import Tx
from console.store.database import Store
from console.words import Words

PACE = 110.0
"""Times as fast as the record until the critical alert, which so comes within a minute of the window."""

PACE_AFTER = 8.0
"""And afterwards: time to look, to act, and to see what the act did."""

_STANDING_STILL = 1e-6
_POLL = 50
_SETTLED = 2_000
_PATIENCE = 110_000
_LOOKS = (("zh_CN", "dark"), ("zh_CN", "light"), ("en", "dark"), ("en", "light"))


def demo(call: Call) -> int:
    """The desk on the drill. Without a display: to the critical alert, pictures, one line of JSON, and the end."""
    is_seen = has_display()
    if not is_seen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = application()
    drill = assets.path("drills", "drill.jsonl")
    with tempfile.TemporaryDirectory(prefix="crisis-console-demo-") as folder:
        source = plugins.replay_source([drill], batch=64)
        clock = ReplayClock(source.first_at, _STANDING_STILL)
        store = Store.open(Path(folder, "drill.db"), clock=clock)
        try:
            store.write(_set_the_scene, call.words, clock.now()).result()
            run = Run(recorded=True, is_drill=True)
            screen = Screen(call, app, store, clock, extra=[source], run=run, is_passing=True)
            pictures = call.asked.screenshots or (None if is_seen else call.home.cache / "demo")
            play = Play(screen, clock, pictures, ends=not is_seen)
            screen.run()
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


def _set_the_scene(tx: Tx, words: Words, at: int) -> None:
    """The drill's brand and its people: roles, not persons."""
    facts = json.loads(assets.text("drills", "drill.json"))
    monitor = Monitor(MonitorId(0), facts["title"], tuple(facts["names"]), handles=tuple(facts["handles"]))
    by = words.say("drill")
    watchlist.save_monitor(tx, monitor, by, at)
    for contact in watchlist.contacts(tx):
        name = words.say("Officer A (drill)") if contact.role is Role.DUTY else words.say("Chief executive (drill)")
        watchlist.save_contact(tx, Contact(contact.id, name, contact.role), by, at)
    watchlist.save_contact(tx, Contact(ContactId(0), words.say("Deputy (drill)"), Role.DEPUTY), by, at)


class Play(QObject):
    """Paces the drill: fast until it is critical, then slow; and where nobody watches, plays it to its end."""

    def __init__(self, screen: Screen, clock: ReplayClock, pictures: Path | None, *, ends: bool) -> None:
        super().__init__()
        self.status = 1 if ends else 0
        self._screen, self._clock, self._pictures, self._ends = screen, clock, pictures, ends
        self._told: dict[str, object] = {}
        self._incident: Incident | None = None
        self._began = 0.0
        self._waiting = QTimer(self, interval=_POLL)
        self._waiting.timeout.connect(self._start)
        self._waiting.start()
        screen.bridge.changed.connect(self._hear)
        if ends:
            QTimer.singleShot(_PATIENCE, self, self._give_up)

    def _start(self) -> None:
        """Let time run once the engine watches: what is late at the start would come in one lump."""
        if self._screen.runtime.engine.health().is_watching and self._screen.window.isVisible():
            self._waiting.stop()
            self._began = time.monotonic()
            self._clock.set_speed(PACE)

    def _hear(self, changes: Changes) -> None:
        if changes.incidents:
            self._screen.query.ask("drill", incidents.list_, then=self._look)

    def _look(self, found: list[Incident]) -> None:
        burning = next((one for one in found if one.level is Level.CRITICAL and one.is_firing), None)
        if burning is None:
            return
        if self._incident is None:
            self._clock.set_speed(PACE_AFTER)
            self._told["seconds_to_critical"] = round(time.monotonic() - self._began, 1)
            QTimer.singleShot(_SETTLED, self, self._show)
        elif self._ends and burning.state is not IncidentState.OPEN and "acknowledged_by" not in self._told:
            self._told["acknowledged_by"] = burning.acknowledged_by
            self._hand_over(burning)
        self._incident = burning

    def _show(self) -> None:
        if self._incident is not None:
            self._screen.window.look_at_incident(self._incident)
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
