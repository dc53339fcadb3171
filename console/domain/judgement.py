"""Verdict: what the judge says about one rule and one subject, before it is written down."""

from dataclasses import dataclass
from typing import Any

from console.domain.clock import Instant
from console.domain.conversation import Subject
from console.domain.incident import AlertState
from console.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's standing on one subject has changed.

    ``state`` is where the alert should be now: pending (breached, not yet for long enough), firing, or cleared.
    ``facts`` are the figures it rests on, plain JSON. ``title`` names the subject for a person: the first words of the
    first post (strangers' text), or a monitor's or source's name. ``first_post_at`` starts the T+ clock; for a silent
    source it is when it was last heard. ``calm_since``: a firing alert is on its way to clear since then.
    """

    state: AlertState
    rule: Rule
    subject: Subject
    facts: dict[str, Any]
    title: str
    first_post_at: Instant
    calm_since: Instant | None = None
