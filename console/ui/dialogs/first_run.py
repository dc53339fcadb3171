"""The first run: one page that asks what a desk cannot guess. Everything may be left out, and what is, is said."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.domain.errors import ConsoleError
from console.domain.escalation import Role
from console.domain.monitor import Monitor, MonitorId
from console.ui.dialogs.frame import (
    INSET,
    Answer,
    Dialog,
    Fields,
    Hands,
    button,
    column,
    fault,
    named,
    paragraph,
    row,
    scrolled,
    split,
)
from console.ui.dialogs.people import PeopleForm
from console.ui.dialogs.reads import Watched, watched
from console.ui.dialogs.source_form import CheckOptions, SourceForm, TestSource
from console.ui.parts import hairline, label
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say


class FirstRun(Dialog):
    """What to watch, where to listen, who sits here, who decides. ``drill_wanted``: to see one before all that."""

    drill_wanted = Signal()

    def __init__(
        self,
        words: Words,
        theme: Theme,
        hands: Hands,
        test: TestSource,
        check: CheckOptions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("firstRun", say("Begin to watch"), words, theme, parent)
        self._hands = hands
        self._watched = Watched()
        self.title, self.aliases = named(QLineEdit(), "watchName"), named(QLineEdit(), "watchAliases")
        self.people = PeopleForm(words, theme, (Role.DUTY, Role.EXECUTIVE))
        self.source = SourceForm(words, theme, hands, test, check)
        self.skipped, self.answer = paragraph(), Answer("firstAnswer")
        self.skipped.setObjectName("skipped")
        self.drill, self.start = button("drillFirst"), button("startWatching", is_primary=True)
        self.sayings.put(self.drill.setText, say("See a drill first"))
        self.sayings.put(self.start.setText, say("Start watching"))
        self._lay_out()
        self.setMinimumSize(680, 560)
        self.resize(760, 900)
        for field in (self.title, self.aliases):
            field.textChanged.connect(self._edited)
        self.people.changed.connect(self._edited)
        self.source.changed.connect(self._edited)
        self.drill.clicked.connect(self.drill_wanted)
        self.start.clicked.connect(self._start)
        self._edited()

    def _lay_out(self) -> None:
        page = QWidget()
        inner = column(page)
        what = Fields(self.sayings)
        what.line(say("Name"), self.title, say("A brand, a product or a person."))
        what.line(say("Also called"), self.aliases, say("Aliases and usual misspellings, separated by commas."))
        for message, body in (
            (say("What do you watch?"), what),
            (say("Where do you listen?"), self.source),
            (say("Who are you, and who decides?"), self.people),
        ):
            head = label(size="title")
            self.sayings.put(head.set, message)
            inner.addWidget(head)
            if isinstance(body, QWidget):
                inner.addWidget(body)
            else:
                inner.addLayout(body)
            inner.addSpacing(4)
        inner.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(INSET, 12, INSET, 12)
        foot.setSpacing(10)
        foot.addWidget(self.skipped)
        foot.addWidget(self.answer)
        buttons = row(self.drill)
        buttons.addWidget(self.start)
        foot.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled(page), 1)
        whole.addWidget(hairline())
        whole.addLayout(foot)

    def offer(self) -> None:
        """Come up if nothing is watched yet."""
        self._hands.query.ask("first run", watched, then=self._offer)

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._edited()

    def _offer(self, found: Watched) -> None:
        self._watched = found
        self.people.show_watched(found)
        self._edited()
        if not found.monitors:
            self.come()
            self.title.setFocus()

    def _edited(self, *_: object) -> None:
        words = self.words
        self.answer.set("")
        said = []
        if not self.title.text().strip():
            said.append(words.say("no name: everything that is heard is watched"))
        if self.source.is_empty and not self._watched.sources:
            said.append(words.say("no source: nothing is heard"))
        for role, field in self.people.names.items():
            if not field.text().strip():
                said.append(words.say("no name for the {role}: the role stands for the person", role=words.role(role)))
        self.skipped.set(words.say("Left out for now: {what}.", what=words.joined(said)) if said else "")
        self.skipped.setVisible(bool(said))

    def _start(self) -> None:
        try:
            options = None if self.source.is_empty else self.source.options()
            if options is not None:
                self.source.refuse_taken([source.name for source in self._watched.sources])
        except ConsoleError as error:
            self.answer.set(fault(self.words, error))
            return
        title = self.title.text().strip()
        names = (title, *split(self.aliases.text()))
        monitor = Monitor(MonitorId(0), title, tuple(dict.fromkeys(names))) if title else None
        officer = self.people.names[Role.DUTY].text().strip()
        by = officer or self._watched.officer(self.words.role(Role.DUTY))
        name, kind = self.source.name(), self.source.chosen_kind
        desk, people = self._hands.desk, self.people

        async def save() -> None:
            await people.save(desk)
            if monitor is not None:
                await desk.save_monitor(monitor, by)
            if options is not None:
                await desk.save_source(name, kind, options, by)

        self.start.setEnabled(False)
        self._hands.bridge.ask(save(), then=self._started, otherwise=self._failed)

    def _started(self, _: None) -> None:
        self.start.setEnabled(True)
        self.close()

    def _failed(self, error: Exception) -> None:
        self.start.setEnabled(True)
        self.answer.set(fault(self.words, error))
