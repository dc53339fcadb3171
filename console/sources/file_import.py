"""A file of posts, JSON lines or a table, read once to its end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from console.domain.ports import Batch, Cursor
from console.sources._reading import Place, Reading


class FileImport:
    """Reads one file to its end. Raises SettingRefused at once for a file that cannot be read as posts.

    A record that brings no id gets one from its words, so that importing again adds nothing.
    """

    def __init__(self, path: Path, reading: Reading, name: str | None = None) -> None:
        self.name = name or path.name
        self._path = path
        self._reading = reading
        reading.check(path)

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """What the file has from the cursor's place on; all of it, when it is another file than the cursor's."""
        pieces = self._reading.pieces(self._path, Place.of(cursor.fields.get("place")))
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            resumed = Cursor({"place": piece.place.to_json()})
            yield Batch(piece.posts, resumed, caught_up=piece.is_last, rejected=piece.rejected)
