"""The rows of an incident's timeline: when, by whom, what."""

from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QToolTip

from console.domain.clock import Instant
from console.domain.timeline import Entry
from console.ui.models.rows import ROW as ROW_ROLE
from console.ui.paint import ROW, Index, RowDelegate, put, put_shaped
from console.ui.parts import INSET
from console.ui.plain import tooltip


class EntryDelegate(RowDelegate):
    """A line; on hover the three times: happened, known, recorded."""

    now: Instant = 0
    is_replay: bool = False

    def line(self, entry: Entry) -> str:
        """What an entry says; of a replay, whom it would have told."""
        return self.words.entry(entry, is_replay=self.is_replay)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.ground(painter, option)
        entry: Entry = index.data(ROW_ROLE)
        theme, words = self.theme, self.words
        rect: QRect = option.rect
        area = rect.adjusted(INSET - 2, 0, -INSET + 2, 0)
        area.setHeight(ROW)
        time = words.instant(entry.happened_at, self.now or entry.happened_at)
        put(painter, area, time, theme.text3, theme.font())
        area.setLeft(area.left() + 68 if len(time) <= 8 else area.left() + 92)
        actor = "" if entry.actor == "machine" else words.actor(entry.actor)
        if actor:
            taken = put(painter, area.adjusted(0, 0, -area.width() // 2, 0), actor, theme.text2, theme.font())
            area.setLeft(area.left() + taken + 8)
        put_shaped(painter, area, self.line(entry), theme)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        entry: Entry = index.data(ROW_ROLE)
        words = self.words
        said = [
            self.line(entry),
            words.say("happened {time}", time=words.date_time(entry.happened_at)),
            words.say("known {time}", time=words.date_time(entry.known_at)),
            words.say("recorded {time}", time=words.date_time(entry.recorded_at)),
        ]
        QToolTip.showText(event.globalPos(), tooltip("\n".join(said)), view)
        return True
