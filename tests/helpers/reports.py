"""Reports made in memory, for what an exporter does with one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from console.domain.clock import MINUTE
from console.domain.escalation import Contact, ContactId, Notification, NotificationId, NotificationState, Role, Why
from console.domain.incident import Alert, AlertId, AlertState, Incident, IncidentId, IncidentState
from console.domain.mention import Label, Mention
from console.domain.ports import Gap, MinuteCount, Report
from console.domain.rule import Level, RuleId, RuleKind
from console.domain.timeline import GENESIS, Entry, EntryKind, sealed
from tests.helpers.builders import NOON, a_mention, a_subject


def a_report(mentions: Sequence[Mention] | None = None, **changes: Any) -> Report:
    """An incident with these posts, all shown with its one alert."""
    posts = tuple(a_mention(n) for n in (1, 2, 3)) if mentions is None else tuple(mentions)
    subject = a_subject("root")
    incident = Incident(
        IncidentId(1),
        subject,
        Level.CRITICAL,
        IncidentState.HANDLING,
        changes.pop("title", "The door does not close"),
        NOON + 10 * MINUTE,
        NOON,
        is_firing=False,
        acknowledged_at=NOON + 14 * MINUTE,
        acknowledged_by="Officer B",
        is_drill=changes.pop("is_drill", False),
        is_replay=changes.pop("is_replay", False),
    )
    facts = {
        "rule": "critical",
        "kind": "escalate",
        "level": "critical",
        "subject": {"kind": "conversation", "id": "root"},
        "title": incident.title,
        "negatives": {"30": 23},
        "expected_30": 1.8,
        "breaches": [{"measure": "negative_60", "value": 120.0, "bound": 100.0}],
        "evidence": [m.id for m in posts],
    }
    alert = Alert(
        AlertId(7),
        RuleId("critical"),
        2,
        RuleKind.ESCALATE,
        Level.CRITICAL,
        subject,
        AlertState.CLEARED,
        NOON + 10 * MINUTE,
        NOON + 10 * MINUTE,
        NOON + 60 * MINUTE,
        incident.id,
        facts,
    )
    told = Notification(
        NotificationId("1-2-1"),
        incident.id,
        ContactId(2),
        Role.EXECUTIVE,
        Level.CRITICAL,
        Why.NEW,
        NotificationState.ANSWERED,
        NOON + 10 * MINUTE,
        seen_at=NOON + 12 * MINUTE,
    )
    known: dict[str, Any] = {
        "incident": incident,
        "alerts": (alert,),
        "entries": chained(
            (EntryKind.FIRST_POST, "machine", {"title": incident.title}),
            (EntryKind.ALERT_FIRED, "machine", {**facts, "alert": 7}),
            (EntryKind.ACKNOWLEDGED, "Officer B", {"note": changes.pop("note", "We look"), "via": "card"}),
        ),
        "mentions": posts,
        "counts": counted(posts),
        "gaps": (Gap("board", NOON + 3 * MINUTE, NOON + 9 * MINUTE, "http_status"),),
        "notifications": ((told, Contact(ContactId(2), "The Boss", Role.EXECUTIVE)),),
        "head": (12, "ab" * 32),
        "as_of": NOON + 120 * MINUTE,
        "made_at": NOON + 120 * MINUTE,
        "made_by": "Officer B",
        "language": "en",
        "store_id": "c0ffee",
        **changes,
    }
    return Report(**known)


def chained(*told: tuple[EntryKind, str, dict[str, Any]]) -> tuple[Entry, ...]:
    """Entries of one incident, each sealed after the one before."""
    entries: list[Entry] = []
    own = GENESIS
    for number, (kind, actor, facts) in enumerate(told):
        at = NOON + 7 * MINUTE * number
        entry = Entry(3 * number + 1, IncidentId(1), kind, at, at, at + 5, actor, facts, "ef" * 32, own, "")
        entries.append(sealed(entry))
        own = entries[-1].hash
    return tuple(entries)


def counted(posts: Sequence[Mention]) -> tuple[MinuteCount, ...]:
    """The counts by minute that the store would hold of these posts."""
    counts: dict[tuple[int, str], MinuteCount] = {}
    for mention in posts:
        key = (mention.post.published_at // MINUTE * MINUTE, mention.post.platform)
        before = counts.get(key, MinuteCount(*key, 0, 0, 0))
        counts[key] = replace(
            before,
            negative=before.negative + (mention.sentiment.label is Label.NEGATIVE),
            uncertain=before.uncertain + (mention.sentiment.label is Label.UNCERTAIN),
            total=before.total + 1,
        )
    return tuple(counts[key] for key in sorted(counts))
