"""Changes: what one commit touched. It says what changed, never the rows: who hears it asks the store."""

from dataclasses import dataclass

from console.domain.incident import IncidentId
from console.domain.mention import MentionId


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit, or several merged with ``|``, touched.

    ``mention`` is the newest mention's id; ``notifications`` and ``watchlist`` (monitors, rules, contacts, sources) are
    true when any of those rows changed; ``sources`` name those whose state changed.
    """

    mention: MentionId | None = None
    relabelled: bool = False
    incidents: frozenset[IncidentId] = frozenset()
    notifications: bool = False
    sources: frozenset[str] = frozenset()
    watchlist: bool = False

    def __or__(self, other: "Changes") -> "Changes":
        newest = max((m for m in (self.mention, other.mention) if m is not None), default=None)
        return Changes(
            newest,
            self.relabelled or other.relabelled,
            self.incidents | other.incidents,
            self.notifications or other.notifications,
            self.sources | other.sources,
            self.watchlist or other.watchlist,
        )

    def __bool__(self) -> bool:
        return self != Changes()
