"""The tray: the highest level that burns, as shape and colour, while the desk's window is closed.

Where there is no tray host the tray shows nothing, and a hidden window could not be found again: then ``can_hide`` is
false, and who closes the window is to be asked whether to stop watching, instead of the window going away.
"""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from console.domain.rule import Level
from console.ui.theme import DARK, draw_shape, theme
from console.words import SHAPES, Words

_SIZES = (16, 20, 22, 24, 32, 48, 64)


class Tray(QObject):
    """``desk_wanted``: the person wants the window; ``quit_wanted``: they want to end the program."""

    desk_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._level: Level | None = None
        self._unanswered = 0
        self._menu = QMenu()
        self._desk = self._menu.addAction("", self.desk_wanted.emit)
        self._menu.addSeparator()
        self._quit = self._menu.addAction("", self.quit_wanted.emit)
        self._icon = QSystemTrayIcon(icon(None), self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activate)
        self.retranslate(words)

    def begin(self) -> None:
        """Appear where there is a tray host."""
        self._find_host()

    def show_state(self, level: Level | None, unanswered: int) -> None:
        """``level`` is the highest of the alerts that fire, None when none does; ``unanswered`` counts incidents."""
        self._find_host()
        if (level, unanswered) == (self._level, self._unanswered):
            return
        if level is not self._level:
            self._icon.setIcon(icon(level))
        self._level, self._unanswered = level, unanswered
        self._say()

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        self._words = words
        self._desk.setText(words.say("Show the desk"))
        self._quit.setText(words.say("Quit"))
        self._say()

    @property
    def can_hide(self) -> bool:
        """Whether a window that is hidden can be found again here."""
        self._find_host()
        return self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()

    def close(self) -> None:
        """Leave the tray."""
        self._icon.hide()

    def _find_host(self) -> None:
        """A host may start after us."""
        if not self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable():
            self._icon.show()

    def _say(self) -> None:
        words = self._words
        state = words.say("no alert")
        if self._level is not None:
            state = f"{SHAPES[self._level]} {words.level(self._level)}"
        parts = [words.say("Crisis console: {state}", state=state)]
        if self._unanswered:
            parts.append(words.count("{n} incident unanswered", "{n} incidents unanswered", self._unanswered))
        self._icon.setToolTip(words.joined(parts))

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.desk_wanted.emit()


def icon(level: Level | None) -> QIcon:
    """The level's shape on a dark tile, legible on a light panel and on a dark one; a ring while nothing burns."""
    whole = QIcon()
    for size in _SIZES:
        picture = QPixmap(size, size)
        picture.fill(QColor(Qt.GlobalColor.transparent))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(DARK.panel)
        painter.drawRoundedRect(QRectF(0, 0, size, size), size / 5, size / 5)
        inset = size / 6
        box = QRectF(inset, inset, size - 2 * inset, size - 2 * inset)
        if level is None:
            width = max(1.5, size / 12)
            painter.setPen(QPen(DARK.text2, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box.adjusted(width, width, -width, -width))
        else:
            draw_shape(painter, level, box, theme("dark", "en").level(level))
        painter.end()
        whole.addPixmap(picture)
    return whole
