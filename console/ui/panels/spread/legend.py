"""Legend: which colour is which platform, uncertain and blind; what finds no room is left out from the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.ui.theme import HINT, Theme

_SWATCH, _NEAR, _APART = 9, 5, 12


@dataclass(frozen=True, slots=True)
class Key:
    """A swatch and its name; ``width`` is the swatch's."""

    name: str
    fill: QColor | QBrush
    width: int = _SWATCH


class Legend(QWidget):
    """One line of swatches."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: Sequence[Key] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_keys(self, keys: Sequence[Key], theme: Theme) -> None:
        """Show ``keys``, the first the most important."""
        self._keys = keys
        self._colour = theme.text2
        self.setFont(theme.font(HINT))
        self.setAccessibleName(", ".join(key.name for key in keys))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(key) + _APART for key in self._keys), 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._colour if self._keys else Qt.PenStyle.NoPen)
        x = 0
        for key in self._keys:
            if x + self._width(key) > self.width():
                break
            painter.fillRect(QRectF(x, (self.height() - _SWATCH) // 2, key.width, _SWATCH), key.fill)
            words = self.rect().adjusted(x + key.width + _NEAR, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, key.name)
            x += self._width(key) + _APART

    def _width(self, key: Key) -> int:
        return key.width + _NEAR + QFontMetrics(self.font()).horizontalAdvance(key.name)
