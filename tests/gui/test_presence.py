"""Closing the window never ends the watch by accident."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.store.database import Store
from console.ui.bridge import Bridge
from console.ui.confirm import Confirm
from console.ui.presence import Presence
from console.ui.query import Query
from console.words import Words

ENGLISH = Words("en", UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "s.db", durable=False)
    yield store
    store.close()


def present(qtbot: QtBot, store: Store, *, asks: bool) -> tuple[QWidget, Presence]:
    window = QWidget()
    qtbot.addWidget(window)
    presence = Presence(window, lambda: ENGLISH, query=Query(store.read), bridge=Bridge(store.subscribe), asks=asks)
    window.show()
    return window, presence


def question(window: QWidget) -> Confirm | None:
    return window.findChild(Confirm)


def press(window: QWidget, name: str) -> None:
    asked = question(window)
    assert asked is not None
    button = asked.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    button.click()


def test_where_there_is_no_tray_closing_asks_and_going_back_keeps_the_window(qtbot: QtBot, store: Store) -> None:
    window, presence = present(qtbot, store, asks=True)
    with qtbot.assertNotEmitted(presence.left):
        window.close()
        assert window.isVisible()
        press(window, "confirmCancel")
    assert window.isVisible()


def test_the_program_ends_once_the_person_agrees(qtbot: QtBot, store: Store) -> None:
    window, presence = present(qtbot, store, asks=True)
    window.close()
    with qtbot.waitSignal(presence.left):
        press(window, "confirmAct")
    window.close()
    assert not window.isVisible()


def test_a_demo_ends_without_a_question(qtbot: QtBot, store: Store) -> None:
    window, presence = present(qtbot, store, asks=False)
    with qtbot.waitSignal(presence.left):
        window.close()
    assert question(window) is None
