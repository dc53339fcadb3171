"""Times in the forms that exports and feeds use."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sources._times import read_time

BEIJING = ZoneInfo("Asia/Shanghai")
AT = datetime(2024, 5, 1, 15, 20, 30, tzinfo=BEIJING)
INSTANT = round(AT.timestamp() * 1000)
MINUTE = INSTANT - 30_000
DAY = round(datetime(2024, 5, 1, tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2024-05-01T15:20:30+08:00", INSTANT),
        ("2024-05-01T07:20:30Z", INSTANT),
        ("2024-05-01 15:20:30", INSTANT),
        ("2024-05-01 15:20:30.250", INSTANT + 250),
        ("2024-05-01 15:20", MINUTE),
        ("2024-05-01", DAY),
        ("2024/5/1 15:20", MINUTE),
        ("2024/05/01 15:20:30", INSTANT),
        ("2024.5.1", DAY),
        ("2024-5-1 15:20:30 +0800", INSTANT),
        ("2024年5月1日 15:20", MINUTE),
        ("2024年5月1日15时20分30秒", INSTANT),
        ("2024年05月01日", DAY),
        ("2024年5月1日 下午3:20", MINUTE),
        ("2024年5月1日 凌晨12:00", DAY),
        ("2024-05-01 03:20:30 PM", None),
        ("2024/5/1 PM 3:20", MINUTE),
        ("２０２４－０５－０１ １５：２０", MINUTE),
        ("20240501152030", INSTANT),
        ("20240501", DAY),
        ("20240501T072030Z", INSTANT),
        ("Wed, 01 May 2024 15:20:30 +0800", INSTANT),
        ("Wed, 01 May 2024 07:20:30 GMT", INSTANT),
        ("Wed May 01 15:20:30 +0800 2024", INSTANT),
        (INSTANT // 1000, INSTANT),
        (INSTANT, INSTANT),
        (INSTANT * 1000, INSTANT),
        (INSTANT / 1000, INSTANT),
        (str(INSTANT // 1000), INSTANT),
        (f" {INSTANT} ", INSTANT),
        (f"{INSTANT // 1000}.5", INSTANT + 500),
        ("", None),
        ("刚刚", None),
        ("5分钟前", None),
        ("05-01 15:20", None),
        ("2024-13-01", None),
        ("2024年2月31日", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("1970-01-01", None),
        (0, None),
        (-5, None),
        (True, None),
        (None, None),
        (["2024-05-01"], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        ("1" * 5_000, None),
        ("Wed, 99 Foo 2024 99:99:99 +9999", None),
    ],
)
def test_forms(value: object, instant: int | None) -> None:
    if instant is None:
        with pytest.raises(ValueError):
            read_time(value, BEIJING)
    else:
        assert read_time(value, BEIJING) == instant


def test_a_time_without_an_offset_is_the_machine_s_own() -> None:
    naive = datetime(2024, 5, 1, 15, 20, 30)  # noqa: DTZ001 - that is the point
    assert read_time("2024-05-01 15:20:30") == round(naive.timestamp() * 1000)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S%z", "%Y/%m/%d %H:%M:%S%z", "%Y年%m月%d日 %H:%M:%S%z"]),
)
def test_what_is_written_is_read(naive: datetime, minutes: int, form: str) -> None:
    at = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    text = at.strftime(form).replace(f"{at:%Y}", f"{at.year:04d}", 1)
    assert read_time(text, UTC) == round(at.timestamp() * 1000)


@given(st.text(max_size=90) | st.from_regex(r"\A[0-9年月日:/ .T+-]{1,40}\Z") | st.floats() | st.integers())
def test_no_time_breaks_us(value: object) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read_time(value, BEIJING), int)
