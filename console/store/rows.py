"""How mentions, alerts and incidents lie in their tables, read back into the domain's words."""

import json
import sqlite3

from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import Alert, AlertId, AlertState, Incident, IncidentId, IncidentState
from console.domain.mention import ConversationId, Label, Mention, MentionId, Post, Sentiment
from console.domain.rule import Level, RuleId, RuleKind

FIELDS = (
    "id",
    "source",
    "platform",
    "external_id",
    "conversation",
    "author",
    "text",
    "published_at",
    "arrived_at",
    "claimed_at",
    "author_followers",
    "root_id",
    "parent_id",
    "url",
    "reposts",
    "likes",
    "comments",
    "given",
    "score",
    "negative",
    "label",
    "confidence",
    "scorer",
    "unscored",
    "inherited_from",
)
"""The columns of a mention, in the order in which they are written."""

COLUMNS = ", ".join(f"mention.{name}" for name in FIELDS)


def mention_of(row: sqlite3.Row) -> Mention:
    """A mention from a row with all :data:`COLUMNS`."""
    return Mention(
        id=MentionId(row["id"]),
        source=row["source"],
        post=post_of(row),
        conversation=ConversationId(row["conversation"]),
        arrived_at=row["arrived_at"],
        sentiment=sentiment_of(row),
    )


def post_of(row: sqlite3.Row) -> Post:
    """The post within a row."""
    return Post(
        platform=row["platform"],
        external_id=row["external_id"],
        author=row["author"],
        text=row["text"],
        published_at=row["published_at"],
        author_followers=row["author_followers"],
        root_id=row["root_id"],
        parent_id=row["parent_id"],
        url=row["url"],
        reposts=row["reposts"],
        likes=row["likes"],
        comments=row["comments"],
        arrived_at=row["arrived_at"],
        sentiment=row["given"],
    )


def sentiment_of(row: sqlite3.Row) -> Sentiment:
    """The judgement within a row."""
    label = row["label"]
    return Sentiment(
        score=row["score"],
        negative=row["negative"],
        label=None if label is None else Label(label),
        confidence=row["confidence"],
        version=row["scorer"],
        unscored=row["unscored"],
        inherited_from=row["inherited_from"],
    )


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
    )


def subject_of(row: sqlite3.Row) -> Subject:
    """The subject that an alert or an incident is about."""
    return Subject(SubjectKind(row["subject_kind"]), row["subject"])
