"""Times as strangers write them, read as instants."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

from console.domain.clock import Instant
from console.domain.hygiene import EARLIEST

_LATEST: Instant = 4_102_444_800_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_CHINESE = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[\sT]*(?P<half>上午|下午|凌晨|早上|中午|傍晚|晚上|AM|PM)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,9}))?\s*秒?)?)?\s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WEIBO = re.compile(
    r"[A-Za-z]{3,9},? (?P<month>[A-Za-z]{3}) +(?P<day>\d{1,2}) (?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r" (?P<offset>[+-]\d{4}) (?P<year>\d{4})"
)
_AFTERNOON = {"下午", "傍晚", "晚上", "中午", "pm"}


def read_time(value: Any, zone: tzinfo | None = None) -> Instant:
    """The instant that a text or number names; ValueError where it names none between 1990 and 2100.

    Understood are ISO 8601, RFC 2822, Weibo's form, ``2024年5月1日 下午3:20``, ``2024/5/1 15:20``, the compact
    ``20240501152000``, and seconds, milliseconds or microseconds since the epoch. A time without an offset is in
    ``zone``, None being the machine's own.
    """
    text = value if isinstance(value, str) else repr(value) if type(value) in (int, float) else ""
    if len(text) > 80:
        raise ValueError("no time: too long")
    text = unicodedata.normalize("NFKC", text).strip()
    instant = _instant(text, zone)
    if not EARLIEST <= instant < _LATEST:
        raise ValueError(f"no time of ours: {text}")
    return instant


def _instant(text: str, zone: tzinfo | None) -> Instant:
    if re.fullmatch(r"\d{9,17}(\.\d{1,9})?", text, re.ASCII) and not _is_compact(text):
        number = float(text)
        return round(number * 1000 if number < 1e11 else number if number < 1e14 else number / 1000)
    at = _compact(text) if _is_compact(text) else _iso(text) or _spelled(text) or _named(text)
    if at is None:
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError) as error:
            raise ValueError(f"no time: {text}") from error
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        if at.tzinfo is None and zone is not None:
            at = at.replace(tzinfo=zone)
        return round(at.timestamp() * 1000)
    except (OverflowError, OSError) as error:
        raise ValueError(f"no time of ours: {text}") from error


def _is_compact(text: str) -> bool:
    return re.fullmatch(r"(19|20)\d{6}(\d{6})?", text, re.ASCII) is not None


def _compact(text: str) -> datetime:
    return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone is the caller's to say


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _spelled(text: str) -> datetime | None:
    found = _CHINESE.fullmatch(text)
    if found is None:
        return None
    hour = int(found["hour"] or 0)
    half = (found["half"] or "").lower()
    if half in _AFTERNOON and hour < 12 and not (half == "中午" and hour == 11):
        hour += 12
    elif half in ("am", "凌晨", "上午") and hour == 12:
        hour = 0
    fraction = int((found["fraction"] or "0").ljust(6, "0")[:6])
    return datetime(
        int(found["year"]), int(found["month"]), int(found["day"]), hour, int(found["minute"] or 0),
        int(found["second"] or 0), fraction, _offset(found["offset"]),
    )  # fmt: skip


def _named(text: str) -> datetime | None:
    found = _WEIBO.fullmatch(text)
    if found is None or found["month"].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(found["month"].lower()) + 1
    clock = (int(found["hour"]), int(found["minute"]), int(found["second"]))
    return datetime(int(found["year"]), month, int(found["day"]), *clock, tzinfo=_offset(found["offset"]))


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if text[0] == "-" else away)
