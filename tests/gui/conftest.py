"""What the tests of the screen share: a day on the desk, told once and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.clock import ReplayClock
from console.store.database import Store
from console.ui.theme import apply, theme
from console.words import Words
from tests.helpers.desk import fill
from tests.helpers.window import STANDS_AT, ZONE, OpenDesk, open_desk

Open = Callable[..., OpenDesk]

# Two busy cores say nothing about our speed: what is waited for in vain fails all the same, only later.
(QtBot.waitUntil.__kwdefaults__ or {})["timeout"] = 20_000


def _told(folder: Path, language: str, *, is_burning: bool) -> Path:
    path = folder / f"{language}-{is_burning}.db"
    clock = ReplayClock(0)
    store = Store.open(path, durable=False, clock=clock)
    fill(store, clock, STANDS_AT, language, is_burning=is_burning)
    store.close()
    return path


@pytest.fixture(scope="session")
def burning_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store in which a crisis has run for two hours."""
    return _told(tmp_path_factory.mktemp("story"), "zh_CN", is_burning=True)


@pytest.fixture(scope="session")
def quiet_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store in which nothing burns."""
    return _told(tmp_path_factory.mktemp("story"), "zh_CN", is_burning=False)


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Open]:
    """Opens the real window on a copy of a told store; the one opened before is closed."""
    left: list[Callable[[], object]] = []

    def close_all() -> None:
        while left:
            left.pop()()

    def open_it(story: Path, language: str = "zh_CN", scheme: str = "dark") -> OpenDesk:
        close_all()
        path = tmp_path / "console.db"
        shutil.copy(story, path)
        clock = ReplayClock(STANDS_AT)
        store = Store.open(path, durable=False, clock=clock)
        look = theme(scheme, language)
        apply(qapp, look)
        context = open_desk(store, clock, Words(language, ZONE), look, tmp_path / "window.ini")
        desk = context.__enter__()
        left.append(lambda: context.__exit__(None, None, None))
        if not (tmp_path / "window.ini").exists():
            desk.window.resize(1440, 900)
        desk.window.show()
        desk.window.begin()
        qtbot.waitUntil(lambda: desk.window.feed.live.counts is not None and bool(desk.window.monitors.model.rows()))
        return desk

    yield open_it
    close_all()
    qapp.setStyleSheet("")
