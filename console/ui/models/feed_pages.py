"""Pages of the feed, read from the store on a reader's thread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from console.domain.clock import Instant
from console.domain.conversation import SubjectKind
from console.domain.incident import Incident
from console.domain.mention import ConversationId, Label, Mention, MentionId, is_bare
from console.domain.monitor import MonitorId
from console.domain.reading import Measure
from console.domain.rule import Level, Rule
from console.store import conversations, coverage, feed, watchlist
from console.store.connection import Db
from console.store.coverage import SourceState
from console.ui.models.feed_rows import FeedRow
from console.ui.plain import one_line


@dataclass(frozen=True, slots=True)
class Scope:
    """Which mentions the desk looks at: an incident's, a monitor's, or all; published within a time, or at any."""

    incident: Incident | None = None
    monitor: MonitorId | None = None
    since: Instant | None = None
    until: Instant | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return self == Scope()


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive rows, oldest first, and whether the store holds more on the side that was asked for.

    ``newest`` is the newest mention of all when this was read: whatever comes later is newer.
    """

    rows: tuple[FeedRow, ...]
    has_more: bool
    newest: MentionId


@dataclass(frozen=True, slots=True)
class Counts:
    """How the mentions of a scope read, since ``since``.

    ``newest`` is the newest of all, ``last_negative`` when one was last posted, ``sources`` who brings them.
    """

    by_label: dict[Label | None, int]
    since: Instant | None
    newest: Mention | None
    last_negative: Instant | None
    sources: tuple[SourceState, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_label.values())


def newest_page(db: Db, scope: Scope, label: Label | None, limit: int) -> Page:
    """The newest rows."""
    return _page(db, scope, label, limit, None, None)


def lately(db: Db, scope: Scope, label: Label | None, limit: int, since: Instant) -> Page:
    """The newest rows of what has arrived since."""
    return _page(db, scope, label, limit, None, feed.newest_before(db, since), is_forward=False)


def page_before(db: Db, scope: Scope, label: Label | None, limit: int, before: MentionId) -> Page:
    """The rows that stand before one."""
    return _page(db, scope, label, limit, before, None)


def page_after(db: Db, scope: Scope, label: Label | None, limit: int, after: MentionId) -> Page:
    """The rows that follow one."""
    return _page(db, scope, label, limit, None, after, is_forward=True)


def stretch(db: Db, scope: Scope, label: Label | None, first: MentionId, last: MentionId) -> Page:
    """The rows from one to another, both included, as they read now."""
    found = feed.latest(
        db,
        limit=last - first + 1,
        after=MentionId(first - 1),
        before=MentionId(last + 1),
        label=label,
        oldest_first=True,
        **_narrowed(db, scope),
    )
    return Page(_rows(db, found), has_more=False, newest=last)


def count_after(db: Db, scope: Scope, label: Label | None, after: MentionId) -> int:
    """How many rows follow one."""
    return feed.count(db, after=after, label=label, **_narrowed(db, scope))


def counts(db: Db, scope: Scope, since: Instant) -> Counts:
    """How the mentions of a scope read: of an incident or a time all, of what else those published since ``since``."""
    asked = _narrowed(db, scope)
    if asked["since"] is None and scope.incident is None:
        asked["since"] = since
    if scope.is_all:
        by_label = feed.count_by_label(db, since)
    else:
        labels = (Label.NEGATIVE, Label.UNCERTAIN, Label.NEUTRAL, Label.POSITIVE)
        by_label = {label: feed.count(db, label=label, **asked) for label in labels}
        by_label[None] = feed.count(db, **asked) - sum(by_label.values())
    ever = _narrowed(db, replace(scope, since=None, until=None))
    newest = feed.latest(db, limit=1, **ever)
    negative = feed.latest(db, limit=1, label=Label.NEGATIVE, **ever)
    return Counts(
        by_label,
        asked["since"],
        newest[0] if newest else None,
        negative[0].post.published_at if negative else None,
        tuple(coverage.states(db)),
    )


class _Narrowed(TypedDict):
    monitor: MonitorId | None
    conversations: Sequence[ConversationId] | None
    since: Instant | None
    until: Instant | None


def _narrowed(db: Db, scope: Scope) -> _Narrowed:
    monitor, members, since = scope.monitor, None, scope.since
    incident = scope.incident
    if incident is not None and incident.subject.kind is SubjectKind.CONVERSATION:
        members = conversations.of_incident(db, incident.id)
    elif incident is not None and incident.subject.kind is SubjectKind.MONITOR:
        monitor = MonitorId(int(incident.subject.id))
        since = incident.first_post_at if since is None else max(since, incident.first_post_at)
    return {"monitor": monitor, "conversations": members, "since": since, "until": scope.until}


def _page(
    db: Db,
    scope: Scope,
    label: Label | None,
    limit: int,
    before: MentionId | None,
    after: MentionId | None,
    *,
    is_forward: bool = False,
) -> Page:
    found = feed.latest(
        db,
        limit=limit + 1,
        before=before,
        after=after,
        label=label,
        oldest_first=is_forward,
        **_narrowed(db, scope),
    )
    has_more = len(found) > limit
    found = found[:limit]
    newest = feed.latest(db, limit=1)
    return Page(_rows(db, found if is_forward else found[::-1]), has_more, newest[0].id if newest else MentionId(0))


def _rows(db: Db, found: Sequence[Mention]) -> tuple[FeedRow, ...]:
    alone = _alone(watchlist.rules(db))
    bare: dict[str, list[str]] = {}
    for mention in found:
        if mention.sentiment.inherited_from is not None:
            bare.setdefault(mention.post.platform, []).append(mention.sentiment.inherited_from)
    roots = {platform: feed.by_external_id(db, platform, ids) for platform, ids in bare.items()}
    return tuple(_row(mention, roots, alone) for mention in found)


def _row(mention: Mention, roots: dict[str, dict[str, Mention]], alone: Sequence[tuple[float, Level]]) -> FeedRow:
    post, sentiment = mention.post, mention.sentiment
    row = FeedRow(
        mention.id,
        post.published_at,
        post.platform,
        one_line(post.author),
        one_line(post.text),
        sentiment.label,
        sentiment.unscored,
        level=_level(mention, alone),
    )
    root = roots.get(post.platform, {}).get(sentiment.inherited_from or "")
    if root is None or not is_bare(post.text):
        return row
    return replace(row, text=one_line(root.post.text), inherits_from=one_line(root.post.author))


def _level(mention: Mention, alone: Sequence[tuple[float, Level]]) -> Level | None:
    followers = mention.post.author_followers
    if mention.sentiment.label is not Label.NEGATIVE or followers is None:
        return None
    return max((level for bound, level in alone if followers >= bound), default=None)


def _alone(rules: Sequence[Rule]) -> list[tuple[float, Level]]:
    """The followers from which one negative post alone meets a rule, and the level of that rule."""
    return [
        (rule.all_of[0].bound, rule.level)
        for rule in rules
        if rule.is_enabled
        and not rule.any_of
        and [threshold.measure for threshold in rule.all_of] == [Measure.LARGEST_ACCOUNT]
    ]
