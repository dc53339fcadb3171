"""Counted: what a reading needs of one mention, as it is added and when the windows are filled anew."""

from dataclasses import dataclass

from console.domain.clock import Instant
from console.domain.conversation import Subject, SubjectKind, is_threaded
from console.domain.mention import Label, MentionId
from console.domain.monitor import MonitorId
from console.store.connection import Db
from console.store.placing import Placed

HEAD = 120
"""Characters of a text that stand for it in a title."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a reading needs of one mention.

    ``subject`` is its conversation, or for a loose post its first monitor. ``author`` is qualified by the platform.
    ``is_late_judgement``: the post was counted before without a label; only its label is news.
    """

    subject: Subject
    monitors: tuple[MonitorId, ...]
    mention: MentionId
    platform: str
    author: str
    followers: int | None
    published_at: Instant
    arrived_at: Instant
    label: Label | None
    negative: float | None
    text_head: str
    is_late_judgement: bool = False


def count(placed: Placed, *, is_late: bool) -> Counted:
    """What is counted of a mention that has just found its place."""
    post, sentiment = placed.post, placed.known.sentiment
    if is_threaded(post):
        subject = Subject(SubjectKind.CONVERSATION, placed.known.conversation)
    else:
        subject = Subject(SubjectKind.MONITOR, str(placed.monitors[0]))
    assert post.arrived_at is not None
    return Counted(
        subject,
        placed.monitors,
        MentionId(placed.known.id),
        post.platform,
        f"{post.platform}:{post.author}",
        post.author_followers,
        post.published_at,
        post.arrived_at,
        sentiment.label,
        sentiment.negative,
        post.text[:HEAD],
        is_late,
    )


def for_tally(db: Db, since: Instant) -> list[Counted]:
    """All mentions published since, in the order in which they were added, to fill windows anew at start."""
    subjects: dict[tuple[SubjectKind, str], Subject] = {}
    monitors: dict[str, tuple[MonitorId, ...]] = {}
    found = []
    for row in db.rows(_COUNTED, (since,)):
        number, conversation, is_loose, watching, platform, author, followers, published, arrived, label, p, head = row
        if watching not in monitors:
            monitors[watching] = tuple(sorted(MonitorId(int(one)) for one in watching.split(",")))
        loose = (SubjectKind.MONITOR, str(monitors[watching][0]))
        key = loose if is_loose else (SubjectKind.CONVERSATION, conversation)
        if key not in subjects:
            subjects[key] = Subject(*key)
        found.append(
            Counted(
                subjects[key],
                monitors[watching],
                number,
                platform,
                f"{platform}:{author}",
                followers,
                published,
                arrived,
                None if label is None else Label(label),
                p,
                head,
            )
        )
    return found


_COUNTED = f"""
    SELECT id, conversation, root_id IS NULL AND parent_id IS NULL,
        (SELECT group_concat(monitor) FROM mention_monitor WHERE mention = m.id),
        platform, author, author_followers, published_at, arrived_at, label, negative, substr(text, 1, {HEAD})
    FROM mention AS m INDEXED BY mention_published WHERE published_at >= ? ORDER BY id
"""
