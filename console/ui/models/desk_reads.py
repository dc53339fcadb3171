"""What the desk's lists show of the store: incidents, monitors, how well we hear, one post, one incident."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from console.domain.clock import MINUTE, Clock, Instant, Millis
from console.domain.conversation import Subject, SubjectKind
from console.domain.escalation import Contact, Notification, NotificationState, Role
from console.domain.incident import Alert, Incident, IncidentId
from console.domain.mention import Mention, MentionId
from console.domain.monitor import Monitor
from console.domain.ports import Gap
from console.domain.rule import Level
from console.domain.timeline import Entry
from console.store import conversations, coverage, feed, incidents, minutes, notifications, timeline, watchlist
from console.store.connection import Db
from console.store.coverage import SourceState

VELOCITY_MINUTES = 5
STRIP = 120 * MINUTE
"""How far back a source's coverage strip reaches."""

THREAD = 100
"""Posts of a conversation that are listed."""

_INBOX = 50


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident with its negative posts and how many come in a minute now; None for a silent source's."""

    incident: Incident
    negatives: int | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The unresolved incidents, gravest first; the last one that was resolved; who is on duty.

    ``told`` are the notifications of the gravest one to the executive, oldest first.
    """

    rows: tuple[IncidentRow, ...] = ()
    last: IncidentRow | None = None
    contacts: tuple[Contact, ...] = ()
    told: tuple[Notification, ...] = ()

    @property
    def worst(self) -> IncidentRow | None:
        """The gravest firing incident, else the gravest that people are not done with."""
        return self.rows[0] if self.rows else None

    @property
    def burning(self) -> Level | None:
        """The gravest level at which anything that was posted makes an alert fire now."""
        firing = [row.incident for row in self.rows if row.incident.is_firing]
        return max((one.level for one in firing if one.subject.kind is not SubjectKind.SOURCE), default=None)

    def risen_since(self, before: "Situation") -> Level | None:
        """The gravest level that was reached since: an incident began to fire, or fires at a higher one."""
        known = {row.incident.id: row.incident.level for row in before.rows if row.incident.is_firing}
        return max(
            (
                row.incident.level
                for row in self.rows
                if row.incident.is_firing and row.incident.level > known.get(row.incident.id, -1)
            ),
            default=None,
        )

    def find(self, incident: IncidentId) -> IncidentRow | None:
        """The row of an incident."""
        return next((row for row in self.rows if row.incident.id == incident), None)

    def contact(self, role: Role) -> Contact | None:
        """Who has a role and a name."""
        return next((contact for contact in self.contacts if contact.role is role and contact.name), None)


@dataclass(frozen=True, slots=True)
class MonitorRow:
    """A monitor with today's posts."""

    monitor: Monitor
    negative: int
    total: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """How well we hear, and whether we are heard.

    ``gaps`` are today's and those of the last two hours. ``pending`` are notifications on their way, ``delivered`` the
    last one that reached a screen, ``undelivered`` the last that will not. ``store_bytes`` is the store's size.
    """

    sources: tuple[SourceState, ...] = ()
    gaps: tuple[Gap, ...] = ()
    newest: Mention | None = None
    pending: int = 0
    delivered: Notification | None = None
    undelivered: Notification | None = None
    store_bytes: int = 0

    @property
    def heard_at(self) -> Instant | None:
        """When any source was last heard: as old are the figures of the desk."""
        return max((s.last_heard_at for s in self.sources if s.last_heard_at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Opened:
    """One post to be read: whose words it carries, its conversation, and the incident that is about it."""

    mention: Mention
    words_of: Mention | None
    thread: tuple[Mention, ...]
    thread_total: int
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Matter:
    """One incident with its alerts, who was told and its timeline."""

    row: IncidentRow
    alerts: tuple[Alert, ...] = ()
    entries: tuple[Entry, ...] = ()
    told: tuple[Notification, ...] = ()
    contacts: dict[int, Contact] = field(default_factory=dict)


def situation(db: Db, clock: Clock) -> Situation:
    """How things stand."""
    now = clock.now()
    open_ = [_incident_row(db, one, now) for one in incidents.list_(db)]
    open_.sort(key=lambda row: (not row.incident.is_firing, -row.incident.level, -row.incident.opened_at))
    newest = incidents.list_(db, include_resolved=True, limit=_INBOX)
    ended = [one for one in newest if one.resolved_at is not None]
    last = max(ended, key=lambda one: one.resolved_at or 0, default=None)
    told = notifications.of_incident(db, open_[0].incident.id) if open_ else []
    return Situation(
        tuple(open_),
        None if last is None else _incident_row(db, last, now),
        tuple(watchlist.contacts(db)),
        tuple(one for one in told if one.role is Role.EXECUTIVE),
    )


def monitor_rows(db: Db, clock: Clock, midnight: Instant) -> tuple[MonitorRow, ...]:
    """The monitors with what was posted since midnight."""
    until = clock.now() + MINUTE
    rows = []
    for monitor in watchlist.monitors(db) or [watchlist.EVERYTHING]:
        subject = Subject(SubjectKind.MONITOR, str(monitor.id))
        negative, _, total = minutes.totals(db, [subject], midnight, until)
        rows.append(MonitorRow(monitor, negative, total))
    return tuple(rows)


def vitals(db: Db, clock: Clock, midnight: Instant, path: Path) -> Vitals:
    """How well we hear at this moment."""
    now = clock.now()
    newest = feed.latest(db, limit=1)
    live = notifications.open_for(db)
    recent = notifications.inbox(db, _INBOX)
    return Vitals(
        tuple(coverage.states(db)),
        tuple(coverage.gaps(db, min(midnight, now - STRIP), now + 1)),
        newest[0] if newest else None,
        sum(one.state in {NotificationState.PENDING, NotificationState.DELAYED} for one in live),
        max((n for n in recent if n.sent_at is not None), key=lambda n: n.sent_at or 0, default=None),
        next((n for n in recent if n.state is NotificationState.REFUSED), None),
        sum(part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists()),
    )


def opened(db: Db, mention: MentionId) -> Opened | None:
    """One post to be read; None when there is none of that id."""
    found = feed.one(db, mention)
    if found is None:
        return None
    ancestor = found.sentiment.inherited_from
    known = {} if ancestor is None else feed.by_external_id(db, found.post.platform, [ancestor])
    members = [found.conversation]
    thread = feed.latest(db, limit=THREAD, conversations=members)
    return Opened(
        found,
        known.get(ancestor or ""),
        tuple(sorted(thread, key=lambda one: (one.post.published_at, one.id), reverse=True)),
        feed.count(db, conversations=members),
        _incident_about(db, found),
    )


def matter(db: Db, clock: Clock, incident: IncidentId) -> Matter | None:
    """One incident; None when there is none of that id."""
    found = incidents.one(db, incident)
    if found is None:
        return None
    return Matter(
        _incident_row(db, found, clock.now()),
        tuple(incidents.alerts_of(db, incident)),
        tuple(timeline.entries(db, incident)),
        tuple(notifications.of_incident(db, incident)),
        {contact.id: contact for contact in watchlist.contacts(db)},
    )


def subjects_of(db: Db, incident: IncidentId) -> tuple[Subject, ...]:
    """What an incident is about, for the plot: its conversations, else its monitor; none for a source's."""
    found = incidents.one(db, incident)
    return () if found is None else _subjects(db, found)


def blind_for(gaps: Sequence[Gap], since: Instant, until: Instant) -> Millis:
    """How long at least one source was not heard."""
    spans = sorted((max(gap.since, since), min(gap.until or until, until)) for gap in gaps)
    total, reached = 0, since
    for begin, end in spans:
        if end > reached:
            total += end - max(begin, reached)
            reached = end
    return total


def _subjects(db: Db, incident: Incident) -> tuple[Subject, ...]:
    if incident.subject.kind is SubjectKind.SOURCE:
        return ()
    if incident.subject.kind is SubjectKind.MONITOR:
        return (incident.subject,)
    return tuple(Subject(SubjectKind.CONVERSATION, one) for one in conversations.of_incident(db, incident.id))


def _incident_row(db: Db, incident: Incident, now: Instant) -> IncidentRow:
    subjects = _subjects(db, incident)
    if not subjects:
        return IncidentRow(incident)
    first = incident.first_post_at if incident.subject.kind is SubjectKind.MONITOR else 0
    # A velocity: the last five whole minutes and what has passed of this one.
    lately = now - now % MINUTE - VELOCITY_MINUTES * MINUTE
    negatives, _, _ = minutes.totals(db, subjects, first, now + MINUTE)
    recent, _, _ = minutes.totals(db, subjects, lately, now + MINUTE)
    return IncidentRow(incident, negatives, recent / ((now - lately) / MINUTE))


def _incident_about(db: Db, mention: Mention) -> Incident | None:
    for incident in incidents.list_(db):
        if incident.subject.kind is SubjectKind.CONVERSATION and mention.conversation in conversations.of_incident(
            db, incident.id
        ):
            return incident
    return None
