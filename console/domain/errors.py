"""Errors, sorted by what the caller does next. They carry fields, not sentences: ``words`` makes the sentence.

::

    ConsoleError                    expected; anything else that is raised is a bug, and bugs are loud
     ├─ Delayed(retry_after)        try again: SourceDelayed, DeliveryDelayed, StoreBusy
     ├─ Refused(reason)             do not retry, a person must act: SourceRefused, DeliveryRefused, SettingRefused
     ├─ StoreLost(path)             stop safely: StoreCorrupt, StoreFull, StoreTooNew
     └─ NotAllowed(state, act)      the act does not fit the state; nothing changed
"""

from typing import Any


class ConsoleError(Exception):
    """An expected failure. ``code`` names the sentence, ``fields`` fill it."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.code} {self.fields}" if self.fields else self.code


class Delayed(ConsoleError):
    """Try again, not before ``retry_after`` seconds (None: by the caller's own backoff)."""

    def __init__(self, code: str, retry_after: float | None = None, **fields: Any) -> None:
        super().__init__(code, **fields)
        self.retry_after = retry_after


class SourceDelayed(Delayed):
    """A source did not answer this time."""


class DeliveryDelayed(Delayed):
    """A notification could not be delivered this time."""


class StoreBusy(Delayed):
    """Another process holds the store."""


class Refused(ConsoleError):
    """Do not retry: a person must act."""


class SourceRefused(Refused):
    """The source will not serve us as we are set up."""


class DeliveryRefused(Refused):
    """The channel will never deliver this."""


class SettingRefused(Refused):
    """A setting, an argument or a file the user named cannot be used as it is."""


class StoreLost(ConsoleError):
    """The store cannot be used: stop safely."""


class StoreCorrupt(StoreLost):
    """The store's file is damaged."""


class StoreFull(StoreLost):
    """There is no room left to write."""


class StoreTooNew(StoreLost):
    """A newer version of the program wrote this store."""


class NotAllowed(ConsoleError):
    """The act does not fit the state; nothing changed."""

    def __init__(self, state: str, act: str, **fields: Any) -> None:
        super().__init__("not_allowed", state=state, act=act, **fields)
        self.state = state
        self.act = act
