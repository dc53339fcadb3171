"""The sources: how each is doing, in words; removing one asks once."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QVBoxLayout, QWidget

from console.domain.errors import ConsoleError
from console.domain.escalation import Role
from console.store.watchlist import SourceRow
from console.ui.dialogs.frame import (
    INSET,
    LIST_WIDTH,
    Answer,
    Ask,
    Hands,
    Page,
    button,
    choices,
    column,
    fault,
    paragraph,
    row,
)
from console.ui.dialogs.reads import Watched
from console.ui.parts import hairline, label
from console.ui.plain import one_line
from console.ui.theme import Theme
from console.words import Words, quoted
from console.words.names import say


class SourcesPage(Page):
    """The sources at the left, what is known of the chosen one at the right. ``wanted``: a new one."""

    wanted = Signal()

    def __init__(self, words: Words, theme: Theme, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent)
        self._hands = hands
        self._watched = Watched()
        self._chosen = ""
        self.list = choices("sourceChoice")
        self.sayings.put(self.list.setAccessibleName, say("Sources"))
        self.add = button("addSource", is_primary=True)
        self.sayings.put(self.add.setText, say("Add source…"))
        self.name = label(size="title")
        self.where, self.standing = paragraph(tone="1"), paragraph()
        self.standing.setObjectName("sourceStanding")
        self.remove = button("removeSource")
        self.sayings.put(self.remove.setText, say("Remove…"))
        self.sure = Ask("sureSource", say("Remove it"), words, theme, self._remove)
        self.answer = Answer("sourceAnswer")
        left = QWidget()
        left.setFixedWidth(LIST_WIDTH)
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 12)
        side.addWidget(self.list, 1)
        foot = row(self.add)
        foot.setContentsMargins(16, 0, 16, 0)
        side.addLayout(foot)
        page = QWidget()
        inner = column(page)
        inner.addWidget(self.name)
        inner.addWidget(self.where)
        inner.addWidget(self.standing)
        inner.addStretch(1)
        inner.addWidget(self.answer)
        inner.addWidget(self.sure)
        inner.addLayout(row(self.remove))
        inner.setContentsMargins(INSET, 20, INSET, 12)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(left)
        whole.addWidget(hairline(vertical=True))
        whole.addWidget(page, 1)
        self.list.currentItemChanged.connect(self._choose)
        self.add.clicked.connect(self.wanted)
        self.remove.clicked.connect(self._ask)
        self._show_chosen()

    def show_watched(self, found: Watched) -> None:
        """Show the sources."""
        self._watched = found
        if self._row() is None:
            self._chosen = found.sources[0].name if found.sources else ""
        self._show_list()
        self._show_chosen()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.answer.set("")
        self._show_list()
        self._show_chosen()

    def _show_list(self) -> None:
        with QSignalBlocker(self.list):
            self.list.clear()
            for source in self._watched.sources:
                item = QListWidgetItem(f"{one_line(source.name)} · {self._lamp(source)}")
                item.setData(Qt.ItemDataRole.UserRole, source.name)
                self.list.addItem(item)
                if source.name == self._chosen:
                    self.list.setCurrentItem(item)

    def _lamp(self, source: SourceRow) -> str:
        state = self._watched.states.get(source.name)
        return self.words.lamp(None if state is None else state.lamp)

    def _row(self) -> SourceRow | None:
        return next((one for one in self._watched.sources if one.name == self._chosen), None)

    def _choose(self, item: QListWidgetItem | None, _: object = None) -> None:
        if item is not None:
            self._chosen = item.data(Qt.ItemDataRole.UserRole)
            self.sure.hide()
            self.answer.set("")
            self._show_chosen()

    def _show_chosen(self) -> None:
        words, source = self.words, self._row()
        self.remove.setVisible(source is not None)
        if source is None:
            self.name.set(words.say("No source is connected"))
            self.where.set("")
            self.standing.set(words.say("Nothing is heard until you add a feed or a folder."))
            return
        self.name.set(source.name)
        place = str(source.options.get("url") or source.options.get("path") or "")
        self.where.set(f"{words.source_kind(source.kind)} · {place}")
        state = self._watched.states.get(source.name)
        said = [self._lamp(source)]
        if state is not None:
            now = self._hands.clock.now()
            if state.last_heard_at is not None:
                said.append(words.say("last heard {time}", time=words.instant(state.last_heard_at, now)))
            if state.last_item_at is not None:
                said.append(words.say("last post {time}", time=words.instant(state.last_item_at, now)))
            if state.code is not None:
                said.append(words.error(ConsoleError(state.code, **state.fields)))
        self.standing.set("\n".join(said))

    def _ask(self) -> None:
        name = quoted(self._chosen, 60)
        self.sure.ask(self.words.say("Stop listening to “{name}”? What was stored stays.", name=name), self.remove)

    def _remove(self) -> None:
        by = self._watched.officer(self.words.role(Role.DUTY))
        work = self._hands.desk.remove_source(self._chosen, by)
        self._hands.bridge.ask(work, then=self._removed, otherwise=self._failed)

    def _removed(self, _: None) -> None:
        self.answer.set(self.words.say("Removed. Nothing stored was lost."))

    def _failed(self, error: Exception) -> None:
        self.answer.set(fault(self.words, error))
