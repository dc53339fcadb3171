"""Asks once before an act that cannot be taken back, in words that say what will happen."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.ui.plain import PlainParagraph
from console.words import Words

_WIDTH = 420


class Confirm(QDialog):
    """A question with one way on and one way back; the way back has the keyboard. It never blocks the program."""

    def __init__(self, words: Words, question: str, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confirm")
        self.setWindowTitle(words.say("Crisis Console"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(_WIDTH)
        text = PlainParagraph(parent=self)
        text.set(question)
        self.back = QPushButton(words.say("Cancel"))
        self.back.setObjectName("confirmCancel")
        self.back.setDefault(True)
        self.back.clicked.connect(self.reject)
        self.on = QPushButton(act)
        self.on.setObjectName("confirmAct")
        self.on.setAutoDefault(False)
        self.on.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(text)
        column.addLayout(buttons)


def confirm(
    words: Words, question: str, act: str, then: Callable[[], object], parent: QWidget | None = None
) -> Confirm:
    """Ask, and call ``then`` if the person goes on."""
    asked = Confirm(words, question, act, parent)
    asked.accepted.connect(then)
    asked.open()
    return asked
