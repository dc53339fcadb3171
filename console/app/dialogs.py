"""The dialogs of the desk: made when first asked for, kept in the desk's language and look."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QToolButton

import console
from console.app import plugins
from console.app.screen import Screen
from console.domain.incident import Incident
from console.ui.dialogs.add_source import AddSourceDialog
from console.ui.dialogs.export import ExportDialog
from console.ui.dialogs.first_run import FirstRun
from console.ui.dialogs.frame import Dialog, Hands
from console.ui.dialogs.settings import SettingsDialog
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say

D = TypeVar("D", bound=Dialog)


class Dialogs(QObject):
    """Opens dialogs over one screen, by the window's menu and by what its panels ask for."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.window)
        self._screen = screen
        self._made: dict[type[Dialog], Dialog] = {}
        self._hands = Hands(screen.query, screen.bridge, screen.runtime.desk, screen.runtime.clock)
        self._test, self._check = screen.runtime.test_source, plugins.source_options
        screen.window.add_command(say("Add source…"), self.add_source)
        screen.window.add_command(say("Settings…"), self.settings, "Ctrl+,")
        screen.window.export_wanted.connect(self.export)
        self._add = QToolButton()
        self._add.setObjectName("addSourceHere")
        self._add.setText("+")
        self._add.setProperty("compact", "true")
        self._add.clicked.connect(self.add_source)
        screen.window.sources.head.add(self._add)
        self._name(screen.window.words)
        screen.restyled.connect(self._follow)
        for chosen in (screen.window.language_chosen, screen.window.scheme_chosen):
            chosen.connect(self._show_choice)

    def begin(self) -> None:
        """Ask what to watch, where nobody has said it yet."""
        self._get(FirstRun, self._make_first_run).offer()

    def settings(self, page: str = "people") -> None:
        """Open Settings on a page."""
        dialog = self._get(SettingsDialog, self._make_settings)
        self._show_choice()
        dialog.open_page(page)

    def _show_choice(self, *_: object) -> None:
        dialog = self._made.get(SettingsDialog)
        if isinstance(dialog, SettingsDialog):
            dialog.people.choose(self._screen.settings.language, self._screen.scheme)

    def add_source(self) -> None:
        """Open the form of a new source."""
        self._get(AddSourceDialog, self._make_add_source).begin()

    def export(self, incident: Incident) -> None:
        """Ask how to export an incident."""
        self._get(ExportDialog, self._make_export).begin(incident)

    def _follow(self) -> None:
        """Take the words and the look that the screen has taken."""
        self.retranslate(self._screen.window.words)
        self.restyle(self._screen.window.theme)

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        self._name(words)
        for dialog in self._made.values():
            dialog.retranslate(words)

    def _name(self, words: Words) -> None:
        self._add.setAccessibleName(words.say("Add source…"))
        self._add.setToolTip(words.say("Add source…"))

    def restyle(self, look: Theme) -> None:
        """Take another look from now on."""
        for dialog in self._made.values():
            dialog.restyle(look)

    def _get(self, kind: type[D], make: Callable[[], D]) -> D:
        dialog = self._made.get(kind)
        if not isinstance(dialog, kind):
            dialog = self._made[kind] = make()
        return dialog

    @property
    def _dress(self) -> tuple[Words, Theme]:
        return self._screen.window.words, self._screen.window.theme

    def _make_settings(self) -> SettingsDialog:
        dialog = SettingsDialog(*self._dress, self._hands, self._screen.window)
        dialog.language_chosen.connect(self._screen.speak)
        dialog.scheme_chosen.connect(self._screen.look)
        dialog.source_wanted.connect(self.add_source)
        return dialog

    def _make_add_source(self) -> AddSourceDialog:
        return AddSourceDialog(*self._dress, self._hands, self._test, self._check, self._screen.window)

    def _make_export(self) -> ExportDialog:
        return ExportDialog(*self._dress, self._hands, self._screen.export, self._screen.window)

    def _make_first_run(self) -> FirstRun:
        dialog = FirstRun(*self._dress, self._hands, self._test, self._check, self._screen.window)
        dialog.drill_wanted.connect(self._drill)
        return dialog

    def _drill(self) -> None:
        """Play the drill in a program of its own: it has a store of its own and ends by itself."""
        words = self._screen.window.words
        arguments = ["-m", "console", "demo", "--lang", words.language, "--theme", self._screen.scheme]
        began: Any = QProcess.startDetached(sys.executable, arguments, str(Path(console.__file__).parents[1]))
        if not (began[0] if isinstance(began, tuple) else began):
            dialog = self._get(FirstRun, self._make_first_run)
            dialog.answer.set(words.say("The drill could not be started. Start it by: crisis-console demo"))
