"""The log explains the program, the timeline the incident. One JSON object a line, with ids, never post bodies."""

import json
import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType

_KNOWN = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A constant message, its facts beside it; nothing a stranger wrote can start a new line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        facts = {key: value for key, value in record.__dict__.items() if key not in _KNOWN}
        line = {"at": self.formatTime(record), "level": record.levelname, "where": record.name}
        line |= {"message": record.getMessage()} | facts
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def to_file(folder: Path) -> None:
    """Write the log to ``folder``, 5 files of 5 MB at most, and see that no failure passes silently."""
    handler = logging.handlers.RotatingFileHandler(
        folder / "console.log", maxBytes=5_000_000, backupCount=4, encoding="utf-8", delay=True
    )
    handler.setFormatter(JsonLines())
    _start(handler)


def to_stderr() -> None:
    """Only warnings and worse, on standard error: for commands."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.setLevel(logging.WARNING)
    _start(handler)


def _start(handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("console").critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        logging.getLogger("console").critical("uncaught", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
