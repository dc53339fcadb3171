"""Conversation: a root post and all that reposts or comments on it; and what a rule may be about."""

from dataclasses import dataclass
from enum import StrEnum

from console.domain.mention import ConversationId, Post


class SubjectKind(StrEnum):
    """What a reading, a rule or an alert is about."""

    CONVERSATION = "conversation"
    MONITOR = "monitor"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One thing that is measured. The id of a conversation is its earliest root's external id."""

    kind: SubjectKind
    id: str


def is_threaded(post: Post) -> bool:
    """Whether the source says to which thread a post belongs. Loose posts are measured by their monitor instead."""
    return post.root_id is not None or post.parent_id is not None


def conversation_of(post: Post) -> ConversationId:
    """The conversation a post names for itself: its root's id, else its parent's, else its own."""
    return ConversationId(post.root_id or post.parent_id or post.external_id)
