"""Can we hear? Where nothing burns, the proof that we would know."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.clock import SECOND, Instant
from console.domain.coverage import SourceLamp
from console.domain.errors import ConsoleError
from console.domain.escalation import Role
from console.store.coverage import SourceState
from console.ui.models.desk_reads import Situation, Vitals, blind_for
from console.ui.models.engine_state import EngineState
from console.ui.parts import INSET, Panel, label
from console.ui.plain import PlainLabel, one_line
from console.ui.theme import Theme
from console.words import UNKNOWN, Words


class _Fact(QWidget):
    """A name, its value in bold, and a line that says where the value comes from."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(48)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, 0, INSET, 0)
        column.setSpacing(0)
        first = QHBoxLayout()
        self._name = label()
        self._value = label(bold=True)
        self._value.setSizePolicy(self._value.sizePolicy().Policy.Maximum, self._value.sizePolicy().Policy.Preferred)
        first.addWidget(self._name, 1)
        first.addWidget(self._value)
        self._why: PlainLabel = label(tone="3", size="hint")
        column.addLayout(first)
        column.addWidget(self._why)
        column.addStretch(1)

    def set(self, name: str, value: str, why: str) -> None:
        """Show the fact."""
        self._name.set(name)
        self._value.set(value)
        self._why.set(why)


class HearingPanel(Panel):
    """Reads only."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent=parent)
        self.setObjectName("hearingPanel")
        self._vitals = Vitals()
        self._situation = Situation()
        self._engine: EngineState | None = None
        self._midnight: Instant = 0
        self._now: Instant = 0
        self._facts = [_Fact() for _ in range(6)]
        self.body.addSpacing(8)
        for fact in self._facts:
            self.body.addWidget(fact)
        self.body.addStretch(1)
        self.retranslate(words)

    def show_vitals(
        self, vitals: Vitals, situation: Situation, engine: EngineState | None, midnight: Instant, now: Instant
    ) -> None:
        """Show how well we hear."""
        self._vitals, self._situation, self._engine = vitals, situation, engine
        self._midnight, self._now = midnight, now
        self._show()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.head.title.set(words.say("Can we hear?"))
        self._show()

    def _show(self) -> None:
        for fact, shown in zip(
            self._facts,
            (self._answering(), self._blind(), self._scoring(), self._told(), self._people(), self._kept()),
            strict=True,
        ):
            fact.set(*shown)

    def _answering(self) -> tuple[str, str, str]:
        words, now = self.words, self._now
        states = [s for s in self._vitals.sources if s.is_enabled and s.lamp is not SourceLamp.STOPPED]
        name = words.say("Sources that answer")
        if not states:
            return name, UNKNOWN, words.say("no source is connected: quiet proves nothing")
        hearing = [state for state in states if state.lamp is SourceLamp.HEARING]
        value = f"{len(hearing)} / {len(states)}"
        bad = next((state for state in states if state.lamp in {SourceLamp.REFUSED, SourceLamp.FAILING}), None)
        if bad is not None:
            why = words.error(ConsoleError(bad.code, **bad.fields)) if bad.code else words.say("not heard yet")
            return name, value, f"{one_line(bad.name)}: {why}"
        slowest = min((s for s in hearing if s.last_heard_at is not None), key=_heard_at, default=None)
        if slowest is None:
            return name, value, words.say("nothing heard yet")
        why = words.say(
            "slowest {source}, {ago}",
            source=one_line(slowest.name),
            ago=words.ago(now - _heard_at(slowest)),
        )
        if slowest.next_after is not None:
            at = _heard_at(slowest) + round(slowest.next_after * SECOND)
            why = words.joined([why, words.say("next reading {time}", time=words.instant(at, now))])
        return name, value, why

    def _blind(self) -> tuple[str, str, str]:
        words = self.words
        gaps = [gap for gap in self._vitals.gaps if (gap.until or self._now) > self._midnight]
        length = blind_for(gaps, self._midnight, self._now)
        name = words.say("Blind today")
        if not any(state.is_enabled for state in self._vitals.sources):
            return name, UNKNOWN, words.say("no source is connected: quiet proves nothing")
        if not gaps:
            return name, words.span(length), words.say("no gap is known today")
        longest = max(gaps, key=lambda gap: (gap.until or self._now) - max(gap.since, self._midnight))
        until = words.say("now") if longest.until is None else words.minute_of_day(longest.until)
        why = words.say(
            "{source} {since}–{until}",
            source=one_line(longest.source),
            since=words.minute_of_day(max(longest.since, self._midnight)),
            until=until,
        )
        return name, words.span(length), why

    def _scoring(self) -> tuple[str, str, str]:
        words, engine = self.words, self._engine
        name = words.say("Scoring")
        if engine is None or not engine.is_watching:
            return name, words.say("not running"), words.say("the engine is stopped: nothing is judged")
        waiting = words.count("{n} post waits", "{n} posts wait", engine.waiting)
        workers = words.count("{n} process", "{n} processes", engine.workers)
        return name, words.say("running"), words.joined([waiting, workers])

    def _told(self) -> tuple[str, str, str]:
        words, vitals = self.words, self._vitals
        name = words.say("Notifications")
        if vitals.pending:
            return name, words.count("{n} on its way", "{n} on their way", vitals.pending), self._last_told()
        if vitals.undelivered is not None and (
            vitals.delivered is None or vitals.undelivered.created_at > (vitals.delivered.sent_at or 0)
        ):
            return name, words.say("not delivered"), words.reason(vitals.undelivered.reason)
        return name, words.say("none waits"), self._last_told()

    def _last_told(self) -> str:
        words, last = self.words, self._vitals.delivered
        if last is None or last.sent_at is None:
            return words.say("none has been sent yet")
        return words.say(
            "the last one reached the screen {time}, {role}",
            time=words.instant(last.sent_at, self._now),
            role=words.role(last.role),
        )

    def _people(self) -> tuple[str, str, str]:
        words = self.words
        duty, executive = self._situation.contact(Role.DUTY), self._situation.contact(Role.EXECUTIVE)
        name = words.say("On duty")
        value = UNKNOWN if duty is None else one_line(duty.name)
        if executive is None:
            return name, value, words.say("the executive has no name yet: set it under People")
        return name, value, words.say("executive: {name}", name=one_line(executive.name))

    def _kept(self) -> tuple[str, str, str]:
        words, newest = self.words, self._vitals.newest
        name = words.say("Newest mention")
        if newest is None:
            return name, UNKNOWN, words.say("nothing is stored yet")
        return (
            name,
            words.ago(max(0, self._now - newest.arrived_at)),
            words.say(
                "{author} on {platform}, from {source}",
                author=one_line(newest.post.author),
                platform=words.platform(newest.post.platform),
                source=one_line(newest.source),
            ),
        )


def _heard_at(state: SourceState) -> Instant:
    return state.last_heard_at or 0
