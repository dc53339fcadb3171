"""What the dialogs read of the store, in one unchanging view each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.domain.escalation import Contact, Role
from console.domain.mention import Mention, MentionId
from console.domain.monitor import Monitor
from console.domain.rule import Rule
from console.store import coverage, feed, watchlist
from console.store.connection import Db
from console.store.coverage import SourceState
from console.store.watchlist import SourceRow

AMONG = 2_000
"""Newest stored posts that the preview of a monitor is tried on."""

SHOWN = 5
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, by which rules, and who is told. ``states`` has the sources that were ever started."""

    contacts: tuple[Contact, ...] = ()
    rules: tuple[Rule, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    states: Mapping[str, SourceState] = field(default_factory=dict)

    def contact(self, role: Role) -> Contact | None:
        """The first person of a role."""
        return next((one for one in self.contacts if one.role is role), None)

    def officer(self, otherwise: str) -> str:
        """Who signs a change: the duty officer, ``otherwise`` while nobody gave a name."""
        duty = self.contact(Role.DUTY)
        return otherwise if duty is None or not duty.name else duty.name


@dataclass(frozen=True, slots=True)
class Preview:
    """What a monitor would take of the newest ``among`` stored posts: how many, and the newest of them."""

    among: int
    taken: int
    newest: tuple[Mention, ...]


def watched(db: Db) -> Watched:
    """Everything that Settings shows."""
    return Watched(
        tuple(watchlist.contacts(db)),
        tuple(watchlist.rules(db)),
        tuple(watchlist.monitors(db)),
        tuple(watchlist.sources(db)),
        {state.name: state for state in coverage.states(db)},
    )


def preview(db: Db, monitor: Monitor) -> Preview:
    """Try a monitor on the newest stored posts."""
    among, taken = 0, 0
    newest: list[Mention] = []
    before: MentionId | None = None
    while among < AMONG:
        page = feed.latest(db, limit=_PAGE, before=before)
        found = [mention for mention in page if monitor.matches(mention.post)]
        among, taken = among + len(page), taken + len(found)
        newest += found[: SHOWN - len(newest)]
        if len(page) < _PAGE:
            break
        before = page[-1].id
    return Preview(among, taken, tuple(newest))
