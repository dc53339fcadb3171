"""The whole desk on a running engine: a crisis arrives, the card shows it, its button takes it, the export tells it."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import settings as machine
from console.app import Call
from console.app.screen import Screen
from console.domain.clock import ReplayClock
from console.domain.incident import Incident, IncidentState
from console.domain.timeline import EntryKind
from console.services.engine import Run
from console.services.verify import verify
from console.sources.replay import Replay
from console.store import incidents, timeline
from console.store.database import Store
from console.ui.card_face import Stage
from console.ui.single import Single
from console.words import Words
from tests.helpers.streams import a_stream, write_stream


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, home: Path, tmp_path: Path) -> Iterator[Screen]:
    source = Replay([write_stream(tmp_path / "s.jsonl", a_stream(minutes=120, crisis_at=40))], batch=8)
    clock = ReplayClock(source.first_at, speed=2_000)
    store = Store.open(tmp_path / "s.db", durable=False, clock=clock)
    call = Call(Namespace(theme="dark"), machine.home(), machine.Settings(), Words("en"))
    run = Run(recorded=True, is_drill=True, trust_sentiment=True)
    screen = Screen(call, qapp, store, clock, extra=[source], run=run, is_passing=True)
    qtbot.addWidget(screen.window, before_close_func=lambda _: screen.presence.let_close())
    screen.window.show()
    screen.bridge.start(screen.runtime.engine)
    screen.window.begin()
    screen.card.begin()
    yield screen
    screen.card.close()
    assert screen.bridge.stop()
    store.close()


def the_incident(screen: Screen) -> Incident | None:
    found = screen.runtime.store.read(incidents.list_).result()
    return found[0] if found else None


def is_state(screen: Screen, state: IncidentState) -> bool:
    incident = the_incident(screen)
    return incident is not None and incident.state is state


def test_from_the_first_post_to_the_export(qtbot: QtBot, screen: Screen, tmp_path: Path) -> None:
    card = screen.card.card
    qtbot.waitUntil(lambda: card.isVisible() and card.face is not None, timeout=20_000)
    card.press_acknowledge()
    qtbot.waitUntil(lambda: is_state(screen, IncidentState.HANDLING), timeout=10_000)
    incident = the_incident(screen)
    assert incident is not None
    assert incident.acknowledged_by == "executive"
    qtbot.waitUntil(lambda: card.face is None or card.face.stage is Stage.TAKEN, timeout=10_000)
    written: list[Path] = []
    screen.bridge.ask(screen.export(incident.id, ("html", "json"), tmp_path / "out", "zh_CN"), then=written.extend)
    qtbot.waitUntil(lambda: len(written) == 3, timeout=15_000)
    assert all(verify(path).is_sound for path in written if path.suffix in (".json", ".html"))
    told = json.loads((tmp_path / "out" / f"incident-{incident.id}.json").read_text("utf-8"))
    assert "executive" in {entry["actor"] for entry in told["entries"] if entry["kind"] == "acknowledged"}
    entries = screen.runtime.store.read(timeline.entries, incident.id).result()
    assert [entry.kind for entry in entries].count(EntryKind.ACKNOWLEDGED) == 1


def test_language_and_look_change_while_it_runs(qtbot: QtBot, screen: Screen) -> None:
    qtbot.waitUntil(lambda: the_incident(screen) is not None, timeout=20_000)
    screen.speak("zh_CN")
    assert screen.window.words.say("On duty") == "值班"
    screen.look("light")
    assert not screen.window.theme.is_dark
    assert machine.load(machine.home().settings) == machine.Settings()


def test_a_second_desk_on_the_same_store_shows_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = Single(tmp_path / "s.db"), Single(tmp_path / "s.db")
    assert first.claim()
    with qtbot.waitSignal(first.asked, timeout=5_000):
        assert not second.claim()
    assert Single(tmp_path / "other.db").claim()
