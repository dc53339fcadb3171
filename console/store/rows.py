"""How a mention lies in its table, read back into the domain's words."""

import sqlite3

from console.domain.mention import ConversationId, Label, Mention, MentionId, Post, Sentiment

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
