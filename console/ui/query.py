"""Reads of the store off the screen's thread, their results given back on it."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from console.domain.errors import ConsoleError
from console.ui.bridge import is_alive

log = logging.getLogger(__name__)

T = TypeVar("T")

Read = Callable[..., "Future[Any]"]
"""As ``Store.read``: runs ``fn(db, *args)`` on a reader's thread."""


@dataclass(frozen=True)
class _Request:
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    then: Callable[[Any], None]
    otherwise: Callable[[Exception], None] | None

    def asks_the_same_as(self, other: "_Request") -> bool:
        return self.fn == other.fn and self.args == other.args


class Query(QObject):
    """Asks the store for a screen. Lives on the screen's thread.

    Under one ``key`` at most one read is under way; of the requests made meanwhile only the newest is asked after it.
    An answer to a question that is no longer asked is dropped; one to the same question is shown although a newer is
    under way, so that a slow store shows old figures rather than none. ``failed`` carries every error, with its key;
    ``served`` the key of each answer.
    """

    failed = Signal(str, object)
    served = Signal(str)
    _read_done = Signal(str, object)

    def __init__(self, read: Read, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._under_way: dict[str, _Request] = {}
        self._waiting: dict[str, _Request] = {}
        self._read_done.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        key: str,
        fn: Callable[..., T],
        *args: Any,
        then: Callable[[T], None],
        otherwise: Callable[[Exception], None] | None = None,
    ) -> None:
        """Read ``fn(db, *args)`` and give its result to ``then``; what it raises to ``otherwise`` and ``failed``."""
        request = _Request(fn, args, then, otherwise)
        if key in self._under_way:
            self._waiting[key] = request
        else:
            self._begin(key, request)

    def forget(self, key: str) -> None:
        """Nobody wants the answer any more."""
        self._waiting.pop(key, None)
        if key in self._under_way:
            self._waiting[key] = _Request(_nothing, (), _ignore, None)

    def is_busy(self, key: str) -> bool:
        """Whether an answer under ``key`` is awaited."""
        return key in self._under_way

    def _begin(self, key: str, request: _Request) -> None:
        self._under_way[key] = request
        try:
            future = self._read(request.fn, *request.args)
        except (ConsoleError, RuntimeError) as error:  # the store is closed or lost
            refused: Future[Any] = Future()
            refused.set_exception(error)
            future = refused
        future.add_done_callback(lambda done: self._tell(key, done))

    def _tell(self, key: str, done: "Future[Any]") -> None:
        try:
            self._read_done.emit(key, done)
        except RuntimeError:
            log.debug("the screen was gone before a read was done")

    @Slot(str, object)
    def _take(self, key: str, done: "Future[Any]") -> None:
        request = self._under_way.pop(key)
        newer = self._waiting.pop(key, None)
        if newer is not None and newer.fn is not _nothing:
            self._begin(key, newer)
        if newer is None or newer.asks_the_same_as(request):
            self._answer(key, request, done)

    def _answer(self, key: str, request: _Request, done: "Future[Any]") -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            if is_alive(request.then):
                request.then(done.result())
            self.served.emit(key)
            return
        if not isinstance(error, ConsoleError):
            log.error("a read for the screen failed", exc_info=error, extra={"key": key})
        if request.otherwise is not None and isinstance(error, Exception) and is_alive(request.otherwise):
            request.otherwise(error)
        self.failed.emit(key, error)


def _nothing(_: Any) -> None:
    """The question of nobody."""


def _ignore(_: Any) -> None:
    """The answer to nobody."""
