"""Stories: what an entry of the timeline records, from its kind and facts; and with it all that the console says."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from console.domain.escalation import Role, Why
from console.domain.incident import IncidentAct, IncidentState
from console.domain.rule import Level
from console.domain.timeline import Entry, EntryKind
from console.words.alarms import Alarms, Facts
from console.words.names import say
from console.words.strangers import line, quoted

_NOTE: Final = 2_000

_CHANGES: Final[Mapping[tuple[str, str], str]] = {
    ("monitor", "added"): say("Monitor added: {name}"),
    ("monitor", "changed"): say("Monitor changed: {name}"),
    ("monitor", "removed"): say("Monitor removed: {name}"),
    ("source", "added"): say("Source added: {name}"),
    ("source", "changed"): say("Source changed: {name}"),
    ("source", "removed"): say("Source removed: {name}"),
    ("contact", "added"): say("Contact added: {name}"),
    ("contact", "changed"): say("Contact changed: {name}"),
    ("contact", "removed"): say("Contact removed: {name}"),
}


class Words(Alarms):
    """Everything the console says, in one language and one zone; made once and handed around."""

    def entry(self, entry: Entry, *, is_replay: bool = False) -> str:
        """One line of the timeline, without its times and its actor. A replay tells nobody: it only says whom."""
        if is_replay and entry.kind is EntryKind.TOLD:
            return self._would_be_told(entry.facts)
        return self._tellers[entry.kind](self, entry.facts)

    def _first_post(self, facts: Facts) -> str:
        if "author" not in facts:
            return self.say("First post: {title}", title=_text(facts, "title"))
        return self.say(
            "First post, by {author} on {platform}: {text}",
            author=_text(facts, "author", 40),
            platform=self.platform(str(facts.get("platform") or "")),
            text=_text(facts, "text"),
        )

    def _alert_fired(self, facts: Facts) -> str:
        return self.say("{level} · {rule}: {what}", **self._alert(facts), what=self.alert_sentence(facts))

    def _alert_cleared(self, facts: Facts) -> str:
        return self.say("Alert cleared: {level} · {rule}", **self._alert(facts))

    def _alert(self, facts: Facts) -> dict[str, str]:
        return {"level": self._level(facts, "level"), "rule": self.rule_name(str(facts.get("rule") or ""))}

    def _opened(self, facts: Facts) -> str:
        return self.say("Incident opened: {title}", title=_text(facts, "title", 60))

    def _raised(self, facts: Facts) -> str:
        return self.say(
            "Level raised from {before} to {after}", before=self._level(facts, "from"), after=self._level(facts, "to")
        )

    def _told(self, facts: Facts) -> str:
        why = facts.get("why")
        if why == Why.CLEAR:
            return self.say("All-clear to {whom}", whom=self._whom(facts))
        if why == Why.UNSEEN:
            return self.say("{level} told to {whom}: nobody before has seen it", **self._telling(facts))
        return self.say("{level} told to {whom}", **self._telling(facts))

    def _would_be_told(self, facts: Facts) -> str:
        if facts.get("why") == Why.CLEAR:
            return self.say("All-clear would have gone to {whom}", whom=self._whom(facts))
        return self.say("{level} would have been told to {whom}", **self._telling(facts))

    def _telling(self, facts: Facts) -> dict[str, str]:
        return {"level": self._level(facts, "level"), "whom": self._whom(facts)}

    def _delivered(self, facts: Facts) -> str:
        return self.say("Delivered to {whom} ({channel})", whom=self._whom(facts), channel=self._channel(facts))

    def _undelivered(self, facts: Facts) -> str:
        return self.say(
            "Not delivered to {whom} ({channel}): {reason}",
            whom=self._whom(facts),
            channel=self._channel(facts),
            reason=self.reason(facts.get("reason")),
        )

    def _seen(self, facts: Facts) -> str:
        return self.say("Seen by {whom} ({channel})", whom=self._whom(facts), channel=self._channel(facts))

    def _sounded(self, facts: Facts) -> str:
        return self.say("Sounded again for {whom}: not seen yet", whom=self._whom(facts))

    def _acknowledged(self, facts: Facts) -> str:
        taken = self.say("Acknowledged ({channel})", channel=self.channel(str(facts.get("via") or "desk")))
        return self._noted(taken, facts)

    def _note(self, facts: Facts) -> str:
        return line(str(facts.get("text") or ""), _NOTE)

    def _moved(self, facts: Facts) -> str:
        act = facts.get("act")
        name = self.act(IncidentAct(act)) if act in tuple(IncidentAct) else quoted(str(act), 40)
        states = (self._state(facts.get("from")), self._state(facts.get("to")))
        moved = self.say("{act}: {before} → {after}", act=name, before=states[0], after=states[1])
        return self._noted(moved, facts)

    def _all_clear(self, facts: Facts) -> str:
        return self.say("All clear; the highest was {level}", level=self._level(facts, "level"))

    def _silent(self, facts: Facts) -> str:
        return self.say("Source silent: {source}", source=self.source_name(_text(facts, "title", 60)))

    def _heard(self, facts: Facts) -> str:
        return self.say("Source heard again: {source}", source=self.source_name(_text(facts, "title", 60)))

    def _exported(self, facts: Facts) -> str:
        return self.say(
            "Exported as {format}: {name}, SHA-256 {digest}",
            format=_text(facts, "format", 20).upper(),
            name=_text(facts, "name", 100),
            digest=str(facts.get("sha256") or "")[:16] + "…",
        )

    def _rule_changed(self, facts: Facts) -> str:
        return self.say(
            "Rule changed: {rule}, now version {n}",
            rule=self.rule_name(str(facts.get("rule") or "")),
            n=facts.get("version"),
        )

    def _watch_changed(self, facts: Facts) -> str:
        what, act = str(facts.get("what")), str(facts.get("act"))
        if what == "policy":
            return self.say("Telling rules changed: {level}", level=self._level(facts, "name"))
        message = _CHANGES.get((what, act))
        if message is None:
            return _text(facts, "name")
        return self.say(message, name=_text(facts, "name", 60) or self.say("without a name"))

    def _noted(self, what: str, facts: Facts) -> str:
        note = line(str(facts.get("note") or ""), _NOTE)
        return self.say("{what}: {note}", what=what, note=note) if note else what

    def _whom(self, facts: Facts) -> str:
        role = facts.get("role")
        name = _text(facts, "name", 40)
        if role not in tuple(Role):
            return name
        words = self.role(Role(role))
        return self.say("{name} ({role})", name=name, role=words) if name else words

    def _channel(self, facts: Facts) -> str:
        return self.channel(str(facts.get("channel") or ""))

    def _state(self, code: Any) -> str:
        return self.state(IncidentState(code)) if code in tuple(IncidentState) else quoted(str(code), 40)

    def _level(self, facts: Facts, key: str) -> str:
        return self.level_with_shape(next((level for level in Level if level.code == facts.get(key)), Level.NOTICE))

    _tellers: Final[Mapping[EntryKind, Callable[["Words", Facts], str]]] = {
        EntryKind.FIRST_POST: _first_post,
        EntryKind.ALERT_FIRED: _alert_fired,
        EntryKind.ALERT_CLEARED: _alert_cleared,
        EntryKind.INCIDENT_OPENED: _opened,
        EntryKind.LEVEL_RAISED: _raised,
        EntryKind.TOLD: _told,
        EntryKind.DELIVERED: _delivered,
        EntryKind.UNDELIVERED: _undelivered,
        EntryKind.SEEN: _seen,
        EntryKind.ACKNOWLEDGED: _acknowledged,
        EntryKind.NOTE: _note,
        EntryKind.STATE_CHANGED: _moved,
        EntryKind.SOUNDED_AGAIN: _sounded,
        EntryKind.ALL_CLEAR: _all_clear,
        EntryKind.EXPORTED: _exported,
        EntryKind.SOURCE_SILENT: _silent,
        EntryKind.SOURCE_HEARD: _heard,
        EntryKind.RULE_CHANGED: _rule_changed,
        EntryKind.WATCH_CHANGED: _watch_changed,
    }


def _text(facts: Facts, key: str, limit: int = 120) -> str:
    return quoted(str(facts.get(key) or ""), limit)
