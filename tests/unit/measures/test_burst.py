import gzip
import json
import math
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import DAY, HOUR, MINUTE
from console.measures.burst import HOUR_PROFILE, WINDOWS, glr, hour_factor, hour_share, score

instants = st.integers(0, 4_000_000_000_000)
zones = st.sampled_from([-600, -210, 0, 330, 480, 765])


@given(st.integers(0, 5_000), st.floats(0.001, 500))
def test_glr_is_the_gain_in_log_likelihood_of_the_best_higher_rate(n: int, mu: float) -> None:
    def log_likelihood(mean: float) -> float:
        return n * math.log(mean) - mean

    gain = log_likelihood(max(n, mu)) - log_likelihood(mu)
    assert glr(n, mu) == pytest.approx(gain, abs=1e-6)
    assert glr(n, mu) >= 0.0


@given(st.integers(0, 500), st.floats(0.01, 50))
def test_glr_rises_with_the_count_and_falls_with_what_is_usual(n: int, mu: float) -> None:
    assert glr(n + 1, mu) >= glr(n, mu) >= glr(n, mu * 1.5)


def test_glr_needs_something_usual() -> None:
    with pytest.raises(ValueError):
        glr(3, 0.0)


@given(st.tuples(*[st.integers(0, 300)] * 3), st.floats(0.01, 1), st.floats(0.3, 2))
def test_score_is_the_most_surprising_window(counts: tuple[int, int, int], rate: float, factor: float) -> None:
    by_window = dict(zip(WINDOWS, counts, strict=True))
    each = [glr(n, rate * minutes * factor) for minutes, n in by_window.items()]
    assert score(by_window, rate, factor) == pytest.approx(max(each))


def test_ten_in_ten_minutes_breach_the_shipped_watch_rule_and_six_do_not() -> None:
    assert score({10: 10, 30: 10, 60: 10}, 0.03, 1.0) >= 24.0
    assert score({10: 6, 30: 6, 60: 6}, 0.03, 1.0) < 24.0


@given(instants, zones)
def test_the_hour_bends_without_a_jump(at: int, zone: int) -> None:
    a_second_later = hour_factor(at + 1_000, zone)
    assert hour_factor(at, zone) == pytest.approx(a_second_later, abs=2e-3)


@given(instants, zones)
def test_a_day_comes_round_and_averages_to_one(at: int, zone: int) -> None:
    assert hour_share(at, zone) == pytest.approx(hour_share(at + DAY, zone))
    assert hour_share(at, zone) == pytest.approx(hour_factor(at, zone) ** 2)
    whole = math.fsum(hour_share(at + minute * MINUTE, zone) for minute in range(1440)) / 1440
    assert whole == pytest.approx(1.0, abs=1e-6)


def test_an_hour_is_local() -> None:
    half_past_four = 4 * HOUR + 30 * MINUTE
    assert hour_share(half_past_four, 0) == pytest.approx(HOUR_PROFILE[4])
    assert hour_share(half_past_four, 480) == pytest.approx(HOUR_PROFILE[12])
    assert hour_share(half_past_four, -300) == pytest.approx(HOUR_PROFILE[23])


def test_the_profile_is_that_of_the_recorded_cascades(data_dir: Path) -> None:
    total = [0.0] * 24
    conversations = 0
    with gzip.open(data_dir / "replays_more" / "cascades.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cascade = json.loads(line)
            root = datetime.fromisoformat(cascade["posted_at"])
            seconds = root.hour * 3600 + root.minute * 60 + root.second
            hours = [(seconds + offset) // 3600 % 24 for offset in [0, *cascade["offsets_s"]]]
            conversations += 1
            for hour in hours:
                total[hour] += 24 / len(hours)
    assert pytest.approx([t / conversations for t in total], abs=0.02) == HOUR_PROFILE
