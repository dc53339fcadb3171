"""The window's one menu, opened from the top bar: what others add, then language, appearance, docks, keys and quit."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from console.words import Words
from console.words.names import say

_LANGUAGES = (("zh_CN", "简体中文"), ("en", "English"))
_SCHEMES = (("dark", say("Dark")), ("light", say("Light")), ("system", say("As the system")))


class MainMenu(QMenu):
    """Says its lines anew in another language. ``keys_wanted`` asks for the sheet of keys."""

    language_chosen = Signal(str)
    scheme_chosen = Signal(str)
    keys_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mainMenu")
        self._window = parent
        self._lines: list[tuple[QAction, str]] = []
        self._words: Words | None = None
        self._end_of_commands = self.addSeparator()
        self._languages, language_menu = self._choice(_LANGUAGES, self.language_chosen.emit, is_said=False)
        self._schemes, scheme_menu = self._choice(_SCHEMES, self.scheme_chosen.emit, is_said=True)
        self._lines += [(language_menu.menuAction(), say("Language")), (scheme_menu.menuAction(), say("Appearance"))]
        self._end_of_docks = self.addSeparator()
        self._line(say("Keys"), self.keys_wanted.emit)
        self._line(say("Quit"), self.quit_wanted.emit, "Ctrl+Q")

    def add_command(self, message: str, slot: Callable[[], object], key: str = "") -> QAction:
        """Add a line above the window's own. ``message`` is a source string of ours."""
        action = self._line(message, slot, key)
        self.insertAction(self._end_of_commands, action)
        if self._words is not None:
            action.setText(self._words.say(message))
        return action

    def add_docks(self, docks: Sequence[tuple[QDockWidget, str]]) -> None:
        """Let docks be shown and hidden; each with the source string of its name."""
        self.insertSeparator(self._end_of_docks)
        for dock, message in docks:
            action = dock.toggleViewAction()
            self.insertAction(self._end_of_docks, action)
            self._lines.append((action, message))

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        self._words = words
        for action, message in self._lines:
            action.setText(words.say(message))
        self._tick(self._languages, words.language)

    def mark_scheme(self, scheme: str) -> None:
        """Tick the scheme that is in force: ``dark``, ``light`` or ``system``."""
        self._tick(self._schemes, scheme)

    def _choice(
        self, choices: Sequence[tuple[str, str]], chosen: Callable[[str], object], *, is_said: bool
    ) -> tuple[QActionGroup, QMenu]:
        group, menu = QActionGroup(self), QMenu(self)
        for code, name in choices:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setData(code)
            group.addAction(action)
            if is_said:
                self._lines.append((action, name))
        group.triggered.connect(lambda action: chosen(action.data()))
        self.addMenu(menu)
        return group, menu

    def _line(self, message: str, slot: Callable[[], object], key: str = "") -> QAction:
        action = self.addAction("")
        action.triggered.connect(lambda _=False: slot())
        if key:
            action.setShortcut(QKeySequence(key))
            self._window.addAction(action)
        self._lines.append((action, message))
        return action

    @staticmethod
    def _tick(group: QActionGroup, code: str) -> None:
        for action in group.actions():
            action.setChecked(action.data() == code)
