"""Numbers and times as people read them, in both languages."""

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import DAY, HOUR, MINUTE, SECOND
from console.words import UNKNOWN, Words
from tests.helpers.builders import NOON

SHANGHAI = timezone(timedelta(hours=8))
ZH = Words("zh_CN", SHANGHAI)
EN = Words("en", SHANGHAI)


@pytest.mark.parametrize(
    ("n", "en", "zh"),
    [
        (None, "—", "—"),
        (0, "0", "0"),
        (3_870, "3,870", "3,870"),
        (9_999, "9,999", "9,999"),
        (12_199, "12.1K", "1.2 万"),
        (84_210, "84.2K", "8.4 万"),
        (999_999, "999K", "99.9 万"),
        (1_000_000, "1M", "100 万"),
        (1_024_000, "1.02M", "102 万"),
        (31_000_000, "31M", "3,100 万"),
        (123_456_789, "123M", "1.2 亿"),
    ],
)
def test_followers_are_short_and_never_flattered(n: int | None, en: str, zh: str) -> None:
    assert (EN.followers(n), ZH.followers(n)) == (en, zh)


@pytest.mark.parametrize(
    ("length", "en", "zh"),
    [
        (None, "—", "—"),
        (-5, "0 s", "0 秒"),
        (400, "0.4 s", "0.4 秒"),
        (6 * SECOND, "6 s", "6 秒"),
        (59_999, "59 s", "59 秒"),
        (15 * MINUTE, "15 min", "15 分钟"),
        (9 * MINUTE + 28 * SECOND, "9 min 28 s", "9 分 28 秒"),
        (HOUR, "1 h", "1 小时"),
        (2 * HOUR + 10 * MINUTE + 5 * SECOND, "2 h 10 min", "2 时 10 分"),
        (HOUR + 5 * SECOND, "1 h", "1 小时"),
        (3 * DAY + 4 * HOUR, "3 d 4 h", "3 天 4 时"),
    ],
)
def test_a_span_says_its_two_largest_units(length: int | None, en: str, zh: str) -> None:
    assert (EN.span(length), ZH.span(length)) == (en, zh)


@pytest.mark.parametrize(
    ("length", "elapsed", "countdown"),
    [
        (0, "0:00", "00:00"),
        (2 * HOUR + 14 * MINUTE, "2:14", "2:14:00"),
        (DAY + HOUR, "1 d 1:00", "25:00:00"),
        (3 * MINUTE + 12 * SECOND, "0:03", "03:12"),
        (-100 * SECOND, "0:00", "−01:40"),
        (-400, "0:00", "00:00"),
    ],
)
def test_clocks_that_run(length: int, elapsed: str, countdown: str) -> None:
    assert EN.elapsed(length) == elapsed
    assert EN.countdown(length) == countdown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOON + 2 * HOUR + 7 * MINUTE + 32 * SECOND, "14:07:32"),
        (NOON - DAY, "03-02 12:00"),
        (NOON - 365 * DAY, "2024-03-03 12:00"),
        (None, "—"),
        (10**18, "—"),
        (-(10**18), "—"),
    ],
)
def test_a_time_of_today_stands_alone_and_an_older_one_has_its_date(at: int | None, shown: str) -> None:
    assert EN.instant(at, NOON) == shown


def test_local_time_follows_the_zone_through_its_changes() -> None:
    berlin = Words("en", ZoneInfo("Europe/Berlin"))
    before, after = 1_743_289_200_000, 1_743_300_000_000  # 2025-03-30, the hour between 2 and 3 is missing
    assert berlin.date_time(before) == "2025-03-30 00:00:00 +01:00"
    assert berlin.date_time(after) == "2025-03-30 04:00:00 +02:00"
    assert berlin.offset(after) - berlin.offset(before) == HOUR
    assert berlin.zone_name(after) == "UTC+02:00"


def test_the_machines_own_zone_is_used_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert Words("en").zone_name(NOON) == "UTC+05:45"
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62))
def test_no_instant_is_too_strange_to_show(at: int, now: int) -> None:
    assert EN.instant(at, now)
    assert EN.date_time(at)
    assert EN.as_of(at, now)
    assert ZH.span(at)
    assert ZH.elapsed(at)


def test_numbers_have_separators_and_units() -> None:
    assert EN.number(1_204_388) == "1,204,388"
    assert EN.number(9.84, 1) == "9.8"
    assert EN.percent(0.714) == "71 %"
    assert (EN.rate(9.84), ZH.rate(9.84)) == ("9.8/min", "9.8 条/分")
    assert {EN.number(None), EN.percent(None), EN.rate(None), EN.minute_of_day(None), EN.ago(None)} == {UNKNOWN}


def test_the_foot_of_a_panel() -> None:
    assert EN.as_of(NOON, NOON + 6 * SECOND) == "as of 12:00:00 · 6 s old"
    assert ZH.as_of(NOON, NOON + 6 * SECOND) == "截至 12:00:00 · 6 秒前"
    assert EN.as_of(None, NOON) == "nothing heard yet"


def test_a_message_without_translation_is_said_in_english() -> None:
    assert ZH.say("Nobody ever translated {this}", this="sentence") == "Nobody ever translated sentence"


def test_one_and_many() -> None:
    assert EN.minutes(1) == "1 minute"
    assert EN.minutes(30) == "30 minutes"
    assert ZH.minutes(1) == "1 分钟"
    assert EN.count("{n} negative in all", "{n} negatives in all", 1234) == "1,234 negatives in all"


def test_a_word_may_depend_on_where_it_stands() -> None:
    assert ZH.term("state", "Open") == "待研判"
    assert ZH.say("Open") == "打开"
    assert EN.term("state", "Open") == EN.say("Open") == "Open"


def test_a_field_is_never_taken_for_a_message() -> None:
    assert EN.say("{span} ago", span="{0} {x} %s {") == "{0} {x} %s { ago"


def test_what_is_unknown_in_a_message_is_a_dash() -> None:
    assert EN.say("{span} ago", span=None) == "— ago"


def test_another_language_is_no_language_of_ours() -> None:
    with pytest.raises(ValueError, match="language"):
        Words("fr")


def test_a_small_figure_keeps_two_digits() -> None:
    shown = [EN.figure(value) for value in (None, 0.0, 0.0312, 0.31, 1.84, 24.4, 1_234.0)]
    assert shown == ["—", "0", "0.031", "0.31", "1.8", "24", "1,234"]
