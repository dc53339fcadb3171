"""Sources that do what a test says."""

import asyncio
from collections.abc import AsyncIterator

from console.domain.mention import Post
from console.domain.ports import Batch, Cursor


class Scripted:
    """A live source. It answers once at the start, then whenever it is told to :meth:`say` something.

    With ``goes_on`` it also answers, with nothing new, again and again.
    """

    def __init__(self, name: str, every: float) -> None:
        self.name = name
        self.every = every
        self.goes_on = False
        self.is_closed = False
        self.began: list[Cursor] = []
        self._said: asyncio.Queue[tuple[Post, ...]] = asyncio.Queue()
        self._said.put_nowait(())

    def say(self, *posts: Post) -> None:
        """Answer with these posts."""
        self._said.put_nowait(posts)

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        self.began.append(cursor)
        answers = int(cursor.fields.get("answers", 0))
        try:
            while True:
                try:
                    async with asyncio.timeout(0.02):
                        posts = await self._said.get()
                except TimeoutError:
                    if not self.goes_on:
                        continue
                    posts = ()
                answers += 1
                yield Batch(posts, Cursor({"answers": answers}), next_after=self.every)
        finally:
            self.is_closed = True
