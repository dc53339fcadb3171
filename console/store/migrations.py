"""The store's shape, as numbered steps: append only, each in its own transaction together with its number."""

import json
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from console.domain.escalation import SHIPPED_POLICIES, Policy, Role
from console.domain.rule import SHIPPED_RULES, Rule, Threshold
from console.store.connection import APPLICATION_ID

if TYPE_CHECKING:
    from sqlite_utils import Database

Step: TypeAlias = "Callable[[Database], None]"

NEGATIVE = "label = 'negative'"
"""The words of the partial indexes over negative mentions: SQLite uses them only for a query that says the same."""

WAITING = "unscored = 'awaits_root'"
"""The same for the indexes over bare posts whose words have not come."""


def m0001_first_shape(db: "Database") -> None:
    """Everything that one post needs to reach the executive."""
    for statement in (*_MENTIONS, *_INCIDENTS, *_COVERAGE, *_WATCH):
        db.execute(statement)
    for table in ("entry", "monitor", "source", "contact", "rule", "policy"):
        for act in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    db.table("meta").insert({"key": "id", "value": secrets.token_hex(16)})
    db.table("rule").insert_all(rule_row(rule) for rule in SHIPPED_RULES)
    db.table("policy").insert_all(policy_row(policy) for policy in SHIPPED_POLICIES)
    # Somebody must be tellable before anybody has typed a name.
    db.table("contact").insert_all(
        {"id": number, "version": 1, "name": "", "role": role.value, "changed_at": 0, "changed_by": "shipped"}
        for number, role in enumerate((Role.DUTY, Role.EXECUTIVE), start=1)
    )


STEPS: tuple[Step, ...] = (m0001_first_shape,)
NEWEST = len(STEPS)
"""The number of the newest shape: a store with a higher one was written by a newer program."""


def migrate(db: "Database") -> None:
    """Bring the store to the newest shape. A step that fails leaves the shape before it."""
    from sqlite_utils import Migrations

    migrations = Migrations("crisis-console")
    for number, step in enumerate(STEPS, start=1):
        migrations(name=step.__name__)(_numbered(number, step))
    migrations.apply(db)


def _numbered(number: int, step: Step) -> Step:
    def run(db: "Database", /) -> None:
        step(db)
        broken = db.execute("PRAGMA foreign_key_check").fetchone()
        assert broken is None, f"step {number} breaks {tuple(broken)}"
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {number}")

    run.__name__ = step.__name__
    return run


def rule_row(rule: Rule) -> dict[str, object]:
    """A rule as its row."""

    def bounds(thresholds: tuple[Threshold, ...]) -> str:
        return json.dumps([[t.measure.value, t.bound] for t in thresholds])

    return {
        "id": rule.id,
        "version": rule.version,
        "kind": rule.kind.value,
        "level": rule.level.code,
        "subject_kinds": json.dumps([kind.value for kind in rule.subject_kinds]),
        "all_of": bounds(rule.all_of),
        "any_of": bounds(rule.any_of),
        "hold_for": rule.hold_for,
        "calm_share": rule.calm_share,
        "calm_for": rule.calm_for,
        "is_enabled": int(rule.is_enabled),
        "changed_at": rule.changed_at,
        "changed_by": rule.changed_by,
    }


def policy_row(policy: Policy, version: int = 1, at: int = 0, by: str = "shipped") -> dict[str, object]:
    """A policy as its row."""
    return {
        "level": policy.level.code,
        "version": version,
        "steps": json.dumps([[step.role.value, step.after] for step in policy.steps]),
        "sound_every": policy.sound_every,
        "changed_at": at,
        "changed_by": by,
    }


_MENTIONS = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    # claimed_at: the publication time as posted, where it could not be believed.
    """
    CREATE TABLE mention (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        conversation TEXT NOT NULL,
        claimed_at INTEGER,
        platform TEXT NOT NULL,
        external_id TEXT NOT NULL,
        author TEXT NOT NULL,
        text TEXT NOT NULL,
        published_at INTEGER NOT NULL,
        author_followers INTEGER,
        root_id TEXT,
        parent_id TEXT,
        url TEXT,
        reposts INTEGER,
        likes INTEGER,
        comments INTEGER,
        arrived_at INTEGER NOT NULL,
        given REAL,
        score REAL,
        negative REAL,
        label TEXT CHECK (label IN ('negative', 'uncertain', 'neutral', 'positive')),
        confidence REAL NOT NULL,
        scorer TEXT NOT NULL,
        unscored TEXT,
        inherited_from TEXT,
        CHECK ((label IS NULL) = (unscored IS NOT NULL))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX mention_external ON mention (external_id, platform)",
    "CREATE INDEX mention_conversation ON mention (conversation)",
    "CREATE INDEX mention_published ON mention (published_at, label)",
    f"CREATE INDEX mention_negative ON mention (label) WHERE {NEGATIVE}",
    f"CREATE INDEX mention_negative_source ON mention (source) WHERE {NEGATIVE}",
    "CREATE INDEX mention_uncertain ON mention (label) WHERE label = 'uncertain'",
    f"CREATE INDEX mention_waits_parent ON mention (parent_id) WHERE {WAITING}",
    f"CREATE INDEX mention_waits_root ON mention (root_id) WHERE {WAITING}",
    """
    CREATE TABLE mention_monitor (
        monitor INTEGER NOT NULL, mention INTEGER NOT NULL REFERENCES mention, label TEXT,
        PRIMARY KEY (monitor, mention)
    ) STRICT, WITHOUT ROWID
    """,
    f"CREATE INDEX mention_monitor_negative ON mention_monitor (monitor, mention) WHERE {NEGATIVE}",
    "CREATE INDEX mention_monitor_mention ON mention_monitor (mention)",
    """
    CREATE TABLE conversation_monitor (
        conversation TEXT NOT NULL, monitor INTEGER NOT NULL, PRIMARY KEY (conversation, monitor)
    ) STRICT, WITHOUT ROWID
    """,
    # A conversation whose first post turned out to belong to an earlier one.
    "CREATE TABLE conversation_merge (id TEXT PRIMARY KEY, into_id TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX conversation_merge_into ON conversation_merge (into_id)",
    """
    CREATE TABLE minute_count (
        subject_kind TEXT NOT NULL, subject TEXT NOT NULL, minute INTEGER NOT NULL, platform TEXT NOT NULL,
        total INTEGER NOT NULL, negative INTEGER NOT NULL, uncertain INTEGER NOT NULL,
        PRIMARY KEY (subject_kind, subject, minute, platform)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE ingest_error (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL, at INTEGER NOT NULL, code TEXT NOT NULL, place TEXT NOT NULL, sample TEXT NOT NULL
    ) STRICT
    """,
)

_LEVEL = "level TEXT NOT NULL CHECK (level IN ('notice', 'warning', 'serious', 'critical'))"

_INCIDENTS = (
    # is_answered: nobody is owed a telling: it was taken, and its level has not risen since. owed_since: since when
    # somebody is.
    f"""
    CREATE TABLE incident (
        id INTEGER PRIMARY KEY,
        subject_kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        {_LEVEL},
        state TEXT NOT NULL CHECK (state IN ('open', 'handling', 'responded', 'watching', 'resolved')),
        title TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        first_post_at INTEGER NOT NULL,
        is_firing INTEGER NOT NULL,
        is_answered INTEGER NOT NULL DEFAULT 0,
        owed_since INTEGER NOT NULL,
        acknowledged_at INTEGER,
        acknowledged_by TEXT,
        note TEXT,
        resolved_at INTEGER,
        is_drill INTEGER NOT NULL,
        is_replay INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX incident_unresolved ON incident (subject_kind, subject) WHERE state <> 'resolved'",
    "CREATE INDEX incident_owed ON incident (id) WHERE is_firing = 1 AND is_answered = 0",
    f"""
    CREATE TABLE alert (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        rule_version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        {_LEVEL},
        subject_kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'firing', 'cleared')),
        pending_at INTEGER NOT NULL,
        fired_at INTEGER,
        cleared_at INTEGER,
        calm_since INTEGER,
        incident INTEGER REFERENCES incident,
        facts TEXT NOT NULL,
        CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
        CHECK ((fired_at IS NULL) = (incident IS NULL)),
        CHECK (state <> 'firing' OR fired_at IS NOT NULL)
    ) STRICT
    """,
    "CREATE UNIQUE INDEX alert_open ON alert (rule, subject_kind, subject) WHERE state <> 'cleared'",
    "CREATE INDEX alert_incident ON alert (incident, fired_at)",
    f"""
    CREATE TABLE notification (
        id TEXT PRIMARY KEY,
        incident INTEGER NOT NULL REFERENCES incident,
        contact INTEGER NOT NULL,
        role TEXT NOT NULL,
        {_LEVEL},
        why TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        facts TEXT NOT NULL,
        revision INTEGER NOT NULL DEFAULT 1,
        delivered INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        try_at INTEGER,
        sound_at INTEGER,
        sent_at INTEGER,
        received_at INTEGER,
        seen_at INTEGER,
        answered_at INTEGER,
        replaces TEXT REFERENCES notification,
        channel TEXT,
        remote_id TEXT,
        reason TEXT
    ) STRICT
    """,
    "CREATE INDEX notification_incident ON notification (incident, contact)",
    "CREATE INDEX notification_created ON notification (created_at)",
    """
    CREATE INDEX notification_live ON notification (state)
        WHERE state IN ('pending', 'delayed', 'sent', 'received', 'seen')
    """,
    # Which notification told of which alert, and when that was committed.
    """
    CREATE TABLE telling (
        alert INTEGER NOT NULL REFERENCES alert,
        notification TEXT NOT NULL REFERENCES notification,
        role TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (alert, notification)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        incident INTEGER REFERENCES incident,
        kind TEXT NOT NULL,
        happened_at INTEGER NOT NULL,
        known_at INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        facts TEXT NOT NULL,
        previous TEXT NOT NULL,
        previous_own TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX entry_incident ON entry (incident, seq)",
)

_COVERAGE = (
    """
    CREATE TABLE source_state (
        source TEXT PRIMARY KEY,
        lamp TEXT,
        cursor TEXT NOT NULL DEFAULT '{}',
        last_heard_at INTEGER,
        last_item_at INTEGER,
        next_after REAL,
        code TEXT,
        fields TEXT NOT NULL DEFAULT '{}',
        failing_since INTEGER,
        retry_at INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE gap (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, reason TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX gap_open ON gap (source) WHERE until IS NULL",
    "CREATE INDEX gap_since ON gap (since)",
)

_SIGNED = "changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL"

_WATCH = (
    f"""
    CREATE TABLE monitor (
        id INTEGER NOT NULL, version INTEGER NOT NULL,
        title TEXT NOT NULL, names TEXT NOT NULL, exclusions TEXT NOT NULL, handles TEXT NOT NULL,
        only_at INTEGER NOT NULL, is_removed INTEGER NOT NULL DEFAULT 0, {_SIGNED}, PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE source (
        name TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, options TEXT NOT NULL,
        is_enabled INTEGER NOT NULL, is_removed INTEGER NOT NULL DEFAULT 0, {_SIGNED}, PRIMARY KEY (name, version)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE contact (
        id INTEGER NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('duty', 'executive', 'deputy')), language TEXT,
        is_removed INTEGER NOT NULL DEFAULT 0, {_SIGNED}, PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE rule (
        id TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, {_LEVEL},
        subject_kinds TEXT NOT NULL, all_of TEXT NOT NULL, any_of TEXT NOT NULL,
        hold_for INTEGER NOT NULL, calm_share REAL NOT NULL, calm_for INTEGER NOT NULL,
        is_enabled INTEGER NOT NULL, {_SIGNED}, PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE policy (
        {_LEVEL}, version INTEGER NOT NULL, steps TEXT NOT NULL, sound_every INTEGER, {_SIGNED},
        PRIMARY KEY (level, version)
    ) STRICT, WITHOUT ROWID
    """,
)
