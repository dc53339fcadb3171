"""What could not become a mention: each rejected item with its place and the reason."""

from dataclasses import dataclass

from console.domain.clock import Instant
from console.store.connection import Db


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected item: ``place`` is its file and line or its id, ``code`` the reason, ``sample`` a piece of it."""

    source: str
    at: Instant
    code: str
    place: str
    sample: str


def newest(db: Db) -> int:
    """The number of the newest rejected item, 0 where there is none."""
    return int(db.value("SELECT coalesce(max(id), 0) FROM ingest_error"))


def after(db: Db, number: int, limit: int) -> list[Reject]:
    """The items rejected after one, oldest first."""
    rows = db.rows(
        "SELECT source, at, code, place, sample FROM ingest_error WHERE id > ? ORDER BY id LIMIT ?", (number, limit)
    )
    return [Reject(*row) for row in rows]
