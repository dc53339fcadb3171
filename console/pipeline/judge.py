"""Judge: readings x rules -> findings, with hold time and hysteresis. It keeps no time of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.domain.clock import Instant
from console.domain.conversation import Subject
from console.domain.incident import Alert, AlertState
from console.domain.reading import Reading
from console.domain.rule import Breach, Rule, RuleId, breaches, is_calm


@dataclass(slots=True)
class _Open:
    """A pending or firing alert of one rule on one subject."""

    state: AlertState
    since: Instant
    calm_since: Instant | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one rule on one subject: the state its alert is in now, and the reading that put it there.

    ``met`` is what was breached; it is empty where an alert that goes on firing began or ceased to be calm
    (``calm_since``), and where it cleared.
    """

    state: AlertState
    rule: Rule
    reading: Reading
    met: tuple[Breach, ...] = ()
    calm_since: Instant | None = None


class Judge:
    """Turns what is measured into what is claimed. One alert per rule and subject is open at a time."""

    def __init__(self, rules: Sequence[Rule], open_alerts: Iterable[Alert] = ()) -> None:
        self._rules: tuple[Rule, ...] = ()
        self._open: dict[tuple[RuleId, Subject], _Open] = {}
        for alert in open_alerts:
            self._open[alert.rule, alert.subject] = _Open(alert.state, alert.pending_at, alert.calm_since)
        self.use(rules)

    def use(self, rules: Sequence[Rule]) -> None:
        """Judge by these rules from now on; alerts already open go on under their new bounds."""
        self._rules = tuple(sorted(rules, key=lambda rule: (rule.level, rule.id)))

    def watched(self) -> set[Subject]:
        """The subjects with an open alert."""
        return {subject for _, subject in self._open}

    def next_timer(self) -> Instant | None:
        """When a hold time or a calm time next runs out."""
        rules = {rule.id: rule for rule in self._rules}
        ends = [end for (rule, _), alert in self._open.items() if (end := _ends(rules.get(rule), alert)) is not None]
        return min(ends, default=None)

    def due(self, at: Instant) -> list[Subject]:
        """The subjects whose hold time or calm time has run out by ``at``."""
        rules = {rule.id: rule for rule in self._rules}
        return sorted(
            {
                subject
                for (rule, subject), alert in self._open.items()
                if (end := _ends(rules.get(rule), alert)) is not None and end <= at
            }
        )

    def judge(self, readings: Iterable[Reading], at: Instant) -> list[Finding]:
        """What became of every rule on every subject read: only changes, lowest level first."""
        return [
            finding
            for reading in readings
            for rule in self._rules
            if reading.subject.kind in rule.subject_kinds
            and (finding := self._judge_one(rule, reading, at)) is not None
        ]

    def _judge_one(self, rule: Rule, reading: Reading, at: Instant) -> Finding | None:
        key = (rule.id, reading.subject)
        alert = self._open.get(key)
        met = breaches(rule, reading) if rule.is_enabled else ()
        if alert is None:
            return self._begin(rule, reading, met, at) if met else None
        if alert.state is AlertState.PENDING:
            if not met:
                return self._end(rule, reading)
            if at - alert.since < rule.hold_for:
                return None
            alert.state = AlertState.FIRING
            return Finding(AlertState.FIRING, rule, reading, met)
        return self._settle(rule, reading, alert, at)

    def _begin(self, rule: Rule, reading: Reading, met: tuple[Breach, ...], at: Instant) -> Finding:
        state = AlertState.PENDING if rule.hold_for else AlertState.FIRING
        self._open[rule.id, reading.subject] = _Open(state, at)
        return Finding(state, rule, reading, met)

    def _settle(self, rule: Rule, reading: Reading, alert: _Open, at: Instant) -> Finding | None:
        """A firing alert clears once it has been calm for long enough; a relapse starts that time anew."""
        if rule.is_enabled and not is_calm(rule, reading):
            if alert.calm_since is None:
                return None
            alert.calm_since = None
            return Finding(AlertState.FIRING, rule, reading)
        if alert.calm_since is None:
            alert.calm_since = at
            if rule.calm_for and rule.is_enabled:
                return Finding(AlertState.FIRING, rule, reading, calm_since=at)
        if rule.is_enabled and at - alert.calm_since < rule.calm_for:
            return None
        return self._end(rule, reading)

    def _end(self, rule: Rule, reading: Reading) -> Finding:
        del self._open[rule.id, reading.subject]
        return Finding(AlertState.CLEARED, rule, reading)


def _ends(rule: Rule | None, alert: _Open) -> Instant | None:
    if rule is None:
        return None
    if alert.state is AlertState.PENDING:
        return alert.since + rule.hold_for
    return None if alert.calm_since is None else alert.calm_since + rule.calm_for
