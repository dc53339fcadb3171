"""Text from strangers on widgets: plain text always, hidden characters visible, no more than a screen bears."""

import html
import re

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextBlockFormat, QTextOption
from PySide6.QtWidgets import QLabel, QTextEdit, QWidget

from console.words import line, visible

ROW_LIMIT = 500
"""Characters of a stranger's text that a row of a list carries."""

EDIT_LIMIT = 64 * 1024
"""Characters that the reading pane shows; the store and the exports keep the whole."""

TIP_LIMIT = 2_000

_UNBROKEN = re.compile(r"[^\s\u2e80-\uffff]{400}")
_LONG_WORD = re.compile(r"[^\s\u2e80-\uffff]{24,}")
_PIECE = re.compile(r".{12}(?=[\w!-~])")  # never before a mark that belongs to the letter it follows
_MAY_BREAK = "\u200b"


def one_line(text: str) -> str:
    """``text`` for a row of a list: one line, hidden characters marked, at most 500 characters."""
    return line(text, ROW_LIMIT)


def tooltip(text: str) -> str:
    """``text`` for ``setToolTip``, which would else guess markup from what a stranger wrote."""
    return f'<qt><p style="white-space:pre-wrap; margin:0">{html.escape(visible(text[:TIP_LIMIT]))}</p></qt>'


class PlainLabel(QLabel):
    """One line of plain text that gives way with an ellipsis; the whole is in its tooltip then."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._whole = ""
        self._reason = ""
        self.set(text)

    def set(self, text: str, reason: str = "") -> None:
        """Show ``text``; ``reason`` is said on hover, as for an unknown figure."""
        text = one_line(text)
        if (text, reason) == (self._whole, self._reason):
            return
        self._whole, self._reason = text, reason
        self.setText(text)
        self._tip()
        self.updateGeometry()

    def whole(self) -> str:
        """The text before elision."""
        return self._whole

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)

    def _tip(self) -> None:
        is_cut = self.fontMetrics().horizontalAdvance(self._whole) > self.contentsRect().width()
        parts = [part for part in (self._whole if is_cut else "", self._reason) if part]
        self.setToolTip(tooltip("\n".join(parts)) if parts else "")


class PlainParagraph(QLabel):
    """A few lines of plain text that wrap; a word too long for a line is broken, it never widens what it stands in."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.set(text)

    def set(self, text: str) -> None:
        """Show ``text``."""
        self.setText(_LONG_WORD.sub(_breakable, visible(text[:TIP_LIMIT])))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


def _breakable(word: re.Match[str]) -> str:
    return _PIECE.sub(rf"\g<0>{_MAY_BREAK}", word.group())


class PlainText(QTextEdit):
    """A stranger's post to be read: selectable, never edited, markup and resources never looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setProperty("reading", "true")
        self.document().setDocumentMargin(0)
        self._shown = ("", 0)

    def set(self, text: str, line_height: int) -> None:
        """Show ``text``, at most 64 K characters of it, in lines of ``line_height`` pixels."""
        shown = visible(text[:EDIT_LIMIT])[:EDIT_LIMIT]
        if (shown, line_height) == self._shown:
            return
        self._shown = (shown, line_height)
        # Looking for word boundaries in an endless word takes seconds.
        is_endless = _UNBROKEN.search(shown) is not None
        mode = QTextOption.WrapMode.WrapAnywhere if is_endless else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        self.setWordWrapMode(mode)
        self.clear()
        block = QTextBlockFormat()
        block.setLineHeight(line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.setBlockFormat(block)
        cursor.insertText(shown)
        cursor.endEditBlock()
        cursor.setPosition(0)
        self.setTextCursor(cursor)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is ever loaded for a stranger's text; given None, the document would look for the file itself."""
        return QByteArray()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return False
