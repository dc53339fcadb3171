"""Failures: every error code of the console, as a sentence that says what to do; and short reasons."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from console.domain.errors import ConsoleError, Delayed
from console.words.names import Names, say
from console.words.speech import UNKNOWN
from console.words.strangers import quoted

_ERRORS: Final[Mapping[str, str]] = {
    "not_allowed": say("This cannot be done now: the state is “{state}”. Nothing was changed."),
}

_REASONS: Final[Mapping[str, str]] = {
    "few": say("too few posts to say"),
    "blind": say("nothing was heard for part of this time"),
    "learning": say("still learning what is normal"),
    "awaits_root": say("waits for the post it reposts"),
    "poison": say("this text broke the scorer and was set aside; read it yourself"),
    "too_slow": say("this text took too long to score; read it yourself"),
    "replay": say("a replay reaches nobody"),
    "drill": say("a drill reaches only this machine"),
}


class Failures(Names):
    """Names that can also say what went wrong and what to do."""

    def error(self, error: ConsoleError) -> str:
        """What happened and what to do, for the person who must know. A code without a sentence shows itself."""
        fields = {name: self._field(value) for name, value in error.fields.items()}
        if isinstance(error, Delayed) and error.retry_after is not None:
            fields.setdefault("retry", self.span(round(error.retry_after * 1000)))
        message = _ERRORS.get(error.code)
        if message is None:
            shown = self.listed(f"{name} {value}" for name, value in fields.items())
            return self.say(
                "It did not work ({code}: {fields}). The log says more.",
                code=quoted(error.code),
                fields=shown or UNKNOWN,
            )
        return self.say(message).format_map(defaultdict(lambda: UNKNOWN, fields))

    def reason(self, code: str | None) -> str:
        """A short reason for what is unknown, unscored, muted or not delivered."""
        if code is None:
            return UNKNOWN
        return self.say(_REASONS[code]) if code in _REASONS else quoted(code, 80)

    def _field(self, value: Any) -> str:
        if value is None:
            return UNKNOWN
        if isinstance(value, bool | int | float):
            return f"{value:,}" if not isinstance(value, bool) else str(value)
        return quoted(str(value), 160)
