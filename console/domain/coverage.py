"""Coverage: how a source is heard. Blind never looks quiet, so every way of not hearing has its own lamp."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from console.domain.clock import Instant


class SourceLamp(StrEnum):
    """How a source is doing, from the supervisor that runs it."""

    HEARING = "hearing"
    """It answered when it was last asked."""
    LATE = "late"
    """It failed to answer; it may be nothing."""
    FAILING = "failing"
    """It has failed to answer time and again: we are blind here."""
    REFUSED = "refused"
    """It will not serve us as we are set up: a person must act, and nothing is asked until then."""
    STOPPED = "stopped"
    """It came to its end: a file that was read, a record that was played."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a source's supervisor has to tell at one moment.

    ``code`` and ``fields`` are those of the error that keeps us from hearing, None while we hear. ``retry_at`` is when
    it is asked again, None when nobody waits for that.
    """

    name: str
    lamp: SourceLamp
    at: Instant
    code: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    retry_at: Instant | None = None
