"""Speech: one language and one zone; messages, numbers and times in them."""

import gettext
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from console import assets
from console.domain.clock import DAY, HOUR, MINUTE, SECOND, Instant, Millis

LANGUAGES: Final = ("zh_CN", "en")
"""The languages of the console. The sources are written in English."""

UNKNOWN: Final = "—"
"""What is shown for an unknown figure, never 0; the reason stands beside it or on hover."""

_DOMAIN = "crisis-console"
_UNITS: Final = (DAY, HOUR, MINUTE, SECOND)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Speech:
    """Says things in ``language`` (``zh_CN`` or ``en``) with times local to ``zone``, None for the machine's own.

    A message without translation is said in English.
    """

    def __init__(self, language: str, zone: tzinfo | None = None) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {LANGUAGES}, not {language!r}")
        self.language = language
        self.zone = zone
        self._catalogue: gettext.NullTranslations = gettext.NullTranslations()
        if language != "en":
            self._catalogue = gettext.translation(_DOMAIN, str(assets.path("i18n")), [language])

    @property
    def is_chinese(self) -> bool:
        """Whether this speaks Chinese."""
        return self.language == "zh_CN"

    def say(self, message: str, /, **fields: Any) -> str:
        """A message in this language, its ``{fields}`` filled in; a field that is None is shown as unknown.

        ``message`` is a literal of ours, never a stranger's text; strangers' text comes in as a field, made ``visible``
        or ``quoted`` before.
        """
        return self._fill(self._catalogue.gettext(message), fields)

    def count(self, one: str, many: str, n: int, /, **fields: Any) -> str:
        """A message about ``n`` things; ``{n}`` in it is the number with its separators."""
        return self._fill(self._catalogue.ngettext(one, many, n), {"n": self.number(n), **fields})

    def term(self, context: str, message: str, /) -> str:
        """A word that is said differently by context: the state ``Open`` is not the button ``Open``."""
        return self._catalogue.pgettext(context, message)

    def _fill(self, message: str, fields: dict[str, Any]) -> str:
        return message.format(**{k: UNKNOWN if v is None else v for k, v in fields.items()}) if fields else message

    def listed(self, parts: Iterable[str]) -> str:
        """Words in a row: ``a, b, c`` or ``甲、乙、丙``."""
        return ("、" if self.is_chinese else ", ").join(parts)

    def joined(self, parts: Iterable[str]) -> str:
        """Clauses in a row, without a full stop: ``a; b`` or ``甲；乙``."""
        return ("；" if self.is_chinese else "; ").join(p for p in parts if p)

    def sentence(self, text: str) -> str:
        """The text with its full stop, unless it is empty or already ends like a sentence."""
        if not text or text[-1] in ".!?。！？…":
            return text
        return text + ("。" if self.is_chinese else ".")

    # numbers

    def number(self, value: float | None, digits: int = 0) -> str:
        """``1,234`` or, with digits, ``9.8``."""
        return UNKNOWN if value is None else f"{value:,.{digits}f}"

    def figure(self, value: float | None) -> str:
        """A small figure by its first two digits: ``0.03``, ``1.8``, ``24``, ``1,234``."""
        if value is None or not value:
            return self.number(value)
        return self.number(value, max(0, 1 - math.floor(math.log10(abs(value)))))

    def percent(self, share: float | None) -> str:
        """A share of 0..1 as ``71 %``."""
        return UNKNOWN if share is None else f"{share * 100:.0f} %"

    def rate(self, per_minute: float | None) -> str:
        """Posts per minute: ``9.8/min``, ``9.8 条/分``."""
        return UNKNOWN if per_minute is None else self.say("{n}/min", n=self.number(per_minute, 1))

    def followers(self, n: int | None) -> str:
        """``3,870``, ``84.2K``, ``1.02M``; ``3,870``, ``8.4 万``, ``102 万``. Rounded down: nobody grows by it."""
        if n is None:
            return UNKNOWN
        scales = ((100_000_000, " 亿"), (10_000, " 万")) if self.is_chinese else ((1_000_000, "M"), (1_000, "K"))
        if n < 10_000:
            return f"{n:,}"
        for scale, unit in scales:
            if n >= scale:
                digits = 2 if unit == "M" and n < 10 * scale else 1 if n < 100 * scale else 0
                return f"{_floored(n, scale, digits)}{unit}"
        return f"{n:,}"

    # times

    def local(self, at: Instant) -> datetime | None:
        """The instant as local time; None when it lies beyond the calendar."""
        try:
            return (_EPOCH + timedelta(milliseconds=at)).astimezone(self.zone)
        except (OverflowError, ValueError, OSError):
            return None

    def time_of_day(self, at: Instant | None) -> str:
        """``14:07:32``."""
        return self._strftime(at, "%H:%M:%S")

    def minute_of_day(self, at: Instant | None) -> str:
        """``14:07``."""
        return self._strftime(at, "%H:%M")

    def date(self, at: Instant | None) -> str:
        """``2026-11-20``."""
        local = None if at is None else self.local(at)
        return UNKNOWN if local is None else local.date().isoformat()

    def offset(self, at: Instant) -> Millis:
        """How far local time is ahead of UTC at an instant."""
        local = self.local(at)
        ahead = None if local is None else local.utcoffset()
        return 0 if ahead is None else round(ahead.total_seconds() * 1000)

    def date_time(self, at: Instant | None) -> str:
        """In full, with the offset: ``2026-11-20 14:41:07 +08:00``."""
        local = None if at is None else self.local(at)
        return UNKNOWN if local is None else local.isoformat(" ", "seconds")[:19] + " " + local.isoformat()[-6:]

    def instant(self, at: Instant | None, now: Instant) -> str:
        """``14:07:32`` on the day of ``now``, ``11-21 14:07`` on another of its year, else ``2025-11-21 14:07``."""
        local, today = None if at is None else self.local(at), self.local(now)
        if local is None or today is None:
            return UNKNOWN
        if local.date() == today.date():
            return local.strftime("%H:%M:%S")
        if local.year == today.year:
            return local.strftime("%m-%d %H:%M")
        return f"{local.year:04}-{local:%m-%d %H:%M}"

    def zone_name(self, at: Instant) -> str:
        """The zone's offset at an instant: ``UTC+08:00``."""
        local = self.local(at)
        return UNKNOWN if local is None else f"UTC{local.isoformat()[-6:]}"

    def span(self, length: Millis | None) -> str:
        """A length in words, its two largest units: ``0.4 s``, ``9 min 28 s``, ``15 min``, ``2 h 10 min``."""
        if length is None:
            return UNKNOWN
        length = max(0, length)
        if length < SECOND:
            return self.say("{n} s", n="0" if length < 50 else f"{length / 1000:.1f}")
        largest = next(i for i, unit in enumerate(_UNITS) if length >= unit)
        parts = []
        for i in range(largest, min(largest + 2, len(_UNITS))):
            whole, length = divmod(length, _UNITS[i])
            if whole:
                parts.append((i, whole))
        if len(parts) == 1:
            ((i, whole),) = parts
            alone = (self.say("{n} d"), self.say("{n} h"), self.say("{n} min"), self.say("{n} s"))
            return alone[i].format(n=whole)
        first, second = self.term("first", "{n} h"), self.term("first", "{n} min")
        joined = (self.say("{n} d"), first, second, self.say("{n} s"))
        return " ".join(joined[i].format(n=whole) for i, whole in parts)

    def minutes(self, n: int) -> str:
        """A window's length: ``30 minutes``, ``30 分钟``."""
        return self.count("{n} minute", "{n} minutes", n)

    def elapsed(self, length: Millis | None) -> str:
        """Hours and minutes since the first post: ``2:14``; after a day ``3 d 2:14``."""
        if length is None:
            return UNKNOWN
        days, rest = divmod(max(0, length), DAY)
        clock = f"{rest // HOUR}:{rest % HOUR // MINUTE:02}"
        return f"{self.say('{n} d', n=days)} {clock}" if days else clock

    def countdown(self, length: Millis | None) -> str:
        """What ticks: ``03:12``, ``1:18:57``; below zero ``−01:40``."""
        if length is None:
            return UNKNOWN
        seconds = abs(length) // SECOND
        hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
        clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
        return f"−{clock}" if length <= -SECOND else clock

    def ago(self, length: Millis | None) -> str:
        """``6 s ago``."""
        return UNKNOWN if length is None else self.say("{span} ago", span=self.span(length))

    def as_of(self, at: Instant | None, now: Instant) -> str:
        """The foot of every panel: ``as of 20:41:07 · 6 s old``."""
        if at is None:
            return self.say("nothing heard yet")
        return self.say("as of {time} · {span} old", time=self.instant(at, now), span=self.span(now - at))

    def _strftime(self, at: Instant | None, form: str) -> str:
        local = None if at is None else self.local(at)
        return UNKNOWN if local is None else local.strftime(form)


def _floored(n: int, scale: int, digits: int) -> str:
    """``n / scale`` cut to ``digits`` decimals, without zeros at the end."""
    cut = n * 10**digits // scale / 10**digits
    return f"{cut:,.{digits}f}".rstrip("0").rstrip(".") if digits else f"{cut:,.0f}"
