"""Alerts and incidents as people see them, and what people do with an incident: each act one signed entry."""

import json
from collections.abc import Sequence

from console.domain.clock import Instant
from console.domain.conversation import Subject
from console.domain.errors import NotAllowed
from console.domain.escalation import Role
from console.domain.incident import Alert, AlertId, Incident, IncidentAct, IncidentId, IncidentState, after
from console.domain.timeline import EntryKind
from console.store import outbox, timeline
from console.store.connection import Db, Tx
from console.store.raising import raise_
from console.store.rows import alert_of, incident_of, subject_of
from console.store.telling import Telling

__all__ = [
    "acknowledge",
    "alerts_of",
    "burning",
    "fired_after",
    "list_",
    "move",
    "newest_alert",
    "note",
    "one",
    "open_alerts",
    "raise_",
    "told",
]


def one(db: Db, incident: IncidentId) -> Incident | None:
    """One incident, None when there is none of that id."""
    row = db.row("SELECT * FROM incident WHERE id = ?", (incident,))
    return None if row is None else incident_of(row)


def list_(db: Db, include_resolved: bool = False, limit: int = 200) -> list[Incident]:
    """Incidents, the newest first."""
    among = "" if include_resolved else "INDEXED BY incident_unresolved WHERE state <> 'resolved'"
    return [incident_of(row) for row in db.rows(f"SELECT * FROM incident {among} ORDER BY id DESC LIMIT ?", (limit,))]


def burning(db: Db) -> list[Subject]:
    """The subjects of unresolved incidents of which an alert is firing now, oldest first."""
    rows = db.rows(
        """
        SELECT subject_kind, subject FROM incident INDEXED BY incident_unresolved
        WHERE is_firing = 1 AND state <> 'resolved' ORDER BY id
        """
    )
    return [subject_of(row) for row in rows]


def open_alerts(db: Db) -> list[Alert]:
    """The alerts that are pending or firing, oldest first."""
    rows = db.rows("SELECT * FROM alert INDEXED BY alert_open WHERE state <> 'cleared' ORDER BY id")
    return [alert_of(row) for row in rows]


def alerts_of(db: Db, incident: IncidentId) -> list[Alert]:
    """The alerts that fired for an incident, in order."""
    return [
        alert_of(row) for row in db.rows("SELECT * FROM alert WHERE incident = ? ORDER BY fired_at, id", (incident,))
    ]


def newest_alert(db: Db) -> AlertId:
    """The id of the newest alert, 0 where there is none."""
    return AlertId(db.value("SELECT max(id) FROM alert") or 0)


def fired_after(db: Db, alert: AlertId) -> list[Alert]:
    """The alerts newer than one that have fired, in the order in which they did."""
    rows = db.rows("SELECT * FROM alert WHERE id > ? AND fired_at IS NOT NULL ORDER BY fired_at, id", (alert,))
    return [alert_of(row) for row in rows]


def told(db: Db, alerts: Sequence[AlertId]) -> dict[AlertId, dict[Role, Instant]]:
    """When each role's first notification of each alert was committed."""
    found: dict[AlertId, dict[Role, Instant]] = {alert: {} for alert in alerts}
    rows = db.rows(
        """
        SELECT alert, role, min(at) FROM telling WHERE alert IN (SELECT value FROM json_each(?))
        GROUP BY alert, role ORDER BY alert, min(at), role
        """,
        (json.dumps(list(alerts)),),
    )
    for alert, role, at in rows:
        found[AlertId(alert)][Role(role)] = at
    return found


def acknowledge(tx: Tx, incident: IncidentId, by: str, note: str, at: Instant, via: str = "desk") -> None:
    """Take an incident: its notifications stop. NotAllowed (with ``by``) where somebody has it.

    After a rise in level it may be answered once more: the first taker stays, the second answer is in the timeline.
    """
    before, is_answered = _find(tx, incident, IncidentAct.ACKNOWLEDGE)
    if before.state is IncidentState.OPEN:
        state = after(before.state, IncidentAct.ACKNOWLEDGE)
        tx.execute(
            "UPDATE incident SET state = ?, acknowledged_at = ?, acknowledged_by = ?, note = ? WHERE id = ?",
            (state.value, at, by, note or None, incident),
        )
    elif is_answered or before.state is IncidentState.RESOLVED:
        raise NotAllowed(before.state.value, IncidentAct.ACKNOWLEDGE.value, by=before.acknowledged_by)
    tx.execute("UPDATE incident SET is_answered = 1 WHERE id = ?", (incident,))
    facts = {"note": note, "via": via, "level": before.level.code}
    timeline.append(tx, incident, EntryKind.ACKNOWLEDGED, at, at, by, facts)
    outbox.cancel_for(tx, incident, at, is_answered=True)


def move(tx: Tx, incident: IncidentId, act: IncidentAct, by: str, note: str, at: Instant) -> None:
    """Respond, watch, resolve or reopen; NotAllowed where the act does not fit the state.

    Resolving withdraws what is still being told. Reopening while an alert fires tells everybody anew; it is not
    allowed while another incident of the same subject is unresolved.
    """
    if act is IncidentAct.ACKNOWLEDGE:
        acknowledge(tx, incident, by, note, at)
        return
    before, _ = _find(tx, incident, act)
    state = after(before.state, act)
    if act is IncidentAct.REOPEN:
        _reopen(tx, before, at)
    elif act is IncidentAct.RESOLVE:
        tx.execute("UPDATE incident SET resolved_at = ?, is_answered = 1 WHERE id = ?", (at, incident))
        outbox.cancel_for(tx, incident, at, is_answered=True)
    tx.execute("UPDATE incident SET state = ? WHERE id = ?", (state.value, incident))
    facts = {"act": act.value, "from": before.state.value, "to": state.value, "note": note}
    timeline.append(tx, incident, EntryKind.STATE_CHANGED, at, at, by, facts)
    if act is IncidentAct.REOPEN:
        _tell_again(tx, incident, at)


def note(tx: Tx, incident: IncidentId, by: str, text: str, at: Instant, happened_at: Instant | None = None) -> None:
    """Add a line to an incident's timeline; ``happened_at`` for what happened earlier and is only now written down."""
    _find(tx, incident, None)
    timeline.append(tx, incident, EntryKind.NOTE, at if happened_at is None else happened_at, at, by, {"text": text})


def _find(tx: Tx, incident: IncidentId, act: IncidentAct | None) -> tuple[Incident, bool]:
    row = tx.row("SELECT * FROM incident WHERE id = ?", (incident,))
    if row is None:
        raise NotAllowed("absent", "note" if act is None else act.value, incident=incident)
    return incident_of(row), bool(row["is_answered"])


def _reopen(tx: Tx, incident: Incident, at: Instant) -> None:
    other = tx.value(
        "SELECT id FROM incident WHERE subject_kind = ? AND subject = ? AND state <> 'resolved' AND id <> ?",
        (incident.subject.kind.value, incident.subject.id, incident.id),
    )
    if other is not None:
        raise NotAllowed(incident.state.value, IncidentAct.REOPEN.value, other=other)
    tx.execute(
        """
        UPDATE incident SET resolved_at = NULL, acknowledged_at = NULL, acknowledged_by = NULL, note = NULL,
            is_answered = 0, owed_since = ?
        WHERE id = ?
        """,
        (at, incident.id),
    )


def _tell_again(tx: Tx, incident: IncidentId, at: Instant) -> None:
    row = tx.row("SELECT * FROM incident WHERE id = ?", (incident,))
    assert row is not None
    facts = tx.value(
        "SELECT facts FROM alert WHERE incident = ? AND state = 'firing' ORDER BY id DESC LIMIT 1", (incident,)
    )
    if facts is not None:
        telling = Telling(tx, incident_of(row), since=at, is_muted=bool(row["is_replay"]))
        telling.again(json.loads(facts), at)
