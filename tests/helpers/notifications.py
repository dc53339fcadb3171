"""A notification and the people it is for."""

from typing import Any

from console.domain.escalation import Contact, ContactId, Notification, NotificationId, NotificationState, Role, Why
from console.domain.incident import IncidentId
from console.domain.rule import Level

AT = 1_760_000_000_000
OFFICER = Contact(ContactId(1), "Lin", Role.DUTY, "en")
EXECUTIVE = Contact(ContactId(2), "Zhou", Role.EXECUTIVE, "zh_CN")


def a_notification(to: Contact = OFFICER, /, **changes: Any) -> Notification:
    """A critical notification that was never shown."""
    facts = {
        "level": "critical",
        "rule": "critical",
        "kind": "escalate",
        "title": "Cold rooms that do not close",
        "subject": {"kind": "conversation", "id": "1"},
        "first_post_at": AT - 3_600_000,
        "at": AT,
        "breaches": [],
        "negatives": {"5": 9, "10": 17, "15": 21, "30": 40, "60": 110},
        "posts": {"5": 12, "10": 22, "15": 30, "30": 60, "60": 150},
        "expected_30": 2.0,
        "share": [0.71, 0.63, 0.78],
        "velocity": [1.8, 1.1, 2.8],
        "total": 150,
        "total_negative": 110,
        "authors": 118,
        "known_authors": 103,
        "reach": 1_810_000,
        "platforms": [["weibo", 96], ["forum", 12], ["blog", 2]],
        "tier": 3,
        "largest": {"author": "Daily Door", "followers": 1_020_000, "mention": 5},
        "evidence": [5, 6],
        "spark": [0] * 40 + [1, 0, 2, 1, 3, 2, 4, 3, 5, 4, 6, 5, 7, 8, 6, 9, 8, 7, 9, 10],
        **changes.pop("facts", {}),
    }
    known: dict[str, Any] = {
        "id": NotificationId(f"1-{to.id}-1"),
        "incident": IncidentId(1),
        "contact": to.id,
        "role": to.role,
        "level": Level.CRITICAL,
        "why": Why.NEW,
        "state": NotificationState.PENDING,
        "created_at": AT,
        "facts": facts,
    }
    return Notification(**known | changes)
