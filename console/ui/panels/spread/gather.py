"""Gather: what the panel asks the store for, on a reader's thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.clock import Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import Alert, AlertId
from console.domain.mention import MentionId
from console.domain.ports import Gap
from console.domain.reading import Summary
from console.domain.rule import Rule
from console.measures.normal import LEARNED_FROM, SPARED, Normal, learn
from console.store import conversations, coverage, incidents, mentions, watchlist
from console.store.database import Db
from console.ui.panels.spread.series import Counts, blind, columns, heard

_ALERTS = 200
"""So many of the newest alerts are looked through."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the store holds of the subjects between two instants.

    ``counts`` are of all subjects together. ``gaps`` are those of all sources; ``began_at`` is when the first post of
    all arrived, None in an empty store. ``alerts`` are those about the subjects that fired in this time. ``summary`` is
    of a single conversation. ``heard_at`` is when any source was last heard.
    """

    counts: Counts
    gaps: tuple[Gap, ...]
    began_at: Instant | None
    alerts: tuple[Alert, ...]
    rules: tuple[Rule, ...]
    summary: Summary | None
    heard_at: Instant | None


def gather(db: Db, subjects: tuple[Subject, ...], since: Instant, until: Instant) -> Gathered:
    """Read it all in one unchanging view of the store."""
    first = mentions.one(db, MentionId(1))
    heard_at = [state.last_heard_at for state in coverage.states(db) if state.last_heard_at is not None]
    return Gathered(
        counts=columns(mentions.counts_by_minute(db, subjects, since, until)),
        gaps=tuple(coverage.gaps(db, since, until)),
        began_at=None if first is None else first.arrived_at,
        alerts=tuple(_alerts(db, subjects, since)),
        rules=tuple(watchlist.rules(db)),
        summary=_summary(db, subjects, until),
        heard_at=max(heard_at, default=None),
    )


def learn_normal(db: Db, subjects: tuple[Subject, ...], at: Instant, utc_offset: int) -> Normal | None:
    """What is usual of the monitors around the subjects: a conversation has no yesterday of its own."""
    since = at - SPARED - LEARNED_FROM
    counts: dict[Instant, int] = {}
    for one in mentions.counts_by_minute(db, _monitors(db, subjects), since, at):
        counts[one.minute] = counts.get(one.minute, 0) + one.negative
    first = mentions.one(db, MentionId(1))
    if first is None:
        return None
    began = max(since, first.arrived_at)
    return learn(counts, heard(blind(coverage.gaps(db, since, at), since, at), began, at), at, utc_offset)


def _alerts(db: Db, subjects: Sequence[Subject], since: Instant) -> list[Alert]:
    """Alerts about the subjects; for a monitor those of its conversations too, since they are part of it."""
    fired = incidents.fired_after(db, AlertId(max(0, incidents.newest_alert(db) - _ALERTS)))
    kinds = {subject.kind for subject in subjects}
    if SubjectKind.MONITOR in kinds:
        kinds.add(SubjectKind.CONVERSATION)
        about = [alert for alert in fired if alert.subject.kind in kinds]
    else:
        about = [alert for alert in fired if alert.subject in subjects]
    return [alert for alert in about if alert.fired_at is not None and alert.fired_at >= since]


def _summary(db: Db, subjects: Sequence[Subject], at: Instant) -> Summary | None:
    if len(subjects) != 1 or subjects[0].kind is not SubjectKind.CONVERSATION:
        return None
    return conversations.summary(db, subjects[0], at)


def _monitors(db: Db, subjects: Sequence[Subject]) -> list[Subject]:
    named = [subject for subject in subjects if subject.kind is SubjectKind.MONITOR]
    if named:
        return named
    every = watchlist.monitors(db) or [watchlist.EVERYTHING]
    return [Subject(SubjectKind.MONITOR, str(monitor.id)) for monitor in every]
