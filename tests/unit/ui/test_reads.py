"""What the desk makes of what it reads: blind times, what has risen, how fast it reads, what narrows it."""

import pytest

from console.domain.clock import HOUR, MINUTE
from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import Incident, IncidentId, IncidentState
from console.domain.monitor import Monitor, MonitorId
from console.domain.ports import Gap
from console.domain.rule import Level
from console.ui.attention import Attention
from console.ui.models.desk_reads import STRIP, IncidentRow, Situation, blind_for
from console.ui.models.engine_state import ReadRate
from console.ui.panels.sources import gap_pixels
from console.words import Words

NOON = 1_740_974_400_000


def gap(since: int, until: int | None) -> Gap:
    return Gap("s", NOON + since * MINUTE, None if until is None else NOON + until * MINUTE, "failing")


def an_incident(number: int, level: Level, *, is_firing: bool = True, kind: str = "conversation") -> IncidentRow:
    subject = Subject(SubjectKind(kind), "7")
    incident = Incident(IncidentId(number), subject, level, IncidentState.OPEN, "t", NOON, NOON, is_firing)
    return IncidentRow(incident, 3, 0.5)


@pytest.mark.parametrize(
    ("gaps", "minutes"),
    [
        ([], 0),
        ([gap(-10, -4)], 6),
        ([gap(-10, -4), gap(-8, -2)], 8),  # two sources at once are one blindness
        ([gap(-90, -50)], 10),  # only what lies within the time
        ([gap(-5, None)], 5),
    ],
)
def test_blindness_is_the_time_in_which_any_source_was_not_heard(gaps: list[Gap], minutes: int) -> None:
    assert blind_for(gaps, NOON - HOUR, NOON) == minutes * MINUTE


def test_a_gap_stands_where_it_was_and_is_never_too_narrow_to_see() -> None:
    width = 88
    assert gap_pixels([gap(-120, -60)], NOON, width) == [(0, 44)]
    ((left, right),) = gap_pixels([gap(-60, -59)], NOON, width)
    assert right - left == 9
    ((left, right),) = gap_pixels([gap(-1, None)], NOON, width)
    assert (left, right) == (79, 88)
    assert gap_pixels([Gap("s", NOON - 3 * STRIP, NOON - 2 * STRIP, "old")], NOON, width) == []


def test_an_incident_has_risen_when_it_fires_or_fires_higher() -> None:
    calm = Situation((an_incident(1, Level.WARNING), an_incident(2, Level.SERIOUS, is_firing=False)))
    assert calm.risen_since(calm) is None
    assert Situation((an_incident(1, Level.CRITICAL),)).risen_since(calm) is Level.CRITICAL
    assert Situation((an_incident(2, Level.SERIOUS),)).risen_since(calm) is Level.SERIOUS
    assert Situation((an_incident(1, Level.NOTICE),)).risen_since(calm) is None


def test_a_silent_source_makes_nothing_burn_on_the_plot() -> None:
    assert Situation((an_incident(1, Level.SERIOUS, kind="source"),)).burning is None
    assert Situation((an_incident(1, Level.WARNING), an_incident(2, Level.SERIOUS))).burning is Level.SERIOUS


def test_the_read_rate_is_that_of_the_last_minute_and_starts_over_with_the_engine() -> None:
    rate = ReadRate()
    assert rate.take(NOON, 100) is None
    assert rate.take(NOON + 30_000, 150) == pytest.approx(100)
    for second in range(31, 200):
        rate.take(NOON + second * 1000, 150 + second)
    assert rate.take(NOON + 200_000, 350) == pytest.approx(60, rel=0.05)
    assert rate.take(NOON + 201_000, 0) is None


def test_attention_is_widened_step_by_step_and_says_what_narrows_it() -> None:
    words = Words("en")
    row = an_incident(1, Level.SERIOUS)
    attention = Attention(incident=row.incident, stretch=(NOON, NOON + HOUR))
    assert attention.scope.incident == row.incident
    assert (attention.scope.since, attention.scope.until) == (NOON, NOON + HOUR)
    assert attention.said(words).startswith("Incident · ")
    assert attention.widened() == Attention(incident=row.incident)
    assert attention.widened().widened() == Attention()
    assert Attention().said(words) == ""
    silent = an_incident(2, Level.WARNING, kind="source").incident
    assert Attention(incident=silent).scope.is_all
    assert Attention(monitor=Monitor(MonitorId(0), "")).said(words) == "Everything"
