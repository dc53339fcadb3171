"""One scoring process: what it does (:func:`serve`) and how we hold it (:class:`Worker`).

It knows the Scorer that it was told to make and a pipe, nothing else: no store, no window, no command line. It ends
when the pipe closes, so no scoring process outlives the program, however the program dies.
"""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Literal

from console.domain.ports import Scorer

Ask = Literal["score", "explain"]

NICENESS = 5
"""How far scoring stands back behind the window and the engine."""


class Fate(Enum):
    """How an exchange with a scoring process ended."""

    ANSWERED = auto()
    RAISED = auto()
    """The scorer raised an error; the process lives."""
    DIED = auto()
    LATE = auto()
    """It did not answer within its time, and was ended for it."""


class Worker:
    """A running scoring process, held by one thread; only :meth:`kill` may be called from another."""

    def __init__(self, make: str, options: Mapping[str, Any]) -> None:
        context = get_context("spawn")
        self._pipe, its_end = context.Pipe()
        self._process = context.Process(target=serve, args=(its_end, make, dict(options)), name="scoring", daemon=True)
        try:
            self._process.start()
        finally:
            its_end.close()  # so that its death closes the pipe

    def warm(self, within: float) -> tuple[Fate, str]:
        """Wait until it is ready; the scorer's version, or what went wrong."""
        fate, answer = self._bounded(within, self._pipe.recv)
        if fate is not Fate.ANSWERED:
            return fate, ""
        is_made, said = answer
        return (Fate.ANSWERED if is_made else Fate.RAISED), str(said)

    def exchange(self, ask: Ask, texts: Sequence[str], within: float) -> tuple[Fate, list[Any]]:
        """Ask for as many answers as there are texts, and wait for them for at most ``within`` seconds."""

        def ask_and_hear() -> Any:
            self._pipe.send((ask, texts))
            return self._pipe.recv()

        fate, answer = self._bounded(within, ask_and_hear)
        if fate is not Fate.ANSWERED:
            return fate, []
        return (Fate.RAISED, []) if answer is None else (Fate.ANSWERED, answer)

    def kill(self) -> None:
        """End the process now; whoever waits for it hears that it died."""
        self._process.kill()

    def end(self) -> None:
        """End the process and give back what it held."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()

    def _bounded(self, within: float, wait: Callable[[], Any]) -> tuple[Fate, Any]:
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(within, give_up)
        timer.daemon = True
        timer.start()
        try:
            return Fate.ANSWERED, wait()
        except (EOFError, OSError):
            return (Fate.LATE if late.is_set() else Fate.DIED), None
        finally:
            timer.cancel()
            timer.join()  # a timer that fires now must not reach the next process


def serve(pipe: Connection, make: str, options: Mapping[str, Any]) -> None:
    """The life of a scoring process: make the scorer, answer, and exit when the pipe closes.

    It says ``(True, version)`` or ``(False, what went wrong)`` once, then answers each ``(ask, texts)`` with a list as
    long as ``texts``, or with None when the scorer raised.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; it closes the pipe
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # one process, one core: threads of a numeric library only fight
    try:
        try:
            scorer = made(make, options)
            version = scorer.version
        except Exception as error:  # noqa: BLE001  a scorer of any kind: what it raises is what we report
            pipe.send((False, f"{type(error).__name__}: {error}"))
            return
        _stand_back()  # only now: the sooner it is warm the better
        pipe.send((True, version))
        while True:
            ask, texts = pipe.recv()
            pipe.send(_answer(scorer, ask, texts))
    except (EOFError, OSError):
        return


def made(make: str, options: Mapping[str, Any]) -> Scorer:
    """The scorer that the factory at ``package.module:function`` makes of its options."""
    module, _, function = make.partition(":")
    scorer: Scorer = getattr(importlib.import_module(module), function)(options)
    return scorer


def _answer(scorer: Scorer, ask: Ask, texts: Sequence[str]) -> list[Any] | None:
    try:
        answers: list[Any] = scorer.score(texts) if ask == "score" else [scorer.explain(text) for text in texts]
    except Exception:  # noqa: BLE001  the text is to blame, whatever is raised: it comes back unscored with a reason
        return None
    return answers if len(answers) == len(texts) else None


def _stand_back() -> None:
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        ctypes.windll.kernel32.SetPriorityClass(ctypes.windll.kernel32.GetCurrentProcess(), below_normal)
    else:
        os.nice(NICENESS)
