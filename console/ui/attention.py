"""Attention: what the desk is narrowed to. Every panel that can be narrowed shows the same."""

from dataclasses import dataclass, replace

from console.domain.clock import Instant
from console.domain.conversation import SubjectKind
from console.domain.incident import Incident
from console.domain.monitor import Monitor
from console.ui.models.feed_pages import Scope
from console.ui.plain import one_line
from console.words import Words


@dataclass(frozen=True, slots=True)
class Attention:
    """An incident or a monitor that a person chose, and a stretch of time; each may be missing."""

    incident: Incident | None = None
    monitor: Monitor | None = None
    stretch: tuple[Instant, Instant] | None = None

    @property
    def matter(self) -> Incident | None:
        """The incident, where it is one that has mentions: that of a silent source has none."""
        if self.incident is None or self.incident.subject.kind is SubjectKind.SOURCE:
            return None
        return self.incident

    @property
    def scope(self) -> Scope:
        """The mentions of it."""
        since, until = self.stretch or (None, None)
        return Scope(self.matter, None if self.monitor is None else self.monitor.id, since, until)

    def widened(self) -> "Attention":
        """Without the last thing chosen: first the time, then the incident or monitor."""
        return replace(self, stretch=None) if self.stretch is not None else Attention()

    def said(self, words: Words) -> str:
        """What narrows it, short; empty where nothing does."""
        parts = []
        if self.incident is not None:
            parts.append(words.say("Incident"))
        if self.monitor is not None:
            parts.append(one_line(self.monitor.title) or words.say("Everything"))
        if self.stretch is not None:
            parts.append("–".join(words.minute_of_day(at) for at in self.stretch))
        return " · ".join(parts)
