"""The unresolved incidents, gravest first; where there is none, when the last one ended."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QStyleOptionViewItem, QVBoxLayout, QWidget

from console.domain.clock import Instant
from console.domain.incident import IncidentId
from console.ui.lists import List
from console.ui.models.desk_reads import IncidentRow, Situation
from console.ui.models.rows import ROW as ROW_ROLE
from console.ui.models.rows import RowsModel
from console.ui.paint import RIGHT, Index, RowDelegate, hint_font, put, put_level
from console.ui.parts import INSET, Panel, label
from console.ui.plain import PlainParagraph
from console.ui.theme import Theme
from console.words import Words

HEIGHT = 56
_NUMBERS = 52


class IncidentPanel(Panel):
    """``chosen`` carries the incident a person chooses, None when they choose none any more."""

    chosen = Signal(object)

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, foot=False, parent=parent)
        self._now: Instant = 0
        self._situation = Situation()
        self._count = label(tone="3", size="hint")
        self.head.add(self._count)
        self._delegate = _IncidentDelegate(words, theme, HEIGHT)
        self.model: RowsModel[IncidentRow] = RowsModel(lambda row: row.incident.id, self._say, self)
        self.list = List("incidentList", self.model, self._delegate, fits=True)
        self.list.picked.connect(self._picked)
        self._none = QWidget()
        column = QVBoxLayout(self._none)
        column.setContentsMargins(INSET, 0, INSET, 16)
        column.setSpacing(4)
        self._ended = label(tone="2")
        self._which = PlainParagraph()
        self._which.setProperty("tone", "3")
        self._which.setProperty("type", "hint")
        column.addWidget(self._ended)
        column.addWidget(self._which)
        column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._none)
        self.body.addWidget(self._stack)
        self.body.addSpacing(8)
        self.retranslate(words)

    def show_situation(self, situation: Situation, now: Instant) -> None:
        """Show how things stand."""
        self._situation, self._now = situation, now
        self._delegate.now = now
        self.model.show(situation.rows)
        self._show_rest()

    def mark(self, incident: IncidentId | None) -> None:
        """Show which incident the desk looks at."""
        self.list.mark(incident)

    def focus(self) -> None:
        """Take the keyboard."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def tick(self, now: Instant) -> None:
        super().tick(now)
        self._now = self._delegate.now = now
        self.list.viewport().update()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._delegate.words = words
        self.head.title.set(words.say("Incidents"))
        self.list.setAccessibleName(words.say("Incidents"))
        self.model.say_anew(self._say)
        self._show_rest()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._delegate.theme = theme
        self.list.viewport().update()

    def _show_rest(self) -> None:
        words, rows, last = self.words, self._situation.rows, self._situation.last
        self.head.hint.set(words.number(len(rows)) if rows else "")
        self._count.set(words.say("by level") if rows else words.number(0))
        self._stack.setCurrentIndex(0 if rows else 1)
        if last is None:
            self._ended.set(words.say("There has been none yet"))
            self._which.set("")
            return
        incident = last.incident
        self._ended.set(words.say("The last one ended {time}", time=words.instant(incident.resolved_at, self._now)))
        parts = [words.title(incident)]
        if last.negatives is not None:
            parts.append(words.count("{n} negative", "{n} negatives", last.negatives))
        lasted = (incident.resolved_at or 0) - incident.opened_at
        parts.append(words.say("{span} from found to ended", span=words.span(lasted)))
        self._which.set(" · ".join(parts))

    def _picked(self, row: IncidentRow | None) -> None:
        self.chosen.emit(None if row is None else row.incident)

    def _say(self, row: IncidentRow) -> str:
        words, incident = self.words, row.incident
        parts = [words.level(incident.level), words.title(incident), words.state(incident.state)]
        if row.negatives is not None:
            parts.append(words.count("{n} negative", "{n} negatives", row.negatives))
        parts.append(words.rate(row.rate))
        return " · ".join(parts)


class _IncidentDelegate(RowDelegate):
    now: Instant = 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.ground(painter, option)
        row: IncidentRow = index.data(ROW_ROLE)
        incident, words, theme = row.incident, self.words, self.theme
        rect: QRect = option.rect
        area = rect.adjusted(INSET, 8, -INSET, -8)
        first = QRect(area.left(), area.top(), area.width(), 20)
        second = QRect(area.left(), area.top() + 22, area.width(), 18)
        # Chinese has room for the level's word before the title; in English it leads the second line.
        is_first = words.is_chinese
        taken = put_level(painter, first.topLeft(), 20, incident.level, words, theme, word=None if is_first else "")
        title = first.adjusted(taken + 8, 0, -_NUMBERS + 8, 0)
        put(painter, title, words.title(incident), theme.text1, theme.font(bold=incident.is_firing))
        put(painter, first, words.number(row.negatives), theme.text1, theme.font(bold=True), RIGHT)
        left = second.adjusted(0, 0, -_NUMBERS, 0)
        if not is_first:
            word = words.level(incident.level)
            font = theme.font(12, bold=True)
            left.setLeft(left.left() + put(painter, left, word, theme.level(incident.level), font) + 4)
        said = [] if is_first else [""]
        said += [words.state(incident.state), words.elapsed(self.now - incident.first_post_at)]
        put(painter, left, " · ".join(said).strip(), theme.text3, hint_font(theme))
        put(painter, second, words.rate(row.rate), theme.text2, hint_font(theme), RIGHT)
