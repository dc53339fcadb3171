"""The one door between the engine's thread and the screen's.

Engine to screen: what commits touched, merged, the first at once and then at most ten times a second.
Screen to engine: a coroutine to run there, its result given back here.
"""

import asyncio
import concurrent.futures
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from console.domain.changes import Changes
from console.domain.errors import ConsoleError

log = logging.getLogger(__name__)

T = TypeVar("T")

PACE = 0.1
"""Seconds between two deliveries of changes."""

Subscribe = Callable[[Callable[[Changes], None]], Callable[[], None]]
"""As ``Store.subscribe``: takes who is told of each commit, gives the way to stop."""


class Engine(Protocol):
    """What runs beside the screen."""

    async def run(self) -> None:
        """Watch until stopped."""
        ...

    def stop(self) -> None:
        """Ask ``run`` to end; called on the engine's own loop."""
        ...


class Bridge(QObject):
    """Lives on the screen's thread; owns the engine's.

    ``changed`` carries merged :class:`Changes`. ``failed`` carries what was raised and nobody expected: by an asked
    coroutine or by the engine itself. ``ended`` is sent when the engine has stopped, for whatever reason.
    """

    changed = Signal(object)
    failed = Signal(object)
    ended = Signal()

    _woken = Signal()
    _handed = Signal(object)

    def __init__(self, subscribe: Subscribe, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending = Changes()
        self._is_awake = False
        self._delivered = float("-inf")
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._pace, Qt.ConnectionType.QueuedConnection)
        self._handed.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._unsubscribe = subscribe(self.hear)

    # ── engine to screen ──

    def hear(self, changes: Changes) -> None:
        """Take the changes of one commit, on any thread; returns at once."""
        with self._lock:
            self._pending |= changes
            if self._is_awake:
                return
            self._is_awake = True
        self._woken.emit()

    @Slot()
    def _pace(self) -> None:
        wait = self._delivered + PACE - time.monotonic()
        if wait <= 0:
            self._deliver()
        else:
            self._timer.start(max(1, round(wait * 1000)))

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            changes, self._pending = self._pending, Changes()
            self._is_awake = False
        self._delivered = time.monotonic()
        self.changed.emit(changes)

    # ── screen to engine ──

    def start(self, engine: Engine) -> None:
        """Run the engine on a thread and a loop of its own."""
        if self._thread is not None and self._thread.is_alive():
            raise RuntimeError("the engine runs already")
        self._engine = engine
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(engine, self._loop), name="engine", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether the engine's thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def ask(
        self,
        work: Callable[[], Coroutine[Any, Any, T]] | Coroutine[Any, Any, T],
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run a coroutine on the engine's loop; ``then`` gets its result, ``otherwise`` what it raised, both here.

        An expected failure without ``otherwise``, and every unexpected one, is also sent by ``failed``: nothing is
        swallowed. A callback whose widget is gone is not called.
        """
        coroutine = work() if callable(work) else work
        if self._loop is None or not self.is_running:
            coroutine.close()
            self._give_up(ConsoleError("engine_stopped"), otherwise)
            return
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        future.add_done_callback(lambda done: self._hand(lambda: self._answer(done, then, otherwise)))

    def stop(self, within: float = 10.0) -> bool:
        """Stop the engine and wait for its thread, at most ``within`` seconds; False when it did not end in time."""
        self._unsubscribe()
        self._timer.stop()
        if self._thread is None or self._loop is None or self._engine is None:
            return True
        if self._thread.is_alive():
            try:
                self._loop.call_soon_threadsafe(self._engine.stop)
            except RuntimeError:
                log.debug("the engine's loop closed before it was asked to stop")
            self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(engine.run())
        except Exception as error:
            log.exception("the engine ended by an error")
            raised = error
            self._hand(lambda: self.failed.emit(raised))
        finally:
            self._hand(self.ended.emit)

    def _hand(self, call: Callable[[], None]) -> None:
        try:
            self._handed.emit(call)
        except RuntimeError:
            log.debug("the screen was gone before an answer reached it")

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        call()

    def _answer(
        self,
        done: "concurrent.futures.Future[T]",
        then: Callable[[T], None] | None,
        otherwise: Callable[[Exception], None] | None,
    ) -> None:
        if done.cancelled():
            self._give_up(ConsoleError("engine_stopped"), otherwise)
            return
        error = done.exception()
        if isinstance(error, Exception):
            self._give_up(error, otherwise)
        elif then is not None and is_alive(then):
            then(done.result())

    def _give_up(self, error: Exception, otherwise: Callable[[Exception], None] | None) -> None:
        is_expected = isinstance(error, ConsoleError)
        if not is_expected:
            log.error("a coroutine asked for by the screen failed", exc_info=error)
        if otherwise is not None and is_alive(otherwise):
            otherwise(error)
            if is_expected:
                return
        self.failed.emit(error)


def is_alive(callback: Callable[..., object]) -> bool:
    """Whether a callback can still be called: not a method of a Qt object that is gone."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
