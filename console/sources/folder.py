"""A watched folder: exports that people or other programs put there, read as they come and as they grow."""

import asyncio
import stat
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from os import stat_result
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.clock import Clock
from console.domain.errors import SettingRefused, SourceDelayed
from console.domain.hygiene import sample
from console.domain.ports import Batch, Cursor, Rejected
from console.sources._reading import Piece, Place, Reading
from console.sources._records import UNKNOWN_PLATFORM

SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")
"""Names that are read, each also with ``.gz``; what begins with a dot or ``~`` is not."""

QUIET = 10_000
"""Milliseconds without a change after which a last line without an end is taken as it stands."""

SHORTEST, LONGEST = 1.0, 86_400.0
"""Seconds between which the interval of a folder must lie."""


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """Which folder, and what its files do not say themselves: the platform, and the zone of times without an offset.

    ``zone`` is an IANA name, empty for the machine's own. ``interval`` is in seconds.
    """

    path: str
    platform: str = UNKNOWN_PLATFORM
    zone: str = ""
    interval: float = 10.0

    def __post_init__(self) -> None:
        for option in ("path", "platform"):
            if not getattr(self, option).strip():
                raise SettingRefused("option_wrong", option=option, value=getattr(self, option))
        if not SHORTEST <= self.interval <= LONGEST:
            raise SettingRefused("option_wrong", option="interval", value=self.interval)
        self.tzinfo()

    def tzinfo(self) -> tzinfo | None:
        """The zone of times without an offset; None for the machine's own."""
        try:
            return ZoneInfo(self.zone) if self.zone else None
        except (ValueError, OSError, KeyError):  # whatever the zone's database makes of a name that is none
            raise SettingRefused("option_wrong", option="zone", value=self.zone) from None


class Folder:
    """Watches a folder for files of posts. The cursor holds how far each file was read."""

    def __init__(self, name: str, options: FolderOptions, clock: Clock) -> None:
        self.name = name
        self._folder = Path(options.path.strip()).expanduser()
        self._interval = options.interval
        self._clock = clock
        self._reading = Reading(clock, options.platform, options.tzinfo())

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Each round brings what the files have more than before; one that cannot be read is rejected until it changes.

        Raises SourceDelayed('folder_missing' or 'folder_unreadable', path).
        """
        known = cursor.fields.get("files")
        places: dict[str, Any] = dict(known) if isinstance(known, Mapping) else {}
        read: dict[str, tuple[int, int]] = {}
        while True:
            there = await asyncio.to_thread(self._files)
            places = {name: place for name, place in places.items() if name in there}
            for name, status in there.items():
                state = (status.st_size, status.st_mtime_ns)
                if read.get(name) == state:
                    continue
                is_quiet = self._clock.now() - status.st_mtime_ns // 1_000_000 > QUIET
                pieces = self._pieces(name, Place.of(places.get(name)), hold_back=not is_quiet)
                is_held = False
                while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                    places[name] = piece.place.to_json()
                    is_held = piece.is_held
                    if piece.posts or piece.rejected:
                        so_far = Cursor({"files": dict(places)})
                        yield Batch(piece.posts, so_far, caught_up=False, rejected=piece.rejected)
                if not is_held:
                    read[name] = state
            yield Batch((), Cursor({"files": dict(places)}), next_after=self._interval)

    def _pieces(self, name: str, place: Place, *, hold_back: bool) -> Iterator[Piece]:
        try:
            yield from self._reading.pieces(self._folder / name, place, hold_back=hold_back)
        except SettingRefused as refused:
            shown = sample(str(refused.fields.get("columns") or refused.fields.get("reason") or ""))
            yield Piece((), (Rejected(sample(name), refused.code, shown),), place, is_last=True)

    def _files(self) -> dict[str, stat_result]:
        """The files of posts by name, in the order of their names."""
        found: dict[str, stat_result] = {}
        try:
            for path in sorted(self._folder.iterdir()):
                with suppress(FileNotFoundError):  # gone meanwhile, or a link to nowhere
                    if _is_wanted(path.name) and stat.S_ISREG((status := path.stat()).st_mode):
                        found[path.name] = status
        except (FileNotFoundError, NotADirectoryError):
            raise SourceDelayed("folder_missing", path=str(self._folder)) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceDelayed("folder_unreadable", path=str(self._folder), reason=reason) from error
        return found


def _is_wanted(name: str) -> bool:
    return not name.startswith((".", "~")) and name.lower().removesuffix(".gz").endswith(SUFFIXES)
