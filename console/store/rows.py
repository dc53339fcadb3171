"""How mentions, alerts and incidents lie in their tables, read back into the domain's words."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import Alert, AlertId, AlertState, Incident, IncidentId, IncidentState
from console.domain.mention import ConversationId, Label, Mention, MentionId, Post, Sentiment
from console.domain.rule import Level, RuleId, RuleKind

FIELDS = (
    "id",
    "source",
    "conversation",
    "claimed_at",
    # as in Post
    "platform",
    "external_id",
    "author",
    "text",
    "published_at",
    "author_followers",
    "root_id",
    "parent_id",
    "url",
    "reposts",
    "likes",
    "comments",
    "arrived_at",
    "given",
    # as in Sentiment
    "score",
    "negative",
    "label",
    "confidence",
    "scorer",
    "unscored",
    "inherited_from",
)
"""The columns of a mention, in the order in which they are written and read."""

_POST = slice(FIELDS.index("platform"), FIELDS.index("score"))
_SENTIMENT = slice(FIELDS.index("score"), None)
_ARRIVED_AT = FIELDS.index("arrived_at")

COLUMNS = ", ".join(f"mention.{name}" for name in FIELDS)


_LABELS: dict[str | None, Label | None] = {None: None, **{label.value: label for label in Label}}


def mention_of(row: sqlite3.Row) -> Mention:
    """A mention from a row of all :data:`COLUMNS`."""
    values = tuple(row)
    return Mention(
        id=MentionId(values[0]),
        source=values[1],
        post=Post(*values[_POST]),
        conversation=ConversationId(values[2]),
        arrived_at=values[_ARRIVED_AT],
        sentiment=sentiment_of(values[_SENTIMENT]),
    )


def post_of(row: sqlite3.Row) -> Post:
    """The post within a row of all :data:`COLUMNS`."""
    return Post(*tuple(row)[_POST])


def sentiment_of(values: Sequence[Any]) -> Sentiment:
    """A judgement from its columns."""
    score, negative, label, confidence, version, unscored, inherited_from = values
    return Sentiment(score, negative, _LABELS[label], confidence, version, unscored, inherited_from)


def alert_of(row: sqlite3.Row) -> Alert:
    """An alert from its row."""
    return Alert(
        id=AlertId(row["id"]),
        rule=RuleId(row["rule"]),
        rule_version=row["rule_version"],
        kind=RuleKind(row["kind"]),
        level=Level[row["level"].upper()],
        subject=subject_of(row),
        state=AlertState(row["state"]),
        pending_at=row["pending_at"],
        fired_at=row["fired_at"],
        cleared_at=row["cleared_at"],
        incident=None if row["incident"] is None else IncidentId(row["incident"]),
        facts=json.loads(row["facts"]),
        calm_since=row["calm_since"],
    )


def incident_of(row: sqlite3.Row) -> Incident:
    """An incident from its row."""
    return Incident(
        id=IncidentId(row["id"]),
        subject=subject_of(row),
        level=Level[row["level"].upper()],
        state=IncidentState(row["state"]),
        title=row["title"],
        opened_at=row["opened_at"],
        first_post_at=row["first_post_at"],
        is_firing=bool(row["is_firing"]),
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
        note=row["note"],
        resolved_at=row["resolved_at"],
        is_drill=bool(row["is_drill"]),
        is_replay=bool(row["is_replay"]),
    )


def subject_of(row: sqlite3.Row) -> Subject:
    """The subject that an alert or an incident is about."""
    return Subject(SubjectKind(row["subject_kind"]), row["subject"])
