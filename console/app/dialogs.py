"""The dialogs of the desk: made when first asked for, kept in the desk's language and look."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.ui.dialogs.frame import Dialog, Hands
from console.ui.dialogs.settings import SettingsDialog
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say

if TYPE_CHECKING:
    from console.app.window import Screen


class Dialogs(QObject):
    """Opens dialogs over one screen, by the window's menu and its panels."""

    def __init__(self, screen: "Screen") -> None:
        super().__init__(screen)
        self._screen = screen
        self._made: dict[str, Dialog] = {}
        self._hands = Hands(screen.query, screen.bridge, screen.runtime.desk, screen.runtime.clock)
        screen.window.add_command(say("Settings…"), self.settings, "Ctrl+,")

    def settings(self, page: str = "people") -> None:
        """Open Settings on a page."""
        dialog = self._get("settings", self._make_settings)
        assert isinstance(dialog, SettingsDialog)
        dialog.people.choose(self._screen.settings.language, self._screen.scheme)
        dialog.open_page(page)

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        for dialog in self._made.values():
            dialog.retranslate(words)

    def restyle(self, look: Theme) -> None:
        """Take another look from now on."""
        for dialog in self._made.values():
            dialog.restyle(look)

    def _get(self, name: str, make: Callable[[], Dialog]) -> Dialog:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _make_settings(self) -> SettingsDialog:
        window = self._screen.window
        dialog = SettingsDialog(window.words, window.theme, self._hands, window)
        dialog.language_chosen.connect(self._screen.speak)
        dialog.scheme_chosen.connect(self._screen.look)
        return dialog
