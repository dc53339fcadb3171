"""What the store holds of one conversation or monitor, all together."""

from console.domain.clock import DAY, HOUR, MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import IncidentId
from console.domain.mention import ConversationId, MentionId, Tier, is_bare, own_words, tier_of
from console.domain.reading import Largest, Summary
from console.store.connection import Db
from console.store.migrations import NEGATIVE

TITLE = 80
"""Characters of a first post that make a title."""

MONITOR_SPAN = DAY
"""How far back the summary of a monitor reaches at most: a brand's whole history says nothing of what happens now."""

QUIET = HOUR
"""A monitor's matter begins with its first negative post after so long without one."""


def now_part_of(db: Db, conversation: str) -> ConversationId:
    """The conversation that an id belongs to by now: its own, or the earlier one that it proved to be part of."""
    into = db.value("SELECT into_id FROM conversation_merge WHERE id = ?", (conversation,))
    return ConversationId(into or conversation)


def of_incident(db: Db, incident: IncidentId) -> list[ConversationId]:
    """The conversations that an incident's alerts were about; none for a monitor's or a source's incident."""
    rows = db.rows(
        """
        SELECT subject FROM incident WHERE id = ? AND subject_kind = 'conversation'
        UNION SELECT subject FROM alert WHERE incident = ? AND subject_kind = 'conversation'
        """,
        (incident, incident),
    )
    return sorted({now_part_of(db, row[0]) for row in rows})


def summary(db: Db, subject: Subject, at: Instant) -> Summary | None:
    """A conversation as a whole, or of a monitor its last matter; None where there is no post at all.

    A monitor's last matter began with the first negative post after :data:`QUIET`, at most :data:`MONITOR_SPAN` ago.
    """
    if subject.kind is SubjectKind.SOURCE:
        return None
    values: tuple[object, ...]
    if subject.kind is SubjectKind.CONVERSATION:
        subject = Subject(subject.kind, now_part_of(db, subject.id))
        scope = "FROM mention INDEXED BY mention_conversation WHERE mention.conversation = ?"
        values = (subject.id,)
        since = 0
    else:
        since = _began(db, subject, at)
        scope = (
            "FROM mention INDEXED BY mention_published CROSS JOIN mention_monitor AS link ON link.mention = mention.id "
            "WHERE mention.published_at >= ? AND link.monitor = ?"
        )
        values = (since, int(subject.id))
    head = db.row(f"SELECT min(published_at), count(*), count(mention.label = 'negative' OR NULL) {scope}", values)
    if head is None or not head[1]:
        return None
    authors = db.row(
        f"""
        SELECT count(*), count(followers), coalesce(sum(followers), 0) FROM (
            SELECT max(mention.author_followers) AS followers {scope} GROUP BY mention.platform, mention.author
        )
        """,
        values,
    )
    assert authors is not None
    platforms = _platforms(db, subject, since, at)
    return Summary(
        title=_title(db, subject, scope, values),
        first_post_at=head[0],
        total=head[1],
        total_negative=head[2],
        authors=authors[0],
        known_authors=authors[1],
        reach=authors[2],
        tier=max((tier_of(platform) for platform, _ in platforms), default=Tier.OFFLINE),
        platforms=platforms,
        largest=_largest(db, scope, values),
        evidence=_evidence(db, scope, values),
        spark=_spark(db, subject, at),
    )


def _began(db: Db, subject: Subject, at: Instant) -> Instant:
    rows = db.rows(
        """
        SELECT DISTINCT minute FROM minute_count
        WHERE subject_kind = ? AND subject = ? AND minute >= ? AND minute <= ? AND negative > 0 ORDER BY minute DESC
        """,
        (subject.kind.value, subject.id, at - MONITOR_SPAN, at),
    )
    began: Instant | None = None
    for (minute,) in rows:
        if began is not None and began - minute > QUIET:
            break
        began = minute
    return at - QUIET if began is None else began


def _title(db: Db, subject: Subject, scope: str, values: tuple[object, ...]) -> str:
    if subject.kind is SubjectKind.MONITOR:
        title = db.value("SELECT title FROM monitor WHERE id = ? ORDER BY version DESC LIMIT 1", (int(subject.id),))
        if title:
            return str(title)
    texts = [row[0] for row in db.rows(f"SELECT text {scope} ORDER BY published_at, mention.id LIMIT 20", values)]
    words = next((own_words(text) for text in texts if not is_bare(text)), texts[0])
    return " ".join(words.split())[:TITLE]


def _largest(db: Db, scope: str, values: tuple[object, ...]) -> Largest | None:
    row = db.row(
        f"""
        SELECT author, author_followers, mention.id {scope} AND mention.{NEGATIVE} AND author_followers IS NOT NULL
        ORDER BY author_followers DESC, mention.id LIMIT 1
        """,
        values,
    )
    return None if row is None else Largest(row[0], row[1], MentionId(row[2]))


def _evidence(db: Db, scope: str, values: tuple[object, ...]) -> tuple[MentionId, ...]:
    # Words of one's own first, then the widest heard, then the plainest.
    rows = db.rows(
        f"""
        SELECT mention.id {scope} AND mention.{NEGATIVE}
        ORDER BY inherited_from IS NOT NULL, author_followers IS NULL, author_followers DESC, negative DESC, mention.id
        LIMIT 3
        """,
        values,
    )
    return tuple(MentionId(row[0]) for row in rows)


def _platforms(db: Db, subject: Subject, since: Instant, until: Instant) -> tuple[tuple[str, int], ...]:
    rows = db.rows(
        """
        SELECT platform, sum(negative) AS n FROM minute_count
        WHERE subject_kind = ? AND subject = ? AND minute >= ? AND minute <= ?
        GROUP BY platform HAVING n > 0 ORDER BY n DESC, platform
        """,
        (subject.kind.value, subject.id, since - since % MINUTE, until),
    )
    return tuple((row[0], row[1]) for row in rows)


def _spark(db: Db, subject: Subject, at: Instant) -> tuple[int, ...]:
    newest = at - at % MINUTE
    oldest = newest - HOUR + MINUTE
    by_minute = dict(
        tuple(row)
        for row in db.rows(
            """
            SELECT minute, sum(negative) FROM minute_count
            WHERE subject_kind = ? AND subject = ? AND minute BETWEEN ? AND ? GROUP BY minute
            """,
            (subject.kind.value, subject.id, oldest, newest),
        )
    )
    return tuple(by_minute.get(minute, 0) for minute in range(oldest, newest + MINUTE, MINUTE))
