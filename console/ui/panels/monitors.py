"""The monitors: what is watched, with today's negative posts and all of them."""

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from console.domain.monitor import MonitorId
from console.ui.lists import List
from console.ui.models.desk_reads import MonitorRow
from console.ui.models.rows import ROW as ROW_ROLE
from console.ui.models.rows import RowsModel
from console.ui.paint import RIGHT, ROW, Index, RowDelegate, put
from console.ui.parts import INSET, Panel, label
from console.ui.plain import one_line
from console.ui.theme import Theme
from console.words import Words

_NEGATIVE, _TOTAL = 40, 52


class MonitorPanel(Panel):
    """``chosen`` carries the :class:`Monitor` a person chooses."""

    chosen = Signal(object)

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent=parent)
        self._unit = label(tone="3", size="hint")
        self.head.add(self._unit)
        self._delegate = _MonitorDelegate(words, theme)
        self.model: RowsModel[MonitorRow] = RowsModel(lambda row: row.monitor.id, self._say, self)
        self.list = List("monitorList", self.model, self._delegate)
        self.list.picked.connect(lambda row: self.chosen.emit(row.monitor))
        self.body.addWidget(self.list)
        self.retranslate(words)

    def show_rows(self, rows: tuple[MonitorRow, ...]) -> None:
        """Show the monitors."""
        self.model.show(rows)

    def mark(self, monitor: MonitorId | None) -> None:
        """Show which monitor the desk looks at."""
        self.list.mark(monitor)

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._delegate.words = words
        self.head.title.set(words.say("Monitors"))
        self.list.setAccessibleName(words.say("Monitors"))
        self._unit.set(words.say("negative / all · today"))
        self.model.say_anew(self._say)

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._delegate.theme = theme
        self.list.viewport().update()

    def _say(self, row: MonitorRow) -> str:
        words = self.words
        return words.say(
            "{title}: {n} negative of {m} today",
            title=self._delegate.title(row),
            n=words.number(row.negative),
            m=words.number(row.total),
        )


class _MonitorDelegate(RowDelegate):
    def title(self, row: MonitorRow) -> str:
        """A monitor's title; the one that takes everything has none of its own."""
        return one_line(row.monitor.title) or self.words.say("Everything")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.ground(painter, option)
        row: MonitorRow = index.data(ROW_ROLE)
        rect: QRect = option.rect
        area = QRect(rect.left() + INSET - 2, rect.top(), rect.width() - 2 * INSET + 4, ROW)
        theme, words = self.theme, self.words
        put(painter, area.adjusted(0, 0, -_NEGATIVE - _TOTAL, 0), self.title(row), theme.text1, theme.font())
        negative = area.adjusted(0, 0, -_TOTAL, 0)
        put(painter, negative, words.number(row.negative), theme.text1, theme.font(bold=row.negative > 0), RIGHT)
        put(painter, area, words.number(row.total), theme.text3, theme.font(), RIGHT)
