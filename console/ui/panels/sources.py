"""The sources: when each was last heard, and the last two hours of it, with what was not heard hatched."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QToolTip, QWidget

from console.domain.clock import MINUTE, Instant
from console.domain.coverage import SourceLamp
from console.domain.errors import ConsoleError
from console.domain.ports import Gap
from console.domain.rule import Level
from console.store.coverage import SourceState
from console.ui.lists import List
from console.ui.models.desk_reads import STRIP, Vitals
from console.ui.models.rows import ROW as ROW_ROLE
from console.ui.models.rows import RowsModel
from console.ui.paint import RIGHT, ROW, Index, RowDelegate, hatch, hint_font, put, put_level
from console.ui.parts import INSET, Panel, label
from console.ui.plain import one_line, tooltip
from console.ui.theme import HINT, Theme
from console.words import Words

STRIP_WIDTH, STRIP_HEIGHT = 88, 10
_NAME, _GAP = 60, 8
_LEAST_GAP = 9  # a gap is never drawn narrower, however short
_BLIND = {SourceLamp.FAILING, SourceLamp.REFUSED}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and the gaps of its strip."""

    state: SourceState
    gaps: tuple[Gap, ...]


class SourcePanel(Panel):
    """Reads only: how we hear."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, foot=False, parent=parent)
        self._vitals = Vitals()
        self._reach = label(tone="3", size="hint")
        self.head.add(self._reach)
        self._delegate = _SourceDelegate(words, theme)
        self.model: RowsModel[SourceRow] = RowsModel(lambda row: row.state.name, self._say, self)
        self.list = List("sourceList", self.model, self._delegate, is_choosable=False, fits=True)
        self._none = label(tone="2")
        self._none.setContentsMargins(INSET, 0, INSET, 8)
        self.body.addWidget(self._none)
        self.body.addWidget(self.list)
        self.body.addSpacing(8)
        self.retranslate(words)

    def show_vitals(self, vitals: Vitals, now: Instant) -> None:
        """Show how well we hear."""
        self._vitals = vitals
        self._delegate.now = now
        self.model.show(
            [
                SourceRow(state, tuple(gap for gap in vitals.gaps if gap.source == state.name))
                for state in vitals.sources
            ]
        )
        self._show_head()
        self.list.viewport().update()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._delegate.words = words
        self.head.title.set(words.say("Sources"))
        self.list.setAccessibleName(words.say("Sources"))
        self._reach.set(words.say("2 h"))
        self._none.set(words.say("No source is connected"))
        self.model.say_anew(self._say)
        self._show_head()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._delegate.theme = theme
        self.list.viewport().update()

    def _show_head(self) -> None:
        words, states = self.words, self._vitals.sources
        self._none.setVisible(not states)
        blind = sum(state.lamp in _BLIND for state in states if state.is_enabled)
        if not blind:
            self.head.hint.set("")
            return
        heard = sum(state.lamp is SourceLamp.HEARING for state in states if state.is_enabled)
        self.head.hint.set(words.say("{n} heard · {m} blind", n=words.number(heard), m=words.number(blind)))

    def _say(self, row: SourceRow) -> str:
        return f"{one_line(row.state.name)} · {self._delegate.standing(row.state)}"


class _SourceDelegate(RowDelegate):
    now: Instant = 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: SourceRow = index.data(ROW_ROLE)
        rect: QRect = option.rect
        area = rect.adjusted(INSET - 2, 0, -INSET + 2, 0)
        said = self.standing(row.state)
        right = area.right() - self._right(painter, area, row.state, said) - _GAP
        left = area.left() + _NAME
        # The name keeps its room; the strip takes what is left between it and the age.
        strip = QRect(left, area.top() + (ROW - STRIP_HEIGHT) // 2, min(STRIP_WIDTH, right - left), STRIP_HEIGHT)
        name = one_line(row.state.name)
        wanted = QFontMetrics(self.theme.font()).horizontalAdvance(name) + _GAP
        if wanted > _NAME and right - STRIP_WIDTH > left:
            strip.moveLeft(min(area.left() + wanted, right - STRIP_WIDTH))
        put(
            painter,
            QRect(area.left(), area.top(), strip.left() - area.left() - _GAP, ROW),
            name,
            self.theme.text1,
            self.theme.font(),
        )
        if row.state.is_enabled and strip.width() >= 2 * _LEAST_GAP:
            self._strip(painter, strip, row)

    def standing(self, state: SourceState) -> str:
        """How a source is doing, in a word or by its age."""
        words = self.words
        age = None if state.last_heard_at is None else self.now - state.last_heard_at
        if not state.is_enabled:
            return words.say("switched off")
        match state.lamp:
            case SourceLamp.HEARING | SourceLamp.LATE:
                return words.span(age)
            case SourceLamp.FAILING | SourceLamp.REFUSED:
                since = state.failing_since if state.last_heard_at is None else state.last_heard_at
                length = words.span(None if since is None else _minutes(self.now - since))
                return words.say("{level} {span} blind", level=words.level(Level.WARNING), span=length)
            case SourceLamp.STOPPED:
                return words.say("read to its end")
            case None:
                return words.say("not heard yet")

    def why(self, state: SourceState) -> str:
        """What there is to know of a source, for the pointer."""
        words = self.words
        parts = [one_line(state.name)]
        if state.last_heard_at is not None:
            parts.append(words.say("last heard {time}", time=words.instant(state.last_heard_at, self.now)))
        if state.last_item_at is not None:
            parts.append(words.say("last post {time}", time=words.instant(state.last_item_at, self.now)))
        if state.code is not None:
            parts.append(words.error(ConsoleError(state.code, **state.fields)))
        return "\n".join(parts)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tooltip(self.why(index.data(ROW_ROLE).state)), view)
        return True

    def _right(self, painter: QPainter, area: QRect, state: SourceState, said: str) -> int:
        theme = self.theme
        if state.is_enabled and state.lamp in _BLIND:
            font = theme.font(HINT, bold=True)
            width = QFontMetrics(font).horizontalAdvance(said) + 16
            at = QPoint(area.right() - width + 1, area.top())
            put_level(painter, at, ROW, Level.WARNING, self.words, theme, word="")
            put(painter, area, said, theme.warning, font, RIGHT)
            return width
        colour = theme.text2 if state.lamp is SourceLamp.LATE else theme.text3
        return put(painter, area, said, colour, hint_font(theme), RIGHT)

    def _strip(self, painter: QPainter, strip: QRect, row: SourceRow) -> None:
        if row.state.last_heard_at is None:
            return
        middle = strip.top() + STRIP_HEIGHT // 2 - 1
        painter.fillRect(QRect(strip.left(), middle, strip.width(), 2), self.theme.text3)
        for left, right in gap_pixels(row.gaps, self.now, strip.width()):
            box = QRect(strip.left() + left, strip.top(), right - left, STRIP_HEIGHT)
            painter.fillRect(box.adjusted(-1, 0, 1, 0), self.theme.panel)
            hatch(painter, box.adjusted(1, 1, -1, -1), self.theme.text3)
            painter.setPen(self.theme.text2)
            painter.drawRect(box.adjusted(0, 0, -1, -1))


def gap_pixels(gaps: Sequence[Gap], now: Instant, width: int) -> list[tuple[int, int]]:
    """Where gaps stand in a strip of ``width`` pixels that ends now: left and right edges, at least 9 pixels each."""
    begin = now - STRIP
    found = []
    for gap in gaps:
        left = round((max(gap.since, begin) - begin) * width / STRIP)
        right = round((min(gap.until or now, now) - begin) * width / STRIP)
        if right < 0 or gap.since >= now:
            continue
        left = max(0, min(left, width - _LEAST_GAP))
        found.append((left, min(width, max(right, left + _LEAST_GAP))))
    return found


def _minutes(length: int) -> int:
    """A length in whole minutes once it has one: seconds say nothing of a blindness."""
    return length - length % MINUTE if length >= MINUTE else length
