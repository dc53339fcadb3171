"""Outcome: what one run over recorded streams read, alerted and opened, as plain JSON values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from console.domain.clock import Instant
from console.domain.escalation import Role
from console.domain.incident import Alert, AlertId, Incident, IncidentId
from console.services.engine import Progress
from console.store import incidents
from console.store.connection import Db


def outcome(db: Db, before: AlertId, progress: Progress) -> dict[str, Any]:
    """The answer of ``replay``: counts of this run, and its alerts and incidents: those after ``before``.

    Times are ISO 8601 with offset. ``told`` is when a role's notification was committed.
    """
    fired = incidents.fired_after(db, before)
    told = incidents.told(db, [alert.id for alert in fired])
    opened = sorted({alert.incident for alert in fired if alert.incident is not None})
    span = (progress.last_at or 0) - (progress.first_at or 0)
    wall = (progress.ended or 0.0) - (progress.began or 0.0)
    return {
        "mentions": {
            "read": progress.read,
            "stored": progress.stored,
            "duplicates": progress.duplicates,
            "rejected": progress.rejected,
            "negative": progress.negative,
        },
        "seconds": {"stream": span / 1000, "wall": round(wall, 3)},
        "alerts": [_alert(alert, told.get(alert.id, {})) for alert in fired],
        "incidents": [
            _incident(found, [alert.id for alert in fired if alert.incident == found.id])
            for found in sorted(_those(db, opened), key=lambda incident: (incident.opened_at, incident.id))
        ],
        "forecasts": [],
    }


def _those(db: Db, wanted: list[IncidentId]) -> list[Incident]:
    return [incident for one in wanted if (incident := incidents.one(db, one)) is not None]


def _alert(alert: Alert, told: Mapping[Role, Instant]) -> dict[str, Any]:
    return {
        "id": alert.id,
        "rule": alert.rule,
        "rule_kind": alert.kind.value,
        "level": alert.level.code,
        "subject": {"kind": alert.subject.kind.value, "id": alert.subject.id},
        "fired_at": _iso(alert.fired_at),
        "cleared_at": _iso(alert.cleared_at),
        "told": {role.value: _iso(at) for role, at in sorted(told.items())},
    }


def _incident(incident: Incident, alerts: list[AlertId]) -> dict[str, Any]:
    return {
        "id": incident.id,
        "level": incident.level.code,
        "state": incident.state.value,
        "title": incident.title,
        "opened_at": _iso(incident.opened_at),
        "first_post_at": _iso(incident.first_post_at),
        "subject": {"kind": incident.subject.kind.value, "id": incident.subject.id},
        "alerts": alerts,
    }


def _iso(at: Instant | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
