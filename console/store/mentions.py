"""Mentions come in: each post once, with its judgement, its place, its counts and its cursor, in one commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.domain.clock import Instant
from console.domain.conversation import SubjectKind
from console.domain.hygiene import clean, sample
from console.domain.mention import ConversationId, Label, MentionId, Post, Sentiment
from console.domain.monitor import MonitorId
from console.domain.ports import Cursor, Rejected
from console.store import coverage
from console.store.connection import Tx
from console.store.counted import HEAD, Counted, count, for_tally
from console.store.feed import count_by_label, latest, newest_arrival, one, sample_matching
from console.store.minutes import Rollup, counts_by_minute
from console.store.placing import Placed, Placing
from console.store.rows import FIELDS

__all__ = [
    "HEAD",
    "Added",
    "Counted",
    "ScoredPost",
    "add",
    "count_by_label",
    "counts_by_minute",
    "for_tally",
    "latest",
    "newest_arrival",
    "one",
    "sample_matching",
]


@dataclass(frozen=True, slots=True)
class ScoredPost:
    """A post with the monitors whose words it holds, and its judgement.

    ``sentiment`` None: it adds no words of its own and says what it reposts. ``monitors`` empty: it joins those of its
    thread, if any.
    """

    source: str
    post: Post
    monitors: tuple[MonitorId, ...]
    sentiment: Sentiment | None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch.

    ``counted`` holds the new mentions in their order and, each after the post whose words came, those judged only now;
    ``negative`` counts the negative ones among them. ``merged`` names conversations that turned out to be part of
    another, old and new, in order: what was measured of the old is the new one's. ``rejected`` counts the posts that
    could not be kept, those that the source itself had turned away among them.
    """

    stored: int = 0
    duplicates: int = 0
    unmatched: int = 0
    negative: int = 0
    counted: tuple[Counted, ...] = ()
    merged: tuple[tuple[ConversationId, ConversationId], ...] = ()
    rejected: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(
            self.stored + other.stored,
            self.duplicates + other.duplicates,
            self.unmatched + other.unmatched,
            self.negative + other.negative,
            self.counted + other.counted,
            self.merged + other.merged,
            self.rejected + other.rejected,
        )


def add(
    tx: Tx,
    items: Sequence[ScoredPost],
    cursors: Mapping[str, Cursor] | None = None,
    rejected: Mapping[str, Sequence[Rejected]] | None = None,
    heard: Mapping[str, float | None] | None = None,
    at: Instant | None = None,
) -> Added:
    """Store what is new of a batch, with everything that must be true together: all of it or nothing.

    A post is known by platform and external id, within the batch and the store. What cannot be kept becomes one
    ``ingest_error`` row beside those in ``rejected``. By source: ``cursors``, and ``heard``: in how many seconds it
    means to read again, None for a stream or an end. ``at`` is when all this arrived (None: now).
    """
    now = tx.now() if at is None else at
    refused: dict[str, list[Rejected]] = {}
    let_in: list[tuple[ScoredPost, Post]] = []
    for item in items:
        post = clean(item.post, now)
        if isinstance(post, Rejected):
            refused.setdefault(item.source, []).append(post)
        else:
            let_in.append((item, post))
    arrival = _Arrival(tx, [post for _, post in let_in])
    for item, post in let_in:
        arrival.take(item, post)
    arrival.write()
    _keep_rejected(tx, rejected or {}, now)
    _keep_rejected(tx, refused, now)
    for source, cursor in (cursors or {}).items():
        coverage.went_on(tx, source, cursor)
    for source, next_after in (heard or {}).items():
        coverage.heard(tx, source, now, next_after)
    return arrival.added(sum(len(some) for each in (rejected or {}, refused) for some in each.values()))


class _Arrival:
    """One batch on its way into the store."""

    def __init__(self, tx: Tx, posts: Sequence[Post]) -> None:
        self._tx = tx
        self._placing = Placing(tx, posts)
        self._rollup = Rollup()
        self._counted: list[Counted] = []
        self._rejudged: list[Placed] = []
        self._last_item: dict[str, Instant] = {}
        self._claimed: dict[int, Instant] = {}
        self._duplicates = self._unmatched = self._negative = self._merged = 0

    def take(self, item: ScoredPost, post: Post) -> None:
        assert post.arrived_at is not None
        self._last_item[item.source] = max(self._last_item.get(item.source, 0), post.arrived_at)
        if self._placing.is_known(post):
            self._duplicates += 1
            return
        placed = self._placing.place(item.source, post, item.monitors, item.sentiment)
        if placed is None:
            self._unmatched += 1
            return
        for old, new in self._placing.merged[self._merged :]:
            self._rollup.move(old, new)
        self._merged = len(self._placing.merged)
        if item.post.published_at != post.published_at:
            self._claimed[placed.known.id] = item.post.published_at
        self._count(placed, is_late=False)
        for late in self._placing.judged_by(placed):
            self._count(late, is_late=True)
            if not late.is_new:
                self._rejudged.append(late)

    def write(self) -> None:
        placed = self._placing.placed
        self._tx.executemany(_INSERT, [_row(one, self._claimed.get(one.known.id)) for one in placed])
        self._tx.executemany(
            "INSERT INTO mention_monitor (monitor, mention, label) VALUES (?, ?, ?)",
            [(monitor, one.known.id, one.known.label) for one in placed for monitor in one.monitors],
        )
        self._tx.executemany(
            "INSERT INTO conversation_monitor (conversation, monitor) VALUES (?, ?)", self._placing.new_watch
        )
        self._tx.executemany(_JUDGE, [(*_judgement(one.known.sentiment), one.known.id) for one in self._rejudged])
        self._tx.executemany(
            "UPDATE mention_monitor SET label = ? WHERE mention = ?",
            [(one.known.label, one.known.id) for one in self._rejudged],
        )
        self._rollup.write(self._tx)
        for source, at in self._last_item.items():
            coverage.brought(self._tx, source, at)
        if placed:
            self._tx.touch(mention=MentionId(placed[-1].known.id))
        if self._rejudged:
            self._tx.touch(relabelled=True)

    def added(self, rejected: int) -> Added:
        return Added(
            stored=len(self._placing.placed),
            duplicates=self._duplicates,
            unmatched=self._unmatched,
            negative=self._negative,
            counted=tuple(self._counted),
            merged=tuple(self._placing.merged),
            rejected=rejected,
        )

    def _count(self, placed: Placed, *, is_late: bool) -> None:
        post, known = placed.post, placed.known
        label = known.sentiment.label
        subjects = [(_CONVERSATION, str(known.conversation))]
        subjects.extend((_MONITOR, str(monitor)) for monitor in placed.monitors)
        tell = self._rollup.judge if is_late else self._rollup.add
        tell(subjects, post.published_at, post.platform, label)
        self._negative += label is Label.NEGATIVE
        self._counted.append(count(placed, is_late=is_late))


_CONVERSATION = SubjectKind.CONVERSATION.value
_MONITOR = SubjectKind.MONITOR.value


def _row(placed: Placed, claimed_at: Instant | None) -> tuple[object, ...]:
    post, known = placed.post, placed.known
    return (
        known.id,
        placed.source,
        known.conversation,
        claimed_at,
        post.platform,
        post.external_id,
        post.author,
        post.text,
        post.published_at,
        post.author_followers,
        post.root_id,
        post.parent_id,
        post.url,
        post.reposts,
        post.likes,
        post.comments,
        post.arrived_at,
        post.sentiment,
        *_judgement(known.sentiment),
    )


def _judgement(sentiment: Sentiment) -> tuple[object, ...]:
    return (
        sentiment.score,
        sentiment.negative,
        sentiment.label,
        sentiment.confidence,
        sentiment.version,
        None if sentiment.label else sentiment.unscored or "unscored",
        sentiment.inherited_from,
    )


def _keep_rejected(tx: Tx, rejected: Mapping[str, Iterable[Rejected]], at: Instant) -> None:
    tx.executemany(
        "INSERT INTO ingest_error (source, at, code, place, sample) VALUES (?, ?, ?, ?, ?)",
        [
            (source, at, one.code, sample(one.place), sample(one.sample))
            for source in rejected
            for one in rejected[source]
        ],
    )


_INSERT = f"INSERT INTO mention ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"

_JUDGE = """
    UPDATE mention SET score = ?, negative = ?, label = ?, confidence = ?, scorer = ?, unscored = ?, inherited_from = ?
    WHERE id = ?
"""
