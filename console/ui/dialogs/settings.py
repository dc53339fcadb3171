"""Settings: the desk and its people, the rules, the monitors and the sources, each on a page."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.changes import Changes
from console.ui.dialogs.frame import INSET, Dialog, Hands, Page, button, row, scrolled
from console.ui.dialogs.monitors import MonitorsPage
from console.ui.dialogs.people import PeoplePage
from console.ui.dialogs.reads import Watched, watched
from console.ui.dialogs.rules import RulesPage
from console.ui.dialogs.sources import SourcesPage
from console.ui.parts import Segments, hairline
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say

PAGES = ("people", "rules", "monitors", "sources")
_TITLES = (say("Desk and people"), say("Rules"), say("Monitors"), say("Sources"))


class SettingsDialog(Dialog):
    """Shows the store as it is, also while others change it; nothing typed is lost by that or by another language.

    What it cannot do itself it asks for: ``language_chosen`` and ``scheme_chosen`` (``system`` among them),
    ``source_wanted`` (a new source).
    """

    language_chosen = Signal(str)
    scheme_chosen = Signal(str)
    source_wanted = Signal()

    def __init__(self, words: Words, theme: Theme, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__("settingsDialog", say("Settings"), words, theme, parent)
        self._hands = hands
        self.people = PeoplePage(words, theme, hands)
        self.rules = RulesPage(words, theme, hands)
        self.monitors = MonitorsPage(words, theme, hands)
        self.sources = SourcesPage(words, theme, hands)
        self.tabs = Segments(len(PAGES))
        self.tabs.name([f"page-{name}" for name in PAGES])
        self._stack = QStackedWidget()
        self._stack.addWidget(scrolled(self.people))
        self.pages: tuple[Page, ...] = (self.people, self.rules, self.monitors, self.sources)
        for page in self.pages[1:]:
            page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            page.setProperty("surface", "panel")
            self._stack.addWidget(page)
        close = button("closeSettings")
        self.sayings.put(close.setText, say("Close"))
        top = row(self.tabs)
        top.setContentsMargins(INSET, 12, INSET, 12)
        top.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(hairline())
        whole.addWidget(self._stack, 1)
        self.setMinimumSize(900, 620)
        self.resize(960, 720)
        self.tabs.chosen.connect(self._stack.setCurrentIndex)
        close.clicked.connect(self.close)
        self.people.language_chosen.connect(self.language_chosen)
        self.people.scheme_chosen.connect(self.scheme_chosen)
        self.sources.wanted.connect(self.source_wanted)
        hands.bridge.changed.connect(self._hear)
        self.retranslate(words)

    def open_page(self, name: str = "people") -> None:
        """Show a page: ``people``, ``rules``, ``monitors`` or ``sources``."""
        self.tabs.choose(PAGES.index(name))
        self._stack.setCurrentIndex(PAGES.index(name))
        self._read()
        self.come()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.tabs.say([words.say(title) for title in _TITLES])

    def _hear(self, changes: Changes) -> None:
        if self.isVisible() and (changes.watchlist or changes.sources):
            self._read()

    def _read(self) -> None:
        self._hands.query.ask("settings", watched, then=self._show)

    def _show(self, found: Watched) -> None:
        for page in (self.people, self.rules, self.monitors, self.sources):
            page.show_watched(found)
