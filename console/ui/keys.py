"""The sheet of all keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from console.ui.parts import label
from console.words import Words
from console.words.names import say

KEYS = (
    ("J  K  ↓  ↑", say("next and previous row")),
    ("Enter", say("open the row")),
    ("Space", say("hold the feed still, or go on")),
    (".", say("go to the newest mention")),
    ("A", say("acknowledge the incident")),
    ("E", say("export the incident")),
    ("Esc", say("step back: post, time, incident")),
    ("Alt+1", say("to the incidents")),
    ("Alt+2", say("to the feed")),
    ("Alt+3", say("to what is open at the right")),
    ("F10", say("open the menu")),
    ("?", say("this sheet")),
)


class KeySheet(QDialog):
    """Every key and what it does. Single letters work while a list has the keyboard."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keySheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(words.say("Keys"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = label(words.say("Keys"), size="title")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for row, (key, meaning) in enumerate(KEYS):
            grid.addWidget(label(words.say("Space") if key == "Space" else key, bold=True), row, 0)
            what = label(words.say(meaning), tone="2")
            what.setMinimumWidth(what.fontMetrics().horizontalAdvance(what.whole()) + 4)
            grid.addWidget(what, row, 1)
        grid.setColumnMinimumWidth(0, 96)
        hint = label(words.say("Single letters work while a list has the keyboard."), tone="3", size="hint")
        column.addWidget(title)
        column.addLayout(grid)
        column.addWidget(hint)
