"""An alert, the incident it opens or joins, their timeline and the first notifications: one commit, or nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from console.domain.clock import Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import Alert, AlertId, AlertState, Incident, IncidentId
from console.domain.judgement import Verdict
from console.domain.rule import Level
from console.domain.timeline import EntryKind
from console.store import timeline
from console.store.connection import Tx
from console.store.rows import alert_of, incident_of
from console.store.telling import Fired, Telling

_EXCERPT = 200


@dataclass(slots=True)
class _Matter:
    """What this commit does to one incident."""

    level_before: Level | None
    was_firing: bool
    fired: list[Fired] = field(default_factory=list)
    cleared: dict[str, Any] | None = None


def raise_(
    tx: Tx, verdicts: Sequence[Verdict], at: Instant, is_drill: bool = False, is_replay: bool = False
) -> list[AlertId]:
    """Write what the judge found: alerts, the incidents they open or join, the timeline, and who is told.

    A pending verdict keeps a pending alert; a firing one promotes it or starts one, unless one is firing already, of
    which then only ``calm_since`` changes; a cleared one ends it. The incident's people are told once for all alerts
    of the commit. The ids of the alerts concerned, in the order of the verdicts.
    """
    concerned: list[AlertId] = []
    matters: dict[IncidentId, _Matter] = {}
    for verdict in verdicts:
        standing = _open_alert(tx, verdict)
        if verdict.state is AlertState.CLEARED:
            if standing is None:
                continue
            _clear(tx, standing, verdict, at, matters)
            concerned.append(standing.id)
        elif verdict.state is AlertState.PENDING:
            concerned.append(standing.id if standing is not None else _start(tx, verdict, at))
        elif standing is not None and standing.state is AlertState.FIRING:
            tx.execute("UPDATE alert SET calm_since = ? WHERE id = ?", (verdict.calm_since, standing.id))
            concerned.append(standing.id)
        else:
            alert = standing.id if standing is not None else _start(tx, verdict, at)
            _fire(tx, alert, verdict, at, matters, is_drill=is_drill, is_replay=is_replay)
            concerned.append(alert)
    for incident, matter in matters.items():
        _tell(tx, incident, matter, at)
    return concerned


def _open_alert(tx: Tx, verdict: Verdict) -> Alert | None:
    row = tx.row(
        "SELECT * FROM alert WHERE rule = ? AND subject_kind = ? AND subject = ? AND state <> 'cleared'",
        (verdict.rule.id, verdict.subject.kind.value, verdict.subject.id),
    )
    return None if row is None else alert_of(row)


def _start(tx: Tx, verdict: Verdict, at: Instant) -> AlertId:
    return AlertId(
        tx.insert(
            "alert",
            rule=verdict.rule.id,
            rule_version=verdict.rule.version,
            kind=verdict.rule.kind.value,
            level=verdict.rule.level.code,
            subject_kind=verdict.subject.kind.value,
            subject=verdict.subject.id,
            state=AlertState.PENDING.value,
            pending_at=at,
            facts=_json(verdict.facts),
        )
    )


def _fire(
    tx: Tx,
    alert: AlertId,
    verdict: Verdict,
    at: Instant,
    matters: dict[IncidentId, _Matter],
    *,
    is_drill: bool,
    is_replay: bool,
) -> None:
    level = verdict.rule.level
    incident = _unresolved(tx, verdict.subject)
    if incident is None:
        incident = _open(tx, verdict, at, is_drill=is_drill, is_replay=is_replay)
        matters[incident.id] = _Matter(None, was_firing=False)
    matter = matters.setdefault(incident.id, _Matter(incident.level, incident.is_firing))
    tx.execute(
        """
        UPDATE alert SET state = 'firing', fired_at = ?, incident = ?, facts = ?, rule_version = ?, level = ?,
            calm_since = ?
        WHERE id = ?
        """,
        (at, incident.id, _json(verdict.facts), verdict.rule.version, level.code, verdict.calm_since, alert),
    )
    tx.execute("UPDATE incident SET is_firing = 1 WHERE id = ?", (incident.id,))
    if level > incident.level:
        tx.execute("UPDATE incident SET level = ? WHERE id = ?", (level.code, incident.id))
        rise = {"from": incident.level.code, "to": level.code, "alert": alert}
        _note(tx, incident.id, EntryKind.LEVEL_RAISED, at, at, rise)
    _note(tx, incident.id, EntryKind.ALERT_FIRED, at, at, {**verdict.facts, "alert": alert, "level": level.code})
    matter.fired.append(Fired(alert, level, verdict.facts))


def _clear(tx: Tx, alert: Alert, verdict: Verdict, at: Instant, matters: dict[IncidentId, _Matter]) -> None:
    tx.execute(
        "UPDATE alert SET state = 'cleared', cleared_at = ?, calm_since = coalesce(?, calm_since) WHERE id = ?",
        (at, verdict.calm_since, alert.id),
    )
    if alert.incident is None:
        return
    row = tx.row("SELECT * FROM incident WHERE id = ?", (alert.incident,))
    assert row is not None
    incident = incident_of(row)
    matter = matters.setdefault(incident.id, _Matter(incident.level, incident.is_firing))
    matter.cleared = {**verdict.facts, "calm_for": verdict.rule.calm_for}
    facts = {**verdict.facts, "alert": alert.id, "rule": alert.rule, "level": alert.level.code}
    _note(tx, incident.id, EntryKind.ALERT_CLEARED, at, at, facts)


def _open(tx: Tx, verdict: Verdict, at: Instant, *, is_drill: bool, is_replay: bool) -> Incident:
    subject = verdict.subject
    number = IncidentId(
        tx.insert(
            "incident",
            subject_kind=subject.kind.value,
            subject=subject.id,
            level=verdict.rule.level.code,
            state="open",
            title=verdict.title,
            opened_at=at,
            first_post_at=verdict.first_post_at,
            is_firing=1,
            owed_since=at,
            is_drill=int(is_drill),
            is_replay=int(is_replay),
        )
    )
    about = {"subject": {"kind": subject.kind.value, "id": subject.id}, "title": verdict.title}
    if subject.kind is SubjectKind.SOURCE:
        _note(tx, number, EntryKind.SOURCE_SILENT, verdict.first_post_at, at, about)
    else:
        post, known_at = _first_post(tx, subject, verdict.first_post_at)
        _note(tx, number, EntryKind.FIRST_POST, verdict.first_post_at, known_at or at, {**about, **post})
    _note(tx, number, EntryKind.INCIDENT_OPENED, at, at, {**about, "level": verdict.rule.level.code})
    row = tx.row("SELECT * FROM incident WHERE id = ?", (number,))
    assert row is not None
    return incident_of(row)


def _tell(tx: Tx, number: IncidentId, matter: _Matter, at: Instant) -> None:
    row = tx.row("SELECT * FROM incident WHERE id = ?", (number,))
    assert row is not None
    incident = incident_of(row)
    has_risen = matter.level_before is not None and incident.level > matter.level_before
    is_firing = bool(tx.value("SELECT 1 FROM alert WHERE incident = ? AND state = 'firing' LIMIT 1", (number,)))
    is_answered = bool(row["is_answered"]) and not has_risen
    owed_since = at if is_firing and not is_answered and (has_risen or not matter.was_firing) else row["owed_since"]
    tx.execute(
        "UPDATE incident SET is_firing = ?, is_answered = ?, owed_since = ? WHERE id = ?",
        (int(is_firing), int(is_answered), owed_since, number),
    )
    tx.touch(incidents=frozenset((number,)))
    telling = Telling(tx, incident, since=owed_since, is_muted=bool(row["is_replay"]))
    if matter.fired and is_firing and not is_answered:
        telling.of_alerts(matter.fired, at, has_risen=has_risen)
    if matter.cleared is not None and not is_firing and incident.resolved_at is None:
        over = {"title": incident.title, "level": incident.level.code}
        if incident.subject.kind is SubjectKind.SOURCE:
            _note(tx, number, EntryKind.SOURCE_HEARD, at, at, over)
        _note(tx, number, EntryKind.ALL_CLEAR, at, at, over)
        if not is_answered:
            telling.all_clear(matter.cleared, at)


def _unresolved(tx: Tx, subject: Subject) -> Incident | None:
    # A conversation that proved to be part of another is one matter with it.
    row = tx.row(
        """
        WITH whole (id) AS (
            SELECT coalesce((SELECT into_id FROM conversation_merge WHERE ?1 = 'conversation' AND id = ?2), ?2)
        )
        SELECT * FROM incident
        WHERE state <> 'resolved' AND subject_kind = ?1
            AND subject IN (
                SELECT ?2 UNION SELECT id FROM whole
                UNION SELECT m.id FROM conversation_merge AS m, whole WHERE ?1 = 'conversation' AND m.into_id = whole.id
            )
        ORDER BY id LIMIT 1
        """,
        (subject.kind.value, subject.id),
    )
    return None if row is None else incident_of(row)


def _first_post(tx: Tx, subject: Subject, published_at: Instant) -> tuple[dict[str, Any], Instant | None]:
    if subject.kind is SubjectKind.CONVERSATION:
        row = tx.row(
            """
            SELECT id, author, platform, text, arrived_at FROM mention
            WHERE conversation = coalesce((SELECT into_id FROM conversation_merge WHERE id = ?1), ?1)
            ORDER BY published_at, id LIMIT 1
            """,
            (subject.id,),
        )
    else:
        row = tx.row(
            """
            SELECT id, author, platform, text, arrived_at FROM mention AS m
            WHERE published_at = ? AND EXISTS (SELECT 1 FROM mention_monitor WHERE monitor = ? AND mention = m.id)
            ORDER BY id LIMIT 1
            """,
            (published_at, subject.id),
        )
    if row is None:
        return {}, None
    post = {"mention": row["id"], "author": row["author"], "platform": row["platform"], "text": row["text"][:_EXCERPT]}
    return post, row["arrived_at"]


def _note(
    tx: Tx, incident: IncidentId, kind: EntryKind, happened_at: Instant, known_at: Instant, facts: dict[str, Any]
) -> None:
    timeline.append(tx, incident, kind, happened_at, known_at, timeline.MACHINE, facts)


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, allow_nan=False)
