"""Audit: whether what stands in the store agrees with itself: the file, the timeline's chain, the counts by minute."""

from dataclasses import dataclass

from console.domain.sealing import Fault
from console.domain.timeline import EntryKind
from console.store import timeline
from console.store.connection import Db


@dataclass(frozen=True, slots=True)
class Audit:
    """What was counted, by name, and everything that does not hold."""

    counted: dict[str, int]
    faults: tuple[Fault, ...]


def audit(db: Db) -> Audit:
    """Look at everything. It reads the whole store: seconds for a million mentions."""
    counted = {
        name: int(db.value(f"SELECT count(*) FROM {table}"))
        for name, table in (
            ("entries", "entry"),
            ("mentions", "mention"),
            ("incidents", "incident"),
            ("alerts", "alert"),
        )
    }
    faults = [*_damage(db), *_broken_entry(db), *_wrong_counts(db)]
    return Audit(counted, tuple(faults))


def _damage(db: Db) -> list[Fault]:
    said = [str(row[0]) for row in db.rows("PRAGMA integrity_check(3)")]
    faults = [Fault("store_damaged", {"detail": detail}) for detail in said if detail != "ok"]
    orphans = len(db.rows("PRAGMA foreign_key_check"))
    if orphans:
        faults.append(Fault("rows_orphaned", {"n": orphans}))
    return faults


def _broken_entry(db: Db) -> list[Fault]:
    try:
        seq = timeline.verify(db)
    except (ValueError, TypeError):  # an entry that can no longer be read as one
        seq = db.value(_UNREADABLE)
    return [] if seq is None else [Fault("entry_broken", {"seq": seq, "place": seq})]


def _wrong_counts(db: Db) -> list[Fault]:
    wrong = int(db.value(_WRONG_CONVERSATIONS)) + int(db.value(_WRONG_MONITORS))
    copies = int(db.value(_WRONG_COPIES))
    found = ((wrong, "counts_differ"), (copies, "labels_differ"))
    return [Fault(code, {"n": n}) for n, code in found if n]


_KINDS = ", ".join(f"'{kind.value}'" for kind in EntryKind)
_UNREADABLE = f"SELECT min(seq) FROM entry WHERE NOT json_valid(facts) OR kind NOT IN ({_KINDS})"

_COUNTS = """
    mention.published_at - mention.published_at % 60000 AS minute, mention.platform,
    count(*) AS total,
    count(mention.label = 'negative' OR NULL) AS negative,
    count(mention.label = 'uncertain' OR NULL) AS uncertain
"""


def _differing(kind: str, rows: str) -> str:
    """How many minutes of the roll-up are not what the rows say, or the other way round."""
    kept = f"""
        SELECT subject, minute, platform, total, negative, uncertain FROM minute_count
        WHERE subject_kind = '{kind}' AND (total OR negative OR uncertain)
    """
    return f"""
        SELECT count(*) FROM (
            SELECT subject, minute, platform FROM (SELECT * FROM ({rows}) EXCEPT SELECT * FROM ({kept}))
            UNION SELECT subject, minute, platform FROM (SELECT * FROM ({kept}) EXCEPT SELECT * FROM ({rows}))
        )
    """


_WRONG_CONVERSATIONS = _differing(
    "conversation", f"SELECT conversation AS subject, {_COUNTS} FROM mention GROUP BY 1, 2, 3"
)
_WRONG_COPIES = """
    SELECT count(*) FROM mention_monitor AS link JOIN mention ON mention.id = link.mention
    WHERE link.label IS NOT mention.label
"""
_WRONG_MONITORS = _differing(
    "monitor",
    f"""
    SELECT CAST(link.monitor AS TEXT) AS subject, {_COUNTS}
    FROM mention_monitor AS link JOIN mention ON mention.id = link.mention GROUP BY 1, 2, 3
    """,
)
