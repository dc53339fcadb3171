"""What strangers write is text on every surface: no file is opened for it, no address called, no screen held up."""

import itertools
import os
import socket
import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import settings as machine
from console.app import Call
from console.app.screen import Screen
from console.domain.clock import ReplayClock
from console.services.engine import Run
from console.sources.replay import Replay
from console.store import incidents, mentions
from console.store.database import Store
from console.words import Words
from tests.helpers.streams import a_stream, write_stream

HELD_UP = 4.0
"""Seconds: a nested table in a label that reads markup holds the screen up for ten and more, on an idle machine."""


@dataclass
class Canaries:
    """A pipe that whoever opens it hangs on, and an address that nobody may call."""

    pipe: Path
    server: socket.socket

    def texts(self) -> list[str]:
        address = f"http://127.0.0.1:{self.server.getsockname()[1]}/x.png"
        return [
            "<table><tr><td>" * 18 + "坏了",
            f'<img src="{self.pipe}"> 坏了',
            f'<img src="file://{self.pipe}"> 坏了',
            f'<img src="{address}"><a href="{address}">坏了</a>',
            f"![坏了]({self.pipe})",
            "坏了\u202e\u2066\x00\x1b[31m\u200b",
            "坏了" + "长" * 900_000,
            "{title} %s {0.__class__} 坏了",
        ]

    def was_called(self) -> bool:
        try:
            self.server.accept()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Canaries(pipe, server)


@pytest.mark.timeout(120)
def test_a_crisis_of_hostile_posts_is_text_on_the_desk_the_card_and_the_page(
    qtbot: QtBot, qapp: QApplication, home: Path, tmp_path: Path, canaries: Canaries
) -> None:
    texts = canaries.texts()
    records = a_stream(minutes=120, crisis_at=40)
    for number, record in enumerate(records):
        record["text"] = texts[number % len(texts)] if number % 5 == 0 else record["text"]
        record["author"] = f'<img src="{canaries.pipe}">{number % 9}\u202e'
    source = Replay([write_stream(tmp_path / "s.jsonl", records)], batch=8)
    clock = ReplayClock(source.first_at, speed=2_000)
    store = Store.open(tmp_path / "s.db", durable=False, clock=clock)
    call = Call(Namespace(theme="light"), machine.home(), machine.Settings(), Words("zh_CN"))
    run = Run(recorded=True, is_drill=True, trust_sentiment=True)
    screen = Screen(call, qapp, store, clock, extra=[source], run=run, is_passing=True)
    qtbot.addWidget(screen.window, before_close_func=lambda _: screen.presence.let_close())
    beats: list[float] = []
    heart = QTimer(screen, interval=20)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    screen.window.show()
    screen.bridge.start(screen.runtime.engine)
    screen.window.begin()
    screen.card.begin()
    try:
        qtbot.waitUntil(screen.card.card.isVisible, timeout=40_000)
        heart.start()
        [incident, *_] = store.read(incidents.list_).result()
        screen.window.look_at_incident(incident)
        for mention in store.read(lambda db: mentions.latest(db, limit=40)).result():
            screen.window.read_mention(mention.id)
            qtbot.wait(30)
            screen.window.grab()
        screen.card.card.grab()
        written: list[Path] = []
        screen.bridge.ask(screen.export(incident.id, ("html", "json"), tmp_path / "out", None), then=written.extend)
        qtbot.waitUntil(lambda: len(written) == 3, timeout=30_000)
    finally:
        screen.card.close()
        assert screen.bridge.stop()
        store.close()
    gaps = [after - before for before, after in itertools.pairwise(beats)]
    assert max(gaps) < HELD_UP
    assert not canaries.was_called()
    page = next(path for path in written if path.suffix == ".html").read_text("utf-8")
    assert "<img" not in page
    assert "&lt;img src=" in page
