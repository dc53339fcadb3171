"""Reads run off the screen's thread; the newest question of a key wins; errors are shown."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from console.domain.errors import StoreCorrupt
from console.ui.query import Query


class Readers:
    """Two reader threads over a store that is only a word."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(2)
        self.begun: list[Any] = []

    def read(self, fn: Any, *args: Any) -> "Future[Any]":
        self.begun.append(args)
        return self.pool.submit(fn, "db", *args)


@pytest.fixture
def readers() -> Iterator[Readers]:
    one = Readers()
    yield one
    one.pool.shutdown()


def echo(db: str, value: object) -> tuple[str, object, str]:
    return db, value, threading.current_thread().name


def gated(db: str, gate: threading.Event, value: object) -> object:
    gate.wait(10)
    return value


def broken(db: str) -> None:
    raise StoreCorrupt("store_corrupt", path="console.db")


def test_a_read_runs_elsewhere_and_answers_here(qtbot: QtBot, readers: Readers) -> None:
    query = Query(readers.read)
    answers: list[Any] = []
    query.ask("one", echo, 7, then=lambda a: answers.append((a, threading.current_thread().name)))
    qtbot.waitUntil(lambda: bool(answers))
    (db, value, there), here = answers[0]
    assert (db, value) == ("db", 7)
    assert here == threading.main_thread().name != there


def test_the_newest_question_wins_and_the_ones_between_are_never_asked(qtbot: QtBot, readers: Readers) -> None:
    query = Query(readers.read)
    gate = threading.Event()
    answers: list[object] = []
    for value in ("old", "between", "newest"):
        query.ask("key", gated, gate, value, then=answers.append)
    assert query.is_busy("key")
    gate.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["newest"]
    assert [args[1] for args in readers.begun] == ["old", "newest"]


def test_a_slow_store_still_answers_a_question_asked_again_and_again(qtbot: QtBot, readers: Readers) -> None:
    query = Query(readers.read)
    gate = threading.Event()
    answers: list[object] = []
    for _ in range(5):
        query.ask("key", gated, gate, "same", then=answers.append)
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2 and not query.is_busy("key"))


def test_keys_do_not_disturb_each_other(qtbot: QtBot, readers: Readers) -> None:
    query = Query(readers.read)
    gate = threading.Event()
    answers: list[object] = []
    query.ask("slow", gated, gate, "slow", then=answers.append)
    query.ask("fast", echo, 1, then=lambda a: answers.append(a[1]))
    qtbot.waitUntil(lambda: answers == [1])
    gate.set()
    qtbot.waitUntil(lambda: answers == [1, "slow"])


def test_what_nobody_wants_any_more_is_dropped(qtbot: QtBot, readers: Readers) -> None:
    query = Query(readers.read)
    gate = threading.Event()
    answers: list[object] = []
    query.ask("key", gated, gate, "unwanted", then=answers.append)
    query.forget("key")
    gate.set()
    qtbot.waitUntil(lambda: not query.is_busy("key"))
    query.ask("key", echo, "wanted", then=lambda a: answers.append(a[1]))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["wanted"]


def test_an_error_goes_to_a_visible_place(qtbot: QtBot, readers: Readers) -> None:
    query = Query(readers.read)
    shown: list[tuple[str, object]] = []
    own: list[Exception] = []
    query.failed.connect(lambda key, error: shown.append((key, error)))
    query.ask("key", broken, then=lambda _: None, otherwise=own.append)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [("key", own[0])]
    assert isinstance(own[0], StoreCorrupt)


def test_a_closed_store_is_an_error_not_a_crash(qtbot: QtBot) -> None:
    def closed(fn: Any, *args: Any) -> "Future[Any]":
        raise RuntimeError("the store is closed")

    query = Query(closed)
    with qtbot.waitSignal(query.failed):
        query.ask("key", broken, then=lambda _: None)
