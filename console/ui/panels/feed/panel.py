"""The live feed's panel: tabs, pause and its count, the table, and what emptiness proves."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from console.domain.changes import Changes
from console.domain.clock import Clock, Instant
from console.domain.mention import Label, MentionId
from console.ui.models.feed_pages import Counts, Scope
from console.ui.models.feed_rows import Column, FeedModel, FeedRow
from console.ui.models.live import Live
from console.ui.panels.feed.empty import EmptyFeed
from console.ui.panels.feed.table import FeedTable
from console.ui.parts import KeyButton, Panel, Segments
from console.ui.plain import tooltip
from console.ui.query import Query
from console.ui.theme import Theme
from console.words import Words

_NARROW = 800
"""Pixels below which the head says less."""

TABS: tuple[Label | None, ...] = (Label.NEGATIVE, Label.UNCERTAIN, None)


class FeedPanel(Panel):
    """Mentions as they come. ``chosen`` carries the current row's mention, ``opened`` one to be read, ``cleared`` that
    the narrowing shown in the head was taken away by a click.
    """

    chosen = Signal(object)
    opened = Signal(object)
    cleared = Signal()

    def __init__(self, words: Words, theme: Theme, query: Query, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent=parent)
        self.setObjectName("feedPanel")
        self._clock = clock
        self._unseen = 0
        self._narrowing = ""
        self._has_read = False
        self.model = FeedModel(self._say_cell, self)
        self.live = Live(query, clock, self.model, self)
        self.table = FeedTable(words, theme, self.model)
        self.live.spare = self.table.spare
        self._tabs = Segments(len(TABS))
        self._tabs.name(["feedTabNegative", "feedTabUncertain", "feedTabAll"])
        self._chip = KeyButton(compact=True, gives_way=True)
        self._chip.setObjectName("feedNarrowing")
        self._new = KeyButton(compact=True, gives_way=True)
        self._new.setObjectName("feedNew")
        self._pause = KeyButton(compact=True)
        self._pause.setObjectName("feedPause")
        self.empty = EmptyFeed()
        self._lay_out()
        self._connect()
        self.restyle(theme)
        self.retranslate(words)

    def _lay_out(self) -> None:
        head = self.head.row
        head.setStretchFactor(self.head.hint, 0)
        self.head.hint.hide()
        head.addWidget(self._tabs)
        head.addWidget(self._chip)
        head.addStretch(1)
        head.addWidget(self._new)
        head.addWidget(self._pause)
        centred = QWidget()
        row = QHBoxLayout(centred)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.empty, 100)
        row.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(centred)
        self.body.addWidget(self._stack)

    def _connect(self) -> None:
        self._tabs.chosen.connect(lambda number: self._look(self.live.scope, TABS[number]))
        self._chip.clicked.connect(self.cleared)
        self._new.clicked.connect(self._go_newest)
        self._pause.clicked.connect(self.toggle_pause)
        self.table.pause_wanted.connect(self.toggle_pause)
        self.table.newest_wanted.connect(self._go_newest)
        self.table.older_wanted.connect(self.live.older)
        self.table.newer_wanted.connect(self.live.newer)
        self.table.followed.connect(self.live.see)
        self.table.chosen.connect(self.chosen)
        self.table.opened.connect(self.opened)
        self.empty.tab_wanted.connect(self._turn_to)
        self.empty.earlier_wanted.connect(self.live.older)
        self.live.unseen.connect(self._show_unseen)
        self.live.counted.connect(self._show_counts)
        self.live.renewed.connect(self._show_foot)
        self.live.turned.connect(self._turn)
        for signal in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            signal.connect(self._show_emptiness)

    # ── what others ask of it ──

    def begin(self) -> None:
        """Read for the first time."""
        self._look(Scope(), Label.NEGATIVE)

    def hear(self, changes: Changes) -> None:
        """Something was committed."""
        self.live.hear(changes)

    def look_at(self, scope: Scope, narrowing: str = "") -> None:
        """Show the mentions of a scope; ``narrowing`` says in the head what they are narrowed to."""
        self._narrowing = narrowing
        self._show_head()
        if scope != self.live.scope:
            self._look(scope, self.live.label)

    def clear_choice(self) -> bool:
        """Choose no row; whether one was chosen."""
        had = self.table.currentIndex().isValid()
        self.table.clear_choice()
        return had

    def toggle_pause(self) -> None:
        """Hold the view still, or go on."""
        if self.live.is_paused:
            self.live.resume()
        else:
            self.live.pause()
        self._show_head()

    @property
    def unseen(self) -> int:
        """How many mentions stand beyond what a person has seen."""
        return self._unseen

    # ── how it looks ──

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.head.title.set(words.say("Live mentions"))
        self.head.title.setMinimumWidth(self.head.title.sizeHint().width())
        self.table.setAccessibleName(words.say("Live mentions"))
        self.table.restyle(words, self.theme)
        self.model.say_anew()
        self._show_head()
        self._show_emptiness()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self.table.restyle(self.words, theme)
        self.empty.restyle(theme)
        for button in (self._chip, self._new, self._pause):
            button.restyle(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_head()

    def tick(self, now: Instant) -> None:
        super().tick(now)
        self.table.cells.set_now(now)
        if self._stack.currentIndex() == 1:
            self._show_emptiness()

    def _look(self, scope: Scope, label: Label | None) -> None:
        self.table.clear_choice()
        self.live.look_at(scope, label)
        self._show_head()

    def _turn(self) -> None:
        self._has_read = True
        self.table.to_bottom()
        self._show_emptiness()

    def _turn_to(self, label: Label | None) -> None:
        self._tabs.choose(TABS.index(label))
        self._look(self.live.scope, label)

    def _go_newest(self) -> None:
        if self.live.is_paused or self.model.has_newer:
            self.live.to_newest()
        else:
            self.table.to_bottom()
        self._show_head()

    def _show_unseen(self, count: int) -> None:
        self._unseen = count
        self._show_head()

    def _show_counts(self, _: Counts) -> None:
        self._show_head()
        self._show_emptiness()

    def _show_head(self) -> None:
        words = self.words
        names = (words.label(Label.NEGATIVE), words.label(Label.UNCERTAIN), words.say("All"))
        numbers = ("", "", "")
        found = self.live.counts
        if found is not None:
            numbers = (
                words.number(found.by_label.get(Label.NEGATIVE, 0)),
                words.number(found.by_label.get(Label.UNCERTAIN, 0)),
                words.number(found.total),
            )
        self._tabs.say([f"{name} {number}".strip() for name, number in zip(names, numbers, strict=True)])
        self._chip.setVisible(bool(self._narrowing))
        is_narrow = self.width() < _NARROW
        self._chip.say(f"{self._narrowing} ×", "" if is_narrow else "Esc")
        self._chip.setToolTip(tooltip(words.say("Show all mentions again")))
        is_paused = self.live.is_paused
        new = words.count("{n} new", "{n} new", self._unseen)
        self._new.say(words.say("Paused · {new}", new=new) if is_paused and not is_narrow else new)
        self._new.setVisible(self._unseen > 0 or (is_paused and not is_narrow))
        self._pause.say(words.say("Resume") if is_paused else words.say("Pause"), words.say("Space"))
        self._show_foot()

    def _show_foot(self, *_: object) -> None:
        if self.foot is None:
            return
        words, scope = self.words, self.live.scope
        if scope.since is not None or scope.until is not None:
            what = words.say("chosen time")
        elif scope.incident is not None:
            what = words.say("the incident's mentions")
        else:
            what = words.say("counts of the last hour")
        listed = words.count("{n} row listed", "{n} rows listed", self.model.rowCount())
        self.foot.left.set(f"{what} · {listed}")
        self.foot.tick(words, self._clock.now())

    def _show_emptiness(self, *_: object) -> None:
        # Before the first answer nothing is known, so nothing is proved.
        is_empty = self._has_read and self.model.rowCount() == 0
        if is_empty:
            self.empty.show_proof(
                self.words,
                self.live.scope,
                self.live.label,
                self.live.counts,
                self._clock.now(),
                has_older=self.model.has_older,
            )
        self._stack.setCurrentIndex(1 if is_empty else 0)

    def _say_cell(self, row: FeedRow, column: Column) -> str:
        return self.table.cells.text(row, column)

    def show_mention(self, mention: MentionId) -> None:
        """Make a mention's row the current one, where the window has it."""
        self.table.choose(mention)

    def focus(self) -> None:
        """Take the keyboard."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
