"""The roll-up by the minute of publication: what the plot draws and a quiet hour is measured by, without any rows."""

import json
from collections.abc import Sequence

from console.domain.clock import MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import ConversationId, Label
from console.domain.ports import MinuteCount
from console.store.connection import Db, Tx


class Rollup:
    """Counts gathered while a batch is added, written once at its end."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, Instant, str], list[int]] = {}

    def add(
        self, subjects: Sequence[tuple[str, str]], published_at: Instant, platform: str, label: Label | None
    ) -> None:
        """Count one new post for its conversation and its monitors."""
        self._count(subjects, published_at, platform, 1, label)

    def judge(
        self, subjects: Sequence[tuple[str, str]], published_at: Instant, platform: str, label: Label | None
    ) -> None:
        """Count the judgement of a post that was already counted without one."""
        self._count(subjects, published_at, platform, 0, label)

    def move(self, old: ConversationId, new: ConversationId) -> None:
        """One conversation turned out to be part of another."""
        kind = SubjectKind.CONVERSATION.value
        for key in [k for k in self._counts if k[0] == kind and k[1] == old]:
            counts = self._counts.pop(key)
            into = self._counts.setdefault((kind, new, key[2], key[3]), [0, 0, 0])
            into[:] = [a + b for a, b in zip(into, counts, strict=True)]

    def write(self, tx: Tx) -> None:
        """Add what was gathered to what stands in the store."""
        tx.executemany(_ADD, [(*key, *counts) for key, counts in self._counts.items()])

    def _count(
        self,
        subjects: Sequence[tuple[str, str]],
        published_at: Instant,
        platform: str,
        one: int,
        label: Label | None,
    ) -> None:
        minute = published_at - published_at % MINUTE
        negative, uncertain = int(label is Label.NEGATIVE), int(label is Label.UNCERTAIN)
        for kind, subject in subjects:
            key = (kind, subject, minute, platform)
            counts = self._counts.get(key)
            if counts is None:
                self._counts[key] = [one, negative, uncertain]
            else:
                counts[0] += one
                counts[1] += negative
                counts[2] += uncertain


_ADD = """
    INSERT INTO minute_count (subject_kind, subject, minute, platform, total, negative, uncertain)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
        total = total + excluded.total,
        negative = negative + excluded.negative,
        uncertain = uncertain + excluded.uncertain
"""


def move(tx: Tx, old: ConversationId, new: ConversationId) -> None:
    """What :meth:`Rollup.move` does, for what already stands in the store."""
    kind = SubjectKind.CONVERSATION.value
    rows = tx.rows(
        "SELECT minute, platform, total, negative, uncertain FROM minute_count WHERE subject_kind = ? AND subject = ?",
        (kind, old),
    )
    tx.executemany(_ADD, [(kind, new, *row) for row in rows])
    tx.execute("DELETE FROM minute_count WHERE subject_kind = ? AND subject = ?", (kind, old))


def counts_by_minute(db: Db, subjects: Sequence[Subject], since: Instant, until: Instant) -> list[MinuteCount]:
    """Posts by minute of publication and platform, for all subjects together, from ``since`` up to but not ``until``.

    Minutes without posts are left out. A post that belongs to two of the subjects counts in both.
    """
    wanted = json.dumps([[subject.kind.value, subject.id] for subject in subjects])
    rows = db.rows(
        """
        SELECT c.minute, c.platform, sum(c.negative), sum(c.uncertain), sum(c.total)
        FROM json_each(?) AS w
        CROSS JOIN minute_count AS c
            ON c.subject_kind = json_extract(w.value, '$[0]') AND c.subject = json_extract(w.value, '$[1]')
        WHERE c.minute >= ? AND c.minute < ?
        GROUP BY c.minute, c.platform
        ORDER BY c.minute, c.platform
        """,
        (wanted, since - since % MINUTE, until),
    )
    return [MinuteCount(*row) for row in rows]


def totals(db: Db, subjects: Sequence[Subject], since: Instant, until: Instant) -> tuple[int, int, int]:
    """Negative, uncertain and all posts of :func:`counts_by_minute`, added up."""
    wanted = json.dumps([[subject.kind.value, subject.id] for subject in subjects])
    row = db.row(
        """
        SELECT coalesce(sum(c.negative), 0), coalesce(sum(c.uncertain), 0), coalesce(sum(c.total), 0)
        FROM json_each(?) AS w
        CROSS JOIN minute_count AS c
            ON c.subject_kind = json_extract(w.value, '$[0]') AND c.subject = json_extract(w.value, '$[1]')
        WHERE c.minute >= ? AND c.minute < ?
        """,
        (wanted, since - since % MINUTE, until),
    )
    assert row is not None
    return row[0], row[1], row[2]
