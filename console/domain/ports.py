"""Source, Scorer, Notifier, Exporter: what a plug-in of each wing must be."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from console.domain.clock import Instant
from console.domain.escalation import Contact, Notification
from console.domain.incident import Alert, Incident
from console.domain.mention import Mention, Post, Reason, Sentiment
from console.domain.timeline import Entry


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a source goes on: plain JSON values of its own choosing, stored in the commit of the batch it follows."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """One item that could not become a post: where it stood, why (a code), and a short sample of it."""

    place: str
    code: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one reading of a source brought.

    ``cursor`` is where to resume once the items are stored. ``caught_up``: there is no more for now. ``next_after`` is
    when the source means to read again, seconds, None for a stream or an end: it tells how long silence is normal.
    """

    items: tuple[Post, ...]
    cursor: Cursor
    caught_up: bool = True
    next_after: float | None = None
    rejected: tuple[Rejected, ...] = ()


class Source(Protocol):
    """A place posts come from."""

    @property
    def name(self) -> str:
        """Its name on the desk, unique."""
        ...

    def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Read on from ``cursor``, inclusive: overlap, never skip. Raise SourceDelayed or SourceRefused."""
        ...


class Scorer(Protocol):
    """Judges texts, in a worker process."""

    @property
    def version(self) -> str:
        """Names the model and its masks; equal versions give equal answers."""
        ...

    def score(self, texts: Sequence[str]) -> list[Sentiment]:
        """One judgement per text, in order. Never raises for a text, however hostile."""
        ...

    def explain(self, text: str) -> list[Reason]:
        """What weighed, strongest first; deterministic for a version."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a channel took a notification: its own id for it, and whether a person's screen is known to show it."""

    remote_id: str | None = None
    is_received: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person did with a notification on a channel: ``acknowledge``, ``open``, ``seen`` or ``closed``."""

    notification: str
    act: str
    by: str


class Notifier(Protocol):
    """A channel to a contact."""

    @property
    def name(self) -> str:
        """The channel's name."""
        ...

    async def send(self, notification: Notification, to: Contact) -> Receipt:
        """Show a notification, or renew in place the one it replaces; raise DeliveryDelayed or DeliveryRefused."""
        ...

    async def withdraw(self, notification: Notification) -> None:
        """Take a notification off the screen: it was answered or cancelled elsewhere."""
        ...

    async def close(self) -> None:
        """Let go of what is held open; what is on the screen stays there, and the notifier may be used again."""
        ...


OnAnswer = Callable[[Answer], None]
"""Called from the engine's loop with what a person did."""


@dataclass(frozen=True, slots=True)
class MinuteCount:
    """Posts published in one minute on one platform."""

    minute: Instant
    platform: str
    negative: int
    uncertain: int
    total: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a source was not heard. ``until`` None: still."""

    source: str
    since: Instant
    until: Instant | None
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """An incident gathered for an exporter: everything in it stands in the store.

    ``entries`` are the incident's own, in order; ``head`` is number and hash of the store's newest entry at the time.
    ``counts`` are by minute and platform, ``gaps`` those of the sources within the time shown. ``as_of`` is up to when
    the story goes: when it was made, or for a replay when its last post arrived.
    """

    incident: Incident
    alerts: tuple[Alert, ...]
    entries: tuple[Entry, ...]
    mentions: tuple[Mention, ...]
    counts: tuple[MinuteCount, ...]
    gaps: tuple[Gap, ...]
    notifications: tuple[tuple[Notification, Contact], ...]
    head: tuple[int, str]
    as_of: Instant
    made_at: Instant
    made_by: str
    language: str
    store_id: str


class Exporter(Protocol):
    """Writes a report in one format."""

    @property
    def suffix(self) -> str:
        """The file's suffix, without a dot; also the name of the format."""
        ...

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the whole document."""
        ...
