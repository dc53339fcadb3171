"""The judge: one alert per rule and subject, held, firing, calm, cleared."""

from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import MINUTE
from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import Alert, AlertId, AlertState
from console.domain.reading import Measure, Reading
from console.domain.rule import Level, Rule, RuleId, RuleKind, Threshold
from console.pipeline.judge import Finding, Judge

SUBJECT = Subject(SubjectKind.CONVERSATION, "c1")


def a_rule(hold_for: int = 0, calm_for: int = 30 * MINUTE) -> Rule:
    return Rule(
        RuleId("r"),
        RuleKind.THRESHOLD,
        Level.WARNING,
        (SubjectKind.CONVERSATION,),
        (Threshold(Measure.NEGATIVE_15, 10.0),),
        hold_for=hold_for,
        calm_for=calm_for,
    )


def a_reading(value: float | None, at: int) -> Reading:
    return Reading(SUBJECT, at, {} if value is None else {Measure.NEGATIVE_15: value})


def judged(judge: Judge, value: float | None, at: int) -> list[Finding]:
    return judge.judge([a_reading(value, at)], at)


def test_a_metric_that_flaps_round_the_limit_for_half_an_hour_is_one_alert_and_one_recovery() -> None:
    judge = Judge([a_rule()])
    seen = [
        finding
        for minute in range(30)
        for finding in judged(judge, 12.0 if minute % 2 else 8.0, minute * MINUTE)
        if finding.met or finding.state is AlertState.CLEARED
    ]
    for minute in range(30, 90):
        seen += [f for f in judged(judge, 1.0, minute * MINUTE) if f.met or f.state is AlertState.CLEARED]
    assert [finding.state for finding in seen] == [AlertState.FIRING, AlertState.CLEARED]


def test_a_breach_must_hold_before_it_fires() -> None:
    judge = Judge([a_rule(hold_for=2 * MINUTE)])
    assert [f.state for f in judged(judge, 20.0, 0)] == [AlertState.PENDING]
    assert judge.next_timer() == 2 * MINUTE
    assert judged(judge, 20.0, MINUTE) == []
    assert judge.due(2 * MINUTE) == [SUBJECT]
    assert [f.state for f in judged(judge, 20.0, 2 * MINUTE)] == [AlertState.FIRING]


def test_a_breach_that_does_not_hold_never_fires() -> None:
    judge = Judge([a_rule(hold_for=2 * MINUTE)])
    judged(judge, 20.0, 0)
    assert [f.state for f in judged(judge, 1.0, MINUTE)] == [AlertState.CLEARED]
    assert judge.watched() == set()


def test_unknown_neither_fires_nor_calms() -> None:
    judge = Judge([a_rule()])
    assert judged(judge, None, 0) == []
    judged(judge, 20.0, MINUTE)
    assert judged(judge, None, 2 * MINUTE) == []
    assert judge.watched() == {SUBJECT}


def test_a_relapse_starts_the_calm_anew() -> None:
    judge = Judge([a_rule()])
    judged(judge, 20.0, 0)
    assert judged(judge, 1.0, 10 * MINUTE)[0].calm_since == 10 * MINUTE
    assert judged(judge, 9.0, 20 * MINUTE)[0].calm_since is None
    judged(judge, 1.0, 30 * MINUTE)
    assert judged(judge, 1.0, 41 * MINUTE) == []
    assert judged(judge, 1.0, 60 * MINUTE)[0].state is AlertState.CLEARED


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=60),
    st.integers(0, 59),
    st.sampled_from([0, 3 * MINUTE]),
)
def test_a_restart_at_any_point_changes_nothing(steps: list[tuple[int, int]], cut: int, hold_for: int) -> None:
    rule = a_rule(hold_for=hold_for, calm_for=10 * MINUTE)
    whole, halved = Judge([rule]), Judge([rule])
    at, row = 0, None
    for number, (value, minutes) in enumerate(steps):
        at += minutes * MINUTE
        if number == cut:
            halved = Judge([rule], [row] if row is not None else [])
        found, again = judged(whole, float(value), at), judged(halved, float(value), at)
        assert found == again
        for finding in found:
            row = stored(row, finding, at)


def stored(row: Alert | None, finding: Finding, at: int) -> Alert | None:
    """What the store would keep of the alert after a finding."""
    if finding.state is AlertState.CLEARED:
        return None
    pending_at = row.pending_at if row is not None else at
    rule = finding.rule
    return Alert(
        AlertId(1),
        rule.id,
        rule.version,
        rule.kind,
        rule.level,
        SUBJECT,
        finding.state,
        pending_at,
        at,
        None,
        None,
        {},
        finding.calm_since,
    )
