"""The live feed: which window of the mentions is shown, kept up to date, held still on demand, and none lost."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.changes import Changes
from console.domain.clock import HOUR, MINUTE, SECOND, Clock, Instant
from console.domain.mention import Label, MentionId
from console.ui.models import feed_pages
from console.ui.models.feed_pages import Counts, Page, Scope
from console.ui.models.feed_rows import WINDOW, FeedModel
from console.ui.query import Query

PAGE = 500
"""Rows read at once."""

LOOK_BACK = HOUR
"""What the feed begins with, and counts, where no incident or time narrows it. What is older is a page away."""

_COUNT_EVERY = 1 * SECOND
_COUNT_SHARE = 20
_RENEW_EVERY = 3 * SECOND


class Live(QObject):
    """Moves the window of a :class:`FeedModel` over the store.

    While it is not paused and stands at the newest end, new mentions are added as they are committed. Otherwise they
    are only counted: ``unseen`` carries how many stand beyond what a person has seen. ``counted`` carries
    :class:`Counts`, ``renewed`` the instant of each answer, ``turned`` that another window is shown.
    """

    unseen = Signal(int)
    counted = Signal(object)
    renewed = Signal(object)
    turned = Signal()

    def __init__(self, query: Query, clock: Clock, model: FeedModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._query = query
        self._clock = clock
        self.model = model
        self.scope = Scope()
        self.label: Label | None = Label.NEGATIVE
        self.is_paused = False
        self.spare: Callable[[], int] = lambda: WINDOW
        self.counts: Counts | None = None
        self._read_to = MentionId(0)
        self._seen_to = MentionId(0)
        self._unseen = 0
        self._is_stale = False
        self._count_timer = _pacer(self, _COUNT_EVERY, self._count)
        self._renew_timer = _pacer(self, _RENEW_EVERY, self._renew)

    # ── which window ──

    def look_at(self, scope: Scope, label: Label | None) -> None:
        """Show the newest of another scope."""
        if scope != self.scope:
            self.counts = None
        self.scope, self.label = scope, label
        self.to_newest()

    def to_newest(self) -> None:
        """Show the newest, whatever was held."""
        self.is_paused = False
        self.model.mark(None)
        self._query.forget("feed.new")
        scope = self.scope
        is_narrow = scope.incident is not None or scope.since is not None

        def show(page: Page) -> None:
            self._read_to = page.newest
            self.model.start(page.rows, has_older=page.has_more or not is_narrow)
            self._answered()
            self.see()
            self.turned.emit()

        if is_narrow:
            self._query.ask("feed", feed_pages.newest_page, scope, self.label, PAGE, then=show)
        else:
            self._query.ask("feed", feed_pages.lately, scope, self.label, PAGE, self._look_back(), then=show)
        self._count()

    def older(self) -> None:
        """Read on above the window."""
        first = self.model.first
        if not self.model.has_older or self._query.is_busy("feed.old"):
            return

        def show(page: Page) -> None:
            if self.model.first == first:
                self.model.prepend(page.rows, has_older=page.has_more)
                self._answered()

        if first is None:
            self._query.ask("feed.old", feed_pages.newest_page, self.scope, self.label, PAGE, then=show)
        else:
            self._query.ask("feed.old", feed_pages.page_before, self.scope, self.label, PAGE, first, then=show)

    def newer(self) -> None:
        """Read on below the window, as far as one page."""
        if not self.is_paused:
            self._read_on(is_whole=False)

    # ── pause ──

    def pause(self) -> None:
        """Hold the view still; what comes is stored and counted."""
        self.is_paused = True
        self._query.forget("feed.new")
        self.model.mark(self.model.last)

    def resume(self) -> None:
        """Go on at the read marker: the rows that came meanwhile stand below it."""
        self.is_paused = False
        if self._is_stale:
            self._renew()
        self._read_on(is_whole=False)

    def see(self) -> None:
        """A person has the newest row of the window in view."""
        last = self.model.last
        if last is not None and last > self._seen_to:
            self._seen_to = last
        if self.model.has_newer or self.is_paused:
            self._count_unseen()
        else:
            self._tell_unseen(0)

    # ── what was committed ──

    def hear(self, changes: Changes) -> None:
        """Something was committed."""
        if changes.mention is not None:
            if self.is_paused or self.model.has_newer:
                self._count_unseen()
            else:
                self._read_on(is_whole=True)
            self._start(self._count_timer)
        if changes.relabelled:
            self._is_stale = True
            if not self.is_paused:
                self._start(self._renew_timer)

    def _read_on(self, *, is_whole: bool) -> None:
        last = self.model.last

        def show(page: Page) -> None:
            if self.is_paused or self.model.last != last:
                return
            taken = self.model.append(page.rows, has_newer=page.has_more, spare=self.spare())
            self._answered()
            if taken:
                self._count_unseen()
            if is_whole and page.has_more and taken == len(page.rows):
                self._read_on(is_whole=True)

        after = self._read_to if last is None else last
        self._query.ask("feed.new", feed_pages.page_after, self.scope, self.label, PAGE, after, then=show)

    def _count_unseen(self) -> None:
        """Ask how many stand beyond what a person has seen; at the newest end the window itself knows."""
        if not (self.model.has_newer or self.is_paused):
            first = self.model.number_after(self._seen_to)
            self._tell_unseen(self.model.rowCount() - first)
            return
        self._query.ask(
            "feed.unseen", feed_pages.count_after, self.scope, self.label, self._seen_to, then=self._tell_unseen
        )

    def _tell_unseen(self, count: int) -> None:
        if count != self._unseen:
            self._unseen = count
            self.unseen.emit(count)

    def _renew(self) -> None:
        first, last = self.model.first, self.model.last
        if self.is_paused or first is None or last is None:
            return
        self._is_stale = False

        def show(page: Page) -> None:
            if (self.model.first, self.model.last) == (first, last) and not self.is_paused:
                self.model.renew(page.rows)
                self._answered()
            else:
                self._start(self._renew_timer)

        self._query.ask("feed.renew", feed_pages.stretch, self.scope, self.label, first, last, then=show)

    def _count(self) -> None:
        began = time.monotonic()

        def show(found: Counts) -> None:
            # In a flood an hour is long to count: it is then counted less often.
            spent = round((time.monotonic() - began) * 1000)
            self._count_timer.setInterval(max(_COUNT_EVERY, _COUNT_SHARE * spent))
            self.counts = found
            self.counted.emit(found)

        self._query.ask("feed.counts", feed_pages.counts, self.scope, self._look_back(), then=show)

    def _look_back(self) -> Instant:
        """Whole minutes, so that the same question asked twice is the same question."""
        since = self._clock.now() - LOOK_BACK
        return since - since % MINUTE

    def _answered(self) -> None:
        now: Instant = self._clock.now()
        self.renewed.emit(now)

    def _start(self, timer: QTimer) -> None:
        if not timer.isActive():
            timer.start()


def _pacer(parent: QObject, every: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent, singleShot=True, interval=every)
    timer.timeout.connect(call)
    return timer
