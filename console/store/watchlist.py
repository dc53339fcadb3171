"""What is watched, by which rules, and who is told: rows that are dated and signed and never overwritten."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from console.domain.clock import Instant
from console.domain.conversation import SubjectKind
from console.domain.errors import NotAllowed
from console.domain.escalation import Contact, ContactId, Policy, Role, Step
from console.domain.monitor import Monitor, MonitorId
from console.domain.reading import Measure
from console.domain.rule import Level, Rule, RuleId, RuleKind, Threshold
from console.domain.timeline import EntryKind
from console.store import timeline
from console.store.connection import Db, Tx
from console.store.migrations import policy_row, rule_row

EVERYTHING = Monitor(MonitorId(0), "")
"""What is watched while there is no monitor: everything."""

ALWAYS_THERE = (Role.DUTY, Role.EXECUTIVE)
"""Roles that never stand empty: somebody must be tellable."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source to listen to: its unique name, its plug-in, and the plug-in's options as plain JSON."""

    name: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    is_enabled: bool = True


def monitors(db: Db) -> list[Monitor]:
    """The monitors, oldest first; empty where nobody has made one."""
    return [
        Monitor(
            MonitorId(row["id"]),
            row["title"],
            tuple(json.loads(row["names"])),
            tuple(json.loads(row["exclusions"])),
            tuple(json.loads(row["handles"])),
            bool(row["only_at"]),
        )
        for row in _newest(db, "monitor")
    ]


def masks(db: Db) -> list[str]:
    """The names that must not carry a judgement: of brands, products and people watched, and their accounts."""
    return sorted({name for monitor in monitors(db) for name in (*monitor.names, *monitor.handles)})


def save_monitor(tx: Tx, monitor: Monitor, by: str, at: Instant) -> MonitorId:
    """Write a monitor's next version; id 0 makes a new one. Its id."""
    number = monitor.id or MonitorId((tx.value("SELECT max(id) FROM monitor") or 0) + 1)
    _write(
        tx,
        "monitor",
        {
            "id": number,
            "title": monitor.title,
            "names": _json(monitor.names),
            "exclusions": _json(monitor.exclusions),
            "handles": _json(monitor.handles),
            "only_at": int(monitor.only_at),
        },
        by,
        at,
        monitor.title,
    )
    return number


def remove_monitor(tx: Tx, monitor: MonitorId, by: str, at: Instant) -> None:
    """Stop watching for it; what was stored stays."""
    _remove(tx, "monitor", "id", monitor, by, at, "title")


def sources(db: Db) -> list[SourceRow]:
    """The sources, by name."""
    return [
        SourceRow(row["name"], row["kind"], json.loads(row["options"]), bool(row["is_enabled"]))
        for row in _newest(db, "source", "name")
    ]


def save_source(
    tx: Tx, name: str, kind: str, options: Mapping[str, Any], by: str, at: Instant, *, is_enabled: bool = True
) -> None:
    """Write a source's next version."""
    fields = {"name": name, "kind": kind, "options": _json(dict(options)), "is_enabled": int(is_enabled)}
    _write(tx, "source", fields, by, at, name)
    tx.touch(sources=frozenset((name,)))


def remove_source(tx: Tx, name: str, by: str, at: Instant) -> None:
    """Stop listening; what was stored stays."""
    _remove(tx, "source", "name", name, by, at, "name")
    tx.touch(sources=frozenset((name,)))


def contacts(db: Db) -> list[Contact]:
    """Who is told, oldest first. A name is empty until somebody has given it."""
    return [
        Contact(ContactId(row["id"]), row["name"], Role(row["role"]), row["language"]) for row in _newest(db, "contact")
    ]


def save_contact(tx: Tx, contact: Contact, by: str, at: Instant) -> ContactId:
    """Write a contact's next version; id 0 makes a new one. NotAllowed if its old role would stand empty."""
    number = contact.id or ContactId((tx.value("SELECT max(id) FROM contact") or 0) + 1)
    _keep_roles(tx, number, contact.role, "change")
    fields = {"id": number, "name": contact.name, "role": contact.role.value, "language": contact.language}
    _write(tx, "contact", fields, by, at, contact.name)
    return number


def remove_contact(tx: Tx, contact: ContactId, by: str, at: Instant) -> None:
    """Tell this person no more. NotAllowed if their role would stand empty."""
    _keep_roles(tx, contact, None, "remove")
    _remove(tx, "contact", "id", contact, by, at, "name")


def rules(db: Db) -> list[Rule]:
    """The newest version of every rule, in the order in which they came."""
    return [_rule(row) for row in db.rows(_NEWEST_RULES)]


def save_rule(tx: Tx, rule: Rule, by: str) -> Rule:
    """Write a rule's next version, in force from ``changed_at``, and give it back. An unchanged one is left alone."""
    row = tx.row("SELECT * FROM rule WHERE id = ? ORDER BY version DESC LIMIT 1", (rule.id,))
    before = {} if row is None else rule_row(_rule(row))
    after = rule_row(replace(rule, version=1 if row is None else row["version"] + 1, changed_by=by))
    changed = [name for name in after if name not in _SIGNATURE and after[name] != before.get(name)]
    if not changed:
        assert row is not None
        return _rule(row)
    tx.table("rule").insert(after)
    tx.touch(watchlist=True)
    facts = {
        "rule": rule.id,
        "version": after["version"],
        "before": {name: before.get(name) for name in changed},
        "after": {name: after[name] for name in changed},
    }
    timeline.append(tx, None, EntryKind.RULE_CHANGED, rule.changed_at, rule.changed_at, by, facts)
    written = tx.row("SELECT * FROM rule WHERE id = ? ORDER BY version DESC LIMIT 1", (rule.id,))
    assert written is not None
    return _rule(written)


def policies(db: Db) -> list[Policy]:
    """The newest version of every level's policy, lowest level first."""
    rows = db.rows("SELECT * FROM policy AS p WHERE version = (SELECT max(version) FROM policy WHERE level = p.level)")
    found = [
        Policy(
            Level[row["level"].upper()],
            tuple(Step(Role(role), after) for role, after in json.loads(row["steps"])),
            row["sound_every"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda policy: policy.level)


def save_policy(tx: Tx, policy: Policy, by: str, at: Instant) -> None:
    """Write the next version of a level's policy."""
    version = (tx.value("SELECT max(version) FROM policy WHERE level = ?", (policy.level.code,)) or 0) + 1
    tx.table("policy").insert(policy_row(policy, version, at, by))
    _announce(tx, "policy", "changed", policy.level.code, by, at)


_SIGNATURE = ("version", "changed_at", "changed_by")

_NEWEST_RULES = """
    SELECT r.* FROM rule AS r
    JOIN (SELECT id, max(version) AS newest, min(changed_at) AS came FROM rule GROUP BY id) AS n
        ON n.id = r.id AND n.newest = r.version
    ORDER BY n.came, r.kind, r.id
"""


def _rule(row: sqlite3.Row) -> Rule:
    def bounds(text: str) -> tuple[Threshold, ...]:
        return tuple(Threshold(Measure(measure), bound) for measure, bound in json.loads(text))

    return Rule(
        id=RuleId(row["id"]),
        kind=RuleKind(row["kind"]),
        level=Level[row["level"].upper()],
        subject_kinds=tuple(SubjectKind(kind) for kind in json.loads(row["subject_kinds"])),
        all_of=bounds(row["all_of"]),
        any_of=bounds(row["any_of"]),
        hold_for=row["hold_for"],
        calm_share=row["calm_share"],
        calm_for=row["calm_for"],
        is_enabled=bool(row["is_enabled"]),
        version=row["version"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
    )


Watched = Literal["monitor", "source", "contact"]


def _newest(db: Db, table: Watched, key: str = "id") -> list[sqlite3.Row]:
    return db.rows(
        f"""
        SELECT * FROM {table} AS t WHERE is_removed = 0
            AND version = (SELECT max(version) FROM {table} WHERE {key} = t.{key})
        ORDER BY {key}
        """
    )


def _write(tx: Tx, table: Watched, fields: dict[str, Any], by: str, at: Instant, name: str) -> None:
    key = next(iter(fields))
    before = tx.row(f"SELECT * FROM {table} WHERE {key} = ? ORDER BY version DESC LIMIT 1", (fields[key],))
    is_there = before is not None and not before["is_removed"]
    if before is not None and is_there and all(before[column] == value for column, value in fields.items()):
        return
    version = 1 if before is None else before["version"] + 1
    tx.table(table).insert({**fields, "version": version, "is_removed": 0, "changed_at": at, "changed_by": by})
    _announce(tx, table, "changed" if is_there else "added", name, by, at)


def _remove(tx: Tx, table: Watched, key: str, value: Any, by: str, at: Instant, name: str) -> None:
    row = tx.row(f"SELECT * FROM {table} WHERE {key} = ? ORDER BY version DESC LIMIT 1", (value,))
    if row is None or row["is_removed"]:
        raise NotAllowed("absent", "remove", what=table, name=str(value))
    signed = {"version": row["version"] + 1, "is_removed": 1, "changed_at": at, "changed_by": by}
    tx.table(table).insert({**dict(row), **signed})
    _announce(tx, table, "removed", row[name], by, at)


def _announce(tx: Tx, what: str, act: str, name: str, by: str, at: Instant) -> None:
    tx.touch(watchlist=True)
    timeline.append(tx, None, EntryKind.WATCH_CHANGED, at, at, by, {"what": what, "act": act, "name": name})


def _keep_roles(tx: Tx, changing: ContactId, into: Role | None, act: str) -> None:
    held = contacts(tx)
    before = next((one.role for one in held if one.id == changing), None)
    if before in ALWAYS_THERE and before is not into and not any(c.role is before for c in held if c.id != changing):
        raise NotAllowed("last_of_role", act, role=before.value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
