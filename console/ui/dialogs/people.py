"""The desk itself: its language and look, at once; and the people of each role, when saved."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from console.domain.escalation import Contact, ContactId, Role
from console.services.desk import Desk
from console.ui.dialogs.frame import Answer, Fields, Hands, Page, button, column, fault, named, paragraph, row
from console.ui.dialogs.reads import Watched
from console.ui.parts import Segments, hairline, label
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say

LANGUAGES = ("system", "zh_CN", "en")
SCHEMES = ("system", "dark", "light")

_ROLES = (
    (Role.DUTY, "officerName", say("Your name; it signs what you do.")),
    (Role.EXECUTIVE, "executiveName", say("Told of what is serious or critical, on this machine for now.")),
    (Role.DEPUTY, "deputyName", say("Optional: told when the executive has not seen it for 10 minutes.")),
)
_NAMES = {Role.DUTY: say("Duty officer"), Role.EXECUTIVE: say("Executive"), Role.DEPUTY: say("Deputy")}


class PeopleForm(Page):
    """The names of the three roles. ``changed`` is sent as a person types."""

    changed = Signal()

    def __init__(self, words: Words, theme: Theme, roles: tuple[Role, ...] = tuple(_NAMES)) -> None:
        super().__init__(words, theme)
        self._known = Watched()
        self.names: dict[Role, QLineEdit] = {}
        fields = Fields(self.sayings)
        fields.setContentsMargins(0, 0, 0, 0)
        self.setLayout(fields)
        for role, name, hint in _ROLES:
            if role in roles:
                field = named(QLineEdit(), name)
                field.setMaxLength(80)
                field.textEdited.connect(self.changed)
                fields.line(_NAMES[role], field, hint)
                self.names[role] = field

    def show_watched(self, found: Watched) -> None:
        """Show the names that are kept, except over what is being typed."""
        self._known = found
        for role, field in self.names.items():
            known = found.contact(role)
            if not field.isModified():
                field.setText("" if known is None else known.name)
                field.setModified(False)

    def settle(self) -> None:
        """What stands here is kept."""
        for field in self.names.values():
            field.setModified(False)

    async def save(self, desk: Desk) -> None:
        """Write what was changed. Raises ConsoleError."""
        given = {role: field.text().strip() for role, field in self.names.items()}
        by = given.get(Role.DUTY) or self._known.officer(self.words.role(Role.DUTY))
        for role, name in given.items():
            known = self._known.contact(role)
            if known is None and name:
                await desk.save_contact(Contact(ContactId(0), name, role), by)
            elif known is not None and known.name != name:
                if not name and role is Role.DEPUTY:
                    await desk.remove_contact(known.id, by)
                else:
                    await desk.save_contact(Contact(known.id, name, role, known.language), by)


class PeoplePage(Page):
    """Language and look change at once and are remembered; names are saved by the button."""

    language_chosen = Signal(str)
    scheme_chosen = Signal(str)

    def __init__(self, words: Words, theme: Theme, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent)
        self._hands = hands
        self.language, self.scheme = Segments(3), Segments(3)
        self.language.setObjectName("languageChoice")
        self.scheme.setObjectName("schemeChoice")
        self.language.name([f"language-{code}" for code in LANGUAGES])
        self.scheme.name([f"scheme-{code}" for code in SCHEMES])
        self.language.chosen.connect(lambda number: self.language_chosen.emit(LANGUAGES[number]))
        self.scheme.chosen.connect(lambda number: self.scheme_chosen.emit(SCHEMES[number]))
        self.form = PeopleForm(words, theme)
        self.save = button("savePeople", is_primary=True)
        self.answer = Answer("peopleAnswer")
        look = Fields(self.sayings)
        look.line(say("Language"), self.language)
        look.line(say("Appearance"), self.scheme)
        head, told = label(size="title"), paragraph()
        self.sayings.put(head.set, say("Who is told"))
        self.sayings.put(told.set, say("A change is dated and signed, and stands in the timeline."))
        self.sayings.put(self.save.setText, say("Save the names"))
        page = column(self)
        page.addLayout(look)
        page.addWidget(hairline())
        page.addWidget(head)
        page.addWidget(told)
        page.addWidget(self.form)
        page.addLayout(row(self.save))
        page.addWidget(self.answer)
        page.addStretch(1)
        self.answer.set("")
        self.save.setEnabled(False)
        self.save.clicked.connect(self._save)
        self.form.changed.connect(self._typed)
        self.retranslate(words)

    def choose(self, language: str, scheme: str) -> None:
        """Show what is in force."""
        self.language.choose(LANGUAGES.index(language))
        self.scheme.choose(SCHEMES.index(scheme))

    def show_watched(self, found: Watched) -> None:
        """Show who is told."""
        self.form.show_watched(found)

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.language.say([words.say("As the system"), "简体中文", "English"])
        self.scheme.say([words.say("As the system"), words.say("Dark"), words.say("Light")])
        self.answer.set("")

    def _typed(self) -> None:
        self.save.setEnabled(True)
        self.answer.set("")

    def _save(self) -> None:
        self.save.setEnabled(False)
        self._hands.bridge.ask(self.form.save(self._hands.desk), then=self._saved, otherwise=self._failed)

    def _saved(self, _: None) -> None:
        self.form.settle()
        self.answer.set(self.words.say("Saved. New alerts go to these people."))

    def _failed(self, error: Exception) -> None:
        self.save.setEnabled(True)
        self.answer.set(fault(self.words, error))
