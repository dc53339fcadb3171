"""Rule, Threshold, Level: bounds on a reading, with hold time and hysteresis."""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import NewType

from console.domain.clock import MINUTE, Instant, Millis
from console.domain.conversation import SubjectKind
from console.domain.mention import Tier
from console.domain.reading import Measure, Reading

RuleId = NewType("RuleId", str)


class Level(IntEnum):
    """How grave an alert is. Its name in lower case is its name in files and tables."""

    NOTICE = 0
    WARNING = 1
    SERIOUS = 2
    CRITICAL = 3

    @property
    def code(self) -> str:
        """``notice``, ``warning``, ``serious`` or ``critical``."""
        return self.name.lower()


class RuleKind(StrEnum):
    """The family of a rule."""

    WATCH = "watch"
    ESCALATE = "escalate"
    BIG_ACCOUNT = "big_account"
    SILENT = "silent"
    THRESHOLD = "threshold"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A measure that must be at least ``bound``."""

    measure: Measure
    bound: float


@dataclass(frozen=True, slots=True)
class Breach:
    """A threshold that a reading reached: the ``value`` that was there and the ``bound`` in force."""

    measure: Measure
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class Rule:
    """All of ``all_of`` and, where there are any, one of ``any_of``, for at least ``hold_for``.

    A firing alert clears when the reading has stayed below ``calm_share`` of every leading bound (the first threshold
    of ``all_of``, and for an empty one all of ``any_of``) for ``calm_for``: the gap between the two is the hysteresis.
    A rule is a dated, signed row; changing it writes a new version.
    """

    id: RuleId
    kind: RuleKind
    level: Level
    subject_kinds: tuple[SubjectKind, ...]
    all_of: tuple[Threshold, ...]
    any_of: tuple[Threshold, ...] = ()
    hold_for: Millis = 0
    calm_share: float = 0.5
    calm_for: Millis = 30 * MINUTE
    is_enabled: bool = True
    version: int = 1
    changed_at: Instant = 0
    changed_by: str = "shipped"


def breaches(rule: Rule, reading: Reading) -> tuple[Breach, ...]:
    """What of the rule the reading breaches, empty unless the whole rule is met. An unknown figure meets nothing."""
    met: list[Breach] = []
    for threshold in rule.all_of:
        breach = _breach(threshold, reading)
        if breach is None:
            return ()
        met.append(breach)
    if rule.any_of:
        either = [b for t in rule.any_of if (b := _breach(t, reading)) is not None]
        if not either:
            return ()
        met.extend(either)
    return tuple(met)


def is_calm(rule: Rule, reading: Reading) -> bool:
    """Whether the reading is clearly below the rule, so that a firing alert may begin to clear. Unknown is not calm."""
    leading = rule.all_of[:1] or rule.any_of
    for threshold in leading:
        value = reading.value(threshold.measure)
        if value is None or value >= threshold.bound * rule.calm_share:
            return False
    return True


def _breach(threshold: Threshold, reading: Reading) -> Breach | None:
    value = reading.value(threshold.measure)
    if value is None or value < threshold.bound:
        return None
    return Breach(threshold.measure, value, threshold.bound)


_SPREAD = (SubjectKind.CONVERSATION, SubjectKind.MONITOR)

SHIPPED_RULES: tuple[Rule, ...] = (
    Rule(
        RuleId("watch"),
        RuleKind.WATCH,
        Level.WARNING,
        _SPREAD,
        (Threshold(Measure.BURST, 24.0),),
    ),
    Rule(
        RuleId("escalate"),
        RuleKind.ESCALATE,
        Level.SERIOUS,
        _SPREAD,
        (Threshold(Measure.BURST_ALL, 56.0), Threshold(Measure.SHARE, 0.4)),
    ),
    Rule(
        RuleId("big_account"),
        RuleKind.BIG_ACCOUNT,
        Level.SERIOUS,
        _SPREAD,
        (Threshold(Measure.LARGEST_ACCOUNT, 1_000_000.0),),
        calm_for=60 * MINUTE,
    ),
    Rule(
        RuleId("critical"),
        RuleKind.ESCALATE,
        Level.CRITICAL,
        _SPREAD,
        (Threshold(Measure.BURST_ALL, 56.0), Threshold(Measure.SHARE, 0.4)),
        (
            Threshold(Measure.NEGATIVE_60, 100.0),
            Threshold(Measure.BIG_ACCOUNTS, 3.0),
            Threshold(Measure.TIER, float(Tier.PORTAL)),
        ),
    ),
    Rule(
        RuleId("silent"),
        RuleKind.SILENT,
        Level.WARNING,
        (SubjectKind.SOURCE,),
        (Threshold(Measure.SILENT_MINUTES, 3.0),),
        calm_share=0.34,
        calm_for=0,
    ),
    Rule(
        RuleId("deaf"),
        RuleKind.SILENT,
        Level.SERIOUS,
        (SubjectKind.SOURCE,),
        (Threshold(Measure.SILENT_SOURCES, 1.0),),
        calm_share=1.0,
        calm_for=0,
    ),
)
"""The rules as shipped: bounds from held-out recorded cascades, all of them editable."""


def with_bound(rule: Rule, measure: Measure, bound: float, at: Instant, by: str) -> Rule:
    """The next version of a rule with another bound on ``measure``, dated and signed."""
    swap = tuple(replace(t, bound=bound) if t.measure is measure else t for t in rule.all_of)
    swap_any = tuple(replace(t, bound=bound) if t.measure is measure else t for t in rule.any_of)
    return replace(rule, all_of=swap, any_of=swap_any, version=rule.version + 1, changed_at=at, changed_by=by)
