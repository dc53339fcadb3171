"""The monitors: what each takes, tried on the stored posts while it is being written."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QListWidgetItem, QVBoxLayout, QWidget

from console.domain.escalation import Role
from console.domain.monitor import Monitor, MonitorId
from console.ui.dialogs.frame import (
    INSET,
    LIST_WIDTH,
    Answer,
    Ask,
    Fields,
    Hands,
    Page,
    button,
    choices,
    column,
    fault,
    named,
    row,
    scrolled,
    split,
)
from console.ui.dialogs.posts import PostLines
from console.ui.dialogs.reads import SHOWN, Preview, Watched, preview
from console.ui.parts import hairline, label
from console.ui.plain import one_line
from console.ui.theme import Theme
from console.words import Words, quoted
from console.words.names import say

_PAUSE = 300
"""Milliseconds after the last key before the stored posts are looked through."""

NEW = Monitor(MonitorId(0), "")


class MonitorForm(Page):
    """One monitor, and what it would take of the stored posts. ``edited`` is sent as a person types."""

    edited = Signal()

    def __init__(self, words: Words, theme: Theme, hands: Hands) -> None:
        super().__init__(words, theme)
        self._hands = hands
        self.monitor = NEW
        self._found: Preview | None = None
        self.title, self.names = named(QLineEdit(), "monitorTitle"), named(QLineEdit(), "monitorNames")
        self.exclusions = named(QLineEdit(), "monitorExclusions")
        self.handles = named(QLineEdit(), "monitorHandles")
        self.only_at = named(QCheckBox(), "monitorOnlyAt")
        self.sayings.put(self.only_at.setText, say("Only posts that @-mention one of these accounts"))
        fields = Fields(self.sayings)
        fields.line(say("Name"), self.title)
        fields.line(say("Names and aliases"), self.names, say("Separated by commas; a post must have one of them."))
        fields.line(say("But not with"), self.exclusions, say("A post with one of these is left out."))
        fields.line(say("Own accounts"), self.handles)
        fields.addWidget(self.only_at, fields.rowCount(), 1)
        self._taken = label(bold=True)
        self._taken.setObjectName("monitorTaken")
        self.posts = PostLines("monitorPreview", SHOWN, words, theme)
        page = column(self)
        page.addLayout(fields)
        page.addWidget(hairline())
        page.addWidget(self._taken)
        page.addWidget(self.posts)
        page.addStretch(1)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._try)
        for field in (self.title, self.names, self.exclusions, self.handles):
            field.textEdited.connect(self._typed)
        self.only_at.clicked.connect(self._typed)

    def put(self, monitor: Monitor) -> None:
        """Show a monitor as it is kept."""
        self.monitor = monitor
        self.title.setText(monitor.title)
        for field, values in self._lists(monitor):
            field.setText(", ".join(values))
        self.only_at.setChecked(monitor.only_at)
        self._try()

    def draft(self) -> Monitor:
        """The monitor as it stands here; its first name is its title where none was given."""
        names = split(self.names.text())
        title = self.title.text().strip() or (names[0] if names else "")
        return replace(
            self.monitor,
            title=title,
            names=names,
            exclusions=split(self.exclusions.text()),
            handles=split(self.handles.text()),
            only_at=self.only_at.isChecked(),
        )

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._show(self._found)

    def _lists(self, monitor: Monitor) -> tuple[tuple[QLineEdit, tuple[str, ...]], ...]:
        return (
            (self.names, monitor.names),
            (self.exclusions, monitor.exclusions),
            (self.handles, monitor.handles),
        )

    def _typed(self, *_: object) -> None:
        self._pause.start()
        self.edited.emit()

    def _try(self) -> None:
        self._hands.query.ask("monitor preview", preview, self.draft(), then=self._show)

    def _show(self, found: Preview | None) -> None:
        self._found = found
        if found is None:
            return
        words = self.words
        if not found.among:
            self._taken.set(words.say("No post is stored yet to try it on."))
        else:
            self._taken.set(
                words.say(
                    "Takes {n} of the newest {m} posts",
                    n=words.number(found.taken),
                    m=words.number(found.among),
                )
            )
        self.posts.show_posts([mention.post for mention in found.newest])


class MonitorsPage(Page):
    """The monitors at the left, the chosen one at the right."""

    def __init__(self, words: Words, theme: Theme, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent)
        self._hands = hands
        self._watched = Watched()
        self.list = choices("monitorChoice")
        self.sayings.put(self.list.setAccessibleName, say("Monitors"))
        self.new = button("newMonitor")
        self.sayings.put(self.new.setText, say("New monitor"))
        self.form = MonitorForm(words, theme, hands)
        self.save, self.remove = button("saveMonitor", is_primary=True), button("removeMonitor")
        self.sayings.put(self.save.setText, say("Save"))
        self.sayings.put(self.remove.setText, say("Remove…"))
        self.sure = Ask("sureMonitor", say("Remove it"), words, theme, self._remove)
        self.answer = Answer("monitorAnswer")
        left = QWidget()
        left.setFixedWidth(LIST_WIDTH)
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 12)
        side.addWidget(self.list, 1)
        foot_left = row(self.new)
        foot_left.setContentsMargins(16, 0, 16, 0)
        side.addLayout(foot_left)
        foot = QVBoxLayout()
        foot.setContentsMargins(INSET, 12, INSET, 12)
        foot.addWidget(self.sure)
        foot.addWidget(self.answer)
        line = row(self.remove)
        line.addWidget(self.save)
        foot.addLayout(line)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(scrolled(self.form), 1)
        right.addWidget(hairline())
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(left)
        whole.addWidget(hairline(vertical=True))
        whole.addLayout(right, 1)
        self.list.currentItemChanged.connect(self._choose)
        self.new.clicked.connect(self._begin)
        self.form.edited.connect(self._edited)
        self.save.clicked.connect(self._save)
        self.remove.clicked.connect(self._ask)
        self._edited()

    def show_watched(self, found: Watched) -> None:
        """Show the monitors; the one being written stays as it is being written."""
        is_first = self._watched == Watched()
        self._watched = found
        chosen, is_edited = self.form.monitor.id, self.save.isEnabled()
        with QSignalBlocker(self.list):
            self.list.clear()
            for monitor in found.monitors:
                item = QListWidgetItem(one_line(monitor.title))
                item.setData(Qt.ItemDataRole.UserRole, monitor.id)
                self.list.addItem(item)
                if monitor.id == chosen:
                    self.list.setCurrentItem(item)
        if is_edited:
            return
        kept = next((one for one in found.monitors if one.id == chosen), None)
        if kept is not None:
            self._put(kept)
        elif found.monitors and (is_first or chosen):
            self.list.setCurrentRow(0)
        elif not found.monitors:
            self._begin_quietly()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.answer.set("")

    def _choose(self, item: QListWidgetItem | None, _: object = None) -> None:
        if item is not None:
            number = item.data(Qt.ItemDataRole.UserRole)
            self.answer.set("")
            self._put(next(one for one in self._watched.monitors if one.id == number))

    def _put(self, monitor: Monitor) -> None:
        self.sure.hide()
        self.form.put(monitor)
        self.save.setEnabled(False)
        self.remove.setEnabled(bool(monitor.id))

    def _begin_quietly(self) -> None:
        self.list.setCurrentRow(-1)
        self._put(NEW)

    def _begin(self) -> None:
        self.answer.set("")
        self._begin_quietly()
        self.form.title.setFocus()

    def _edited(self) -> None:
        draft = self.form.draft()
        self.answer.set("")
        self.save.setEnabled(draft != self.form.monitor and bool(draft.title))
        self.remove.setEnabled(bool(self.form.monitor.id))

    def _save(self) -> None:
        draft = self.form.draft()
        if any(one.title == draft.title and one.id != draft.id for one in self._watched.monitors):
            self.answer.set(self.words.say("There is a monitor “{name}” already.", name=quoted(draft.title, 40)))
            return
        self.save.setEnabled(False)
        self._hands.bridge.ask(
            self._hands.desk.save_monitor(draft, self._by()), then=self._saved, otherwise=self._failed
        )

    def _saved(self, number: MonitorId) -> None:
        self.form.monitor = replace(self.form.draft(), id=number)
        self.answer.set(self.words.say("Saved. Posts that come from now on are taken by it."))
        self.remove.setEnabled(True)

    def _ask(self) -> None:
        name = quoted(self.form.monitor.title, 40)
        self.sure.ask(self.words.say("Remove “{name}”? What was stored stays.", name=name), self.remove)

    def _remove(self) -> None:
        work = self._hands.desk.remove_monitor(self.form.monitor.id, self._by())
        self._hands.bridge.ask(work, then=self._removed, otherwise=self._failed)

    def _removed(self, _: None) -> None:
        self.save.setEnabled(False)
        self.answer.set(self.words.say("Removed. Nothing stored was lost."))

    def _failed(self, error: Exception) -> None:
        self.answer.set(fault(self.words, error))
        self.save.setEnabled(self.form.draft() != self.form.monitor)

    def _by(self) -> str:
        return self._watched.officer(self.words.role(Role.DUTY))
