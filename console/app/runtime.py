"""What runs behind a desk, with or without a window: engine, scoring, delivery, and the desk's acts."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from console import settings as machine
from console.app import plugins
from console.domain.clock import Clock
from console.domain.mention import Post
from console.domain.ports import Answer, Source
from console.pipeline.dispatch import Dispatch
from console.pipeline.scoring import Scoring
from console.services.desk import Desk
from console.services.engine import Engine, Run
from console.store import watchlist
from console.store.database import Store
from console.wire import Wire
from console.words import Words

OnOpen = Callable[[str], None]
"""Called on the engine's thread when a person pressed 'Open' on a notification: its id."""


class Runtime:
    """One store, one engine. ``words`` is asked for at each use, since the language may change meanwhile."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: machine.Settings,
        words: Callable[[], Words],
        *,
        extra: Sequence[Source] = (),
        run: Run | None = None,
        on_open: OnOpen = lambda _: None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.desk = Desk(store, clock)
        self._on_open = on_open
        self._wire = Wire(clock)
        masks = store.read(watchlist.masks).result()
        self.scoring = Scoring(plugins.scorer("snow"), {"masks": masks}, workers=settings.workers or None)
        self.dispatch = Dispatch(store, clock, plugins.notifiers(words, self._answered, clock))
        self.engine = Engine(
            store,
            clock,
            self.scoring,
            connect=self._connect,
            extra=extra,
            dispatch=self.dispatch,
            run=run,
        )

    def test_source(self, kind: str, options: dict[str, Any]) -> Coroutine[Any, Any, Sequence[Post]]:
        """Read a source once, as it is set up: up to five posts. Raises SourceDelayed or SourceRefused."""
        return plugins.sample_source(kind, options, self._wire, self.clock)

    def _connect(self, row: watchlist.SourceRow) -> Source:
        return plugins.live_source(row.name, row.kind, dict(row.options), self._wire, self.clock)

    def _answered(self, answer: Answer) -> None:
        self.engine.take("answer", self.desk.answer(answer))
        if answer.act == "open":
            self._on_open(answer.notification)
