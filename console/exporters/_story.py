"""What every written document tells of a report: its figures, its spread over time, the posts that mattered."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from console.domain.clock import DAY, HOUR, MINUTE, Instant, Millis
from console.domain.escalation import NotificationState, Role, Why
from console.domain.mention import Label, Mention, MentionId, Tier, tier_of
from console.domain.ports import MinuteCount, Report
from console.domain.timeline import EntryKind

MOST_BINS: Final = 160
_WIDTHS: Final[tuple[Millis, ...]] = (
    *(n * MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 91, 365)),
)
SHARE_NEEDS: Final = 10
"""Judged posts below which a negative share is unknown."""

_KEY_POSTS: Final = 12


@dataclass(frozen=True, slots=True)
class Bin:
    """Posts published in one stretch of time: negatives by platform, uncertain ones and all."""

    at: Instant
    negative: dict[str, int]
    uncertain: int
    total: int

    @property
    def negatives(self) -> int:
        """Negatives of all platforms."""
        return sum(self.negative.values())


@dataclass(frozen=True, slots=True)
class Spread:
    """The curve: bins of ``width`` from ``since`` to ``until``, on the wall clock; ``platforms`` low rung first."""

    since: Instant
    until: Instant
    width: Millis
    bins: tuple[Bin, ...]
    platforms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a report, each with the rows it was counted from."""

    negative: tuple[MentionId, ...]
    uncertain: tuple[MentionId, ...]
    unjudged: tuple[MentionId, ...]
    total: tuple[MentionId, ...]
    share: float | None
    reach: int
    known_authors: int
    authors: int
    reach_rows: tuple[MentionId, ...]
    peak: int
    peak_from: Instant | None
    tier: Tier
    tier_row: MentionId | None


@dataclass(slots=True)
class KeyPost:
    """A post to be quoted, and why: ``first``, ``large``, ``rung``, ``evidence``."""

    mention: Mention
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One station on the way from the first post to the answer; ``table`` and ``row`` are where it stands."""

    code: str
    at: Instant
    table: str
    row: int | str
    who: str = ""


def spread(report: Report, offset: Millis = 0) -> Spread:
    """The posts over time, in bins no more than :data:`MOST_BINS`, aligned to a wall clock ``offset`` ahead of UTC."""
    alerts = [at for a in report.alerts for at in (a.fired_at, a.cleared_at) if at is not None]
    minutes = [c.minute for c in report.counts if c.total]
    since = min([report.incident.first_post_at, *minutes])
    until = max([report.incident.opened_at + MINUTE, *(m + MINUTE for m in minutes), *alerts])
    width = next((w for w in _WIDTHS if (until - since) // w < MOST_BINS), _WIDTHS[-1])
    start = (since + offset) // width * width - offset
    grouped: dict[int, list[MinuteCount]] = {}
    for count in report.counts:
        grouped.setdefault((count.minute - start) // width, []).append(count)
    bins = tuple(_bin(start + i * width, grouped.get(i, ())) for i in range((until - start + width - 1) // width))
    seen = {count.platform for count in report.counts if count.negative}
    platforms = tuple(sorted(seen, key=lambda name: (_height(name), name)))
    return Spread(start, start + len(bins) * width, width, bins, platforms)


def _bin(at: Instant, counts: Iterable[MinuteCount]) -> Bin:
    negative: Counter[str] = Counter()
    uncertain = total = 0
    for count in counts:
        if count.negative:
            negative[count.platform] += count.negative
        uncertain += count.uncertain
        total += count.total
    return Bin(at, dict(negative), uncertain, total)


def rung(platform: str) -> int:
    """Which step of the four-step ramp a platform is drawn in: social 0, forums 1, blogs 2, portals and press 3."""
    return max(0, min(int(tier_of(platform)), Tier.PORTAL) - 1)


def _height(platform: str) -> int:
    return int(tier_of(platform))


def figures(report: Report) -> Figures:
    """Count the stored rows again, so that every figure names the rows behind it."""
    negative = [m for m in report.mentions if m.sentiment.label is Label.NEGATIVE]
    judged = sum(m.sentiment.label is not None for m in report.mentions)
    followers: dict[tuple[str, str], tuple[int, MentionId]] = {}
    authors = set()
    for m in report.mentions:
        author = (m.post.platform, m.post.author)
        authors.add(author)
        known = m.post.author_followers
        if known is not None and known >= followers.get(author, (-1, m.id))[0]:
            followers[author] = (known, m.id)
    highest = max(negative, key=lambda m: (_height(m.post.platform), -m.arrived_at), default=None)
    peak, peak_from = _peak(report.counts)
    return Figures(
        negative=_ids(negative),
        uncertain=_ids(m for m in report.mentions if m.sentiment.label is Label.UNCERTAIN),
        unjudged=_ids(m for m in report.mentions if m.sentiment.label is None),
        total=_ids(report.mentions),
        share=len(negative) / judged if judged >= SHARE_NEEDS else None,
        reach=sum(n for n, _ in followers.values()),
        known_authors=len(followers),
        authors=len(authors),
        reach_rows=tuple(sorted(row for _, row in followers.values())),
        peak=peak,
        peak_from=peak_from,
        tier=Tier.OFFLINE if highest is None else tier_of(highest.post.platform),
        tier_row=None if highest is None else highest.id,
    )


def _ids(mentions: Iterable[Mention]) -> tuple[MentionId, ...]:
    return tuple(sorted(m.id for m in mentions))


def _peak(counts: Sequence[MinuteCount]) -> tuple[int, Instant | None]:
    """The most negatives within five minutes of the clock, and when those began."""
    minutes: Counter[Instant] = Counter()
    for count in counts:
        minutes[count.minute] += count.negative
    best, since = 0, None
    for last in sorted(minutes):
        n = sum(minutes[last - i * MINUTE] for i in range(5))
        if n > best:
            best, since = n, last - 4 * MINUTE
    return best, since


def key_posts(report: Report) -> list[KeyPost]:
    """The posts to quote, by publication: the first, the largest accounts', the first on each rung, the alerts' own."""
    picked: dict[MentionId, KeyPost] = {}
    by_id = {m.id: m for m in report.mentions}

    def pick(mention: Mention, why: str) -> None:
        if mention.id in picked or len(picked) < _KEY_POSTS:
            post = picked.setdefault(mention.id, KeyPost(mention))
            if why not in post.why:
                post.why.append(why)

    ordered = sorted(report.mentions, key=lambda m: (m.post.published_at, m.id))
    negative = [m for m in ordered if m.sentiment.label is Label.NEGATIVE]
    for mention in ordered[:1]:
        pick(mention, "first")
    reached: set[Tier] = set()
    for mention in negative:
        tier = tier_of(mention.post.platform)
        if tier > Tier.SOCIAL and tier not in reached:
            reached.add(tier)
            pick(mention, "rung")
    seen: set[str] = set()
    for mention in sorted(negative, key=lambda m: -(m.post.author_followers or 0)):
        if len(seen) < 3 and mention.post.author_followers and mention.post.author not in seen:
            seen.add(mention.post.author)
            pick(mention, "large")
    for alert in report.alerts:
        for row in alert.facts.get("evidence") or ():
            if row in by_id:
                pick(by_id[row], "evidence")
    return sorted(picked.values(), key=lambda p: (p.mention.post.published_at, p.mention.id))


def milestones(report: Report) -> list[Milestone]:
    """From the first post to the answer, as far as it has come, in order of time."""
    first = min(report.mentions, key=lambda m: (m.post.published_at, m.id), default=None)
    fired = [a for a in report.alerts if a.fired_at is not None]
    found: list[Milestone] = []
    if first is not None:
        found.append(Milestone("first_post", first.post.published_at, "mention", first.id))
        found.append(Milestone("heard", first.arrived_at, "mention", first.id))
    if fired:
        alert = min(fired, key=lambda a: a.fired_at or 0)
        found.append(Milestone("alert", alert.fired_at or 0, "alert", alert.id))
    told = [
        (note, contact)
        for note, contact in report.notifications
        if note.role is Role.EXECUTIVE and note.why is not Why.CLEAR and note.state is not NotificationState.MUTED
    ]
    for code, stamp in (("told", "created_at"), ("seen", "seen_at")):
        stamped = [(getattr(n, stamp), n, c) for n, c in told if getattr(n, stamp) is not None]
        if stamped:
            at, note, contact = min(stamped, key=lambda item: item[0])
            found.append(Milestone(code, at, "notification", note.id, contact.name))
    for code, kind in (("acknowledged", EntryKind.ACKNOWLEDGED), ("all_clear", EntryKind.ALL_CLEAR)):
        entry = next((e for e in report.entries if e.kind is kind), None)
        if entry is not None:
            who = entry.actor if code == "acknowledged" else ""
            found.append(Milestone(code, entry.happened_at, "entry", entry.seq, who))
    if report.incident.resolved_at is not None:
        found.append(Milestone("resolved", report.incident.resolved_at, "incident", report.incident.id))
    return sorted(found, key=lambda m: m.at)


def text_digest(mention: Mention) -> str:
    """SHA-256 of a post's text as stored, in UTF-8."""
    return hashlib.sha256(mention.post.text.encode("utf-8", "surrogatepass")).hexdigest()


def ranges(ids: Iterable[int]) -> list[str]:
    """Row numbers in few words: ``12``, ``14–40``."""
    runs: list[list[int]] = []
    for number in sorted(ids):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(a) if a == b else f"{a}–{b}" for a, b in runs]
