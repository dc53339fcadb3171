"""Entry: one dated line of an incident's history; entries are chained by their hashes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from console.domain.clock import Instant
from console.domain.incident import IncidentId


class EntryKind(StrEnum):
    """What an entry tells."""

    FIRST_POST = "first_post"
    ALERT_FIRED = "alert_fired"
    ALERT_CLEARED = "alert_cleared"
    INCIDENT_OPENED = "incident_opened"
    LEVEL_RAISED = "level_raised"
    TOLD = "told"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    NOTE = "note"
    STATE_CHANGED = "state_changed"
    SOUNDED_AGAIN = "sounded_again"
    ALL_CLEAR = "all_clear"
    EXPORTED = "exported"
    SOURCE_SILENT = "source_silent"
    SOURCE_HEARD = "source_heard"
    RULE_CHANGED = "rule_changed"
    WATCH_CHANGED = "watch_changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when it happened, when we knew, when it was written; who did it; and the facts.

    ``incident`` is None for what concerns the whole desk. ``actor`` is a person's name, or ``machine``. ``seq`` counts
    the store's entries without gaps from 1. ``previous`` is the hash of the store's entry before; ``previous_own`` that
    of the same incident, so that an export of one incident carries an unbroken chain of its own.
    """

    seq: int
    incident: IncidentId | None
    kind: EntryKind
    happened_at: Instant
    known_at: Instant
    recorded_at: Instant
    actor: str
    facts: Mapping[str, Any]
    previous: str
    previous_own: str
    hash: str


GENESIS = "0" * 64
"""What the first entry of a store names as its previous one."""


def canonical(value: Any) -> str:
    """JSON in one fixed form, so that equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def entry_hash(entry: Entry) -> str:
    """The hash of an entry over all it says and both hashes before it."""
    return digest(
        [
            entry.seq,
            entry.incident,
            entry.kind.value,
            entry.happened_at,
            entry.known_at,
            entry.recorded_at,
            entry.actor,
            dict(entry.facts),
            entry.previous,
            entry.previous_own,
        ]
    )


def sealed(entry: Entry) -> Entry:
    """The entry with its hash set."""
    return replace(entry, hash=entry_hash(entry))


def first_broken(entries: Iterable[Entry]) -> int | None:
    """The number of a store's first entry that does not follow from the one before; None: the chain is sound."""
    previous, seq = GENESIS, 1
    for entry in entries:
        if entry.seq != seq:
            return seq
        if entry.previous != previous or entry_hash(entry) != entry.hash:
            return entry.seq
        previous, seq = entry.hash, seq + 1
    return None


def first_broken_own(entries: Iterable[Entry]) -> int | None:
    """The same for the entries of one incident, as an export carries them."""
    previous = GENESIS
    for entry in entries:
        if entry.previous_own != previous or entry_hash(entry) != entry.hash:
            return entry.seq
        previous = entry.hash
    return None
