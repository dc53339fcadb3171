"""Add a source: tried out first, then listened to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.errors import ConsoleError
from console.domain.escalation import Role
from console.ui.dialogs.frame import INSET, Answer, Dialog, Hands, button, column, fault, paragraph, row, scrolled
from console.ui.dialogs.reads import Watched, watched
from console.ui.dialogs.source_form import CheckOptions, SourceForm, TestSource
from console.ui.parts import hairline
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say


class AddSourceDialog(Dialog):
    """``added`` carries the new source's name."""

    added = Signal(str)

    def __init__(
        self,
        words: Words,
        theme: Theme,
        hands: Hands,
        test: TestSource,
        check: CheckOptions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("addSourceDialog", say("Add a source"), words, theme, parent)
        self._hands = hands
        self._watched = Watched()
        self.form = SourceForm(words, theme, hands, test, check)
        self.answer = Answer("addAnswer")
        self.add, self.cancel = button("addSourceNow", is_primary=True), button("cancelSource")
        self.sayings.put(self.add.setText, say("Listen to it"))
        self.sayings.put(self.cancel.setText, say("Cancel"))
        told = paragraph()
        self.sayings.put(told.set, say("Test it first: nothing is kept by a test."))
        page = QWidget()
        inner = column(page)
        inner.addWidget(told)
        inner.addWidget(self.form)
        inner.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(INSET, 12, INSET, 12)
        foot.addWidget(self.answer)
        buttons = row(stretch=True)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        foot.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled(page), 1)
        whole.addWidget(hairline())
        whole.addLayout(foot)
        self.setMinimumSize(620, 480)
        self.resize(680, 680)
        self.form.changed.connect(self._edited)
        self.add.clicked.connect(self._add)
        self.cancel.clicked.connect(self.close)
        self._edited()

    def begin(self) -> None:
        """Come up, empty."""
        self.form.clear()
        self._hands.query.ask("sources known", watched, then=self._know)
        self.come()
        self.form.url.setFocus()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.answer.set("")

    def _know(self, found: Watched) -> None:
        self._watched = found

    def _edited(self) -> None:
        self.answer.set("")
        self.add.setEnabled(not self.form.is_empty)

    def _add(self) -> None:
        try:
            options = self.form.options()
            self.form.refuse_taken([source.name for source in self._watched.sources])
        except ConsoleError as error:
            self.answer.set(fault(self.words, error))
            return
        self.add.setEnabled(False)
        by = self._watched.officer(self.words.role(Role.DUTY))
        work = self._hands.desk.save_source(self.form.name(), self.form.chosen_kind, options, by)
        self._hands.bridge.ask(work, then=self._added, otherwise=self._failed)

    def _added(self, _: None) -> None:
        self.added.emit(self.form.name())
        self.close()

    def _failed(self, error: Exception) -> None:
        self.add.setEnabled(True)
        self.answer.set(fault(self.words, error))
