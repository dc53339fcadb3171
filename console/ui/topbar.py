"""The top bar: the worst that burns, filled; or, where nothing does, what proves that we would know."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.domain.clock import Instant
from console.domain.coverage import SourceLamp
from console.domain.escalation import NotificationState, Role
from console.domain.rule import Level
from console.ui.models.desk_reads import IncidentRow, Situation, Vitals
from console.ui.paint import RIGHT, put
from console.ui.parts import INSET, label
from console.ui.plain import one_line
from console.ui.theme import Theme, draw_shape
from console.words import UNKNOWN, Words
from console.words.names import say

HEIGHT = 56
_DAYS = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))
_BESIDE = 16  # pixels between two values, however long they are
_FILLED = {Level.SERIOUS, Level.CRITICAL}


class LevelBlock(QPushButton):
    """The gravest incident in one look. Filled only while a serious or critical alert of it fires."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBarIncident")
        self.setFlat(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.words, self.theme = words, theme
        self._row: IncidentRow | None = None
        self._proof = ""
        self._now: Instant = 0

    def show_row(self, row: IncidentRow | None, proof: str, now: Instant) -> None:
        """Show an incident; without one, ``proof`` says what the quiet rests on."""
        self._row, self._proof, self._now = row, proof, now
        self.setEnabled(row is not None)
        self.setAccessibleName(self.said())
        self.update()

    def said(self) -> str:
        """The block in words."""
        words, row = self.words, self._row
        if row is None:
            return words.joined([words.say("No open incident"), self._proof])
        incident = row.incident
        parts = [words.level(incident.level), words.title(incident), *self._numbers(row), self._state(row)]
        return " · ".join(parts)

    def sizeHint(self) -> QSize:
        return QSize(664, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, row = self.theme, self._row
        area = self.rect().adjusted(INSET, 0, -INSET, 0)
        painter.fillRect(self.rect(), theme.panel)
        if row is None:
            self._paint_quiet(painter)
        else:
            is_filled = row.incident.is_firing and row.incident.level in _FILLED
            ink = theme.on_level if is_filled else theme.text1
            if is_filled:
                painter.fillRect(self.rect(), theme.level(row.incident.level))
            right = self._paint_numbers(painter, row, ink if is_filled else None)
            mark = ink if is_filled else theme.level(row.incident.level)
            draw_shape(painter, row.incident.level, QRectF(area.left(), (HEIGHT - 16) / 2, 16, 16), mark)
            word = self.words.level(row.incident.level)
            font = theme.font(15, bold=True)
            left = area.adjusted(22, 0, -right - 16, 0)
            taken = put(painter, left, word, mark, font)
            title = left.adjusted(taken + 18, 0, 0, 0)
            put(painter, title, self.words.title(row.incident), ink, theme.font(20, bold=True))
        if self.hasFocus():
            painter.setPen(theme.text1)
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))
            painter.drawRect(self.rect().adjusted(3, 3, -4, -4))

    def _paint_quiet(self, painter: QPainter) -> None:
        theme = self.theme
        area = self.rect().adjusted(INSET, 0, -INSET, 0)
        taken = put(painter, area, self.words.say("No open incident"), theme.text1, theme.font(20, bold=True))
        put(painter, area.adjusted(taken + 24, 0, 0, 0), self._proof, theme.text2, theme.font())

    def _paint_numbers(self, painter: QPainter, row: IncidentRow, ink: QColor | None) -> int:
        """The numbers at the right, the count and the rate large; returns the width they take."""
        theme = self.theme
        strong, weak = ink or theme.text1, ink or theme.text2
        area = self.rect().adjusted(INSET, 8, -INSET, -8)
        first, second = area.adjusted(0, 0, 0, -16), area.adjusted(0, 24, 0, 0)
        state = self._state(row)
        width = put(painter, second, state, weak, theme.font(12), RIGHT)
        if row.negatives is None:
            return width
        right = 0
        for number, unit in reversed(self._pairs(row)):
            right += put(painter, first.adjusted(0, 0, -right, 0), unit, strong, theme.font(), RIGHT) + 4
            left = first.adjusted(0, -2, -right, 0)
            right += put(painter, left, number, strong, theme.font(20, bold=True), RIGHT) + 16
        return max(width, right - 16)

    def _pairs(self, row: IncidentRow) -> list[tuple[str, str]]:
        words = self.words
        pairs = [(words.number(row.negatives), words.count("negative", "negatives", row.negatives or 0))]
        if row.rate is not None:
            pairs.append((words.number(row.rate, 1), words.say("/ min")))
        return pairs

    def _numbers(self, row: IncidentRow) -> list[str]:
        return [] if row.negatives is None else [f"{number} {unit}" for number, unit in self._pairs(row)]

    def _state(self, row: IncidentRow) -> str:
        words, incident = self.words, row.incident
        elapsed = words.elapsed(self._now - incident.first_post_at)
        parts = [words.say("{elapsed} since first post", elapsed=elapsed), words.state(incident.state)]
        if row.negatives is None:
            parts = parts[1:]
        return " · ".join(parts)


class _Said(QWidget):
    """A hint above a value."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setFixedWidth(width + _BESIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 9, _BESIDE, 9)
        column.setSpacing(0)
        self.name = label(tone="3", size="hint")
        self.value = label()
        column.addWidget(self.name)
        column.addWidget(self.value)


class TopBar(QWidget):
    """``incident_wanted`` carries the incident whose block was pressed."""

    incident_wanted = Signal(object)

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setFixedHeight(HEIGHT + 1)
        self.words, self.theme = words, theme
        self._situation, self._vitals = Situation(), Vitals()
        self._now: Instant = 0
        self.block = LevelBlock(words, theme)
        self._drill = label(bold=True)
        self._drill.setObjectName("drillMark")
        self._drill.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._drill.hide()
        self._executive, self._taken, self._duty = _Said(120), _Said(128), _Said(104)
        self.menu_button = QPushButton()
        self.menu_button.setObjectName("menuButton")
        self.menu_button.setProperty("compact", "true")
        self._time = label(size="title")
        self._day = label(tone="3", size="hint")
        self._lay_out()
        self.block.clicked.connect(self._press)
        self.retranslate(words)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, INSET, 1)
        row.setSpacing(0)
        row.addWidget(self.block, 10)
        row.addSpacing(24)
        row.addWidget(self._drill)
        for said in (self._executive, self._taken, self._duty):
            row.addWidget(said)
        row.addStretch(1)
        row.addWidget(self.menu_button)
        clock = QVBoxLayout()
        clock.setContentsMargins(0, 8, 0, 8)
        clock.setSpacing(0)
        for one in (self._time, self._day):
            one.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            one.setFixedWidth(96)
            clock.addWidget(one)
        row.addLayout(clock)

    def set_menu(self, menu: QMenu) -> None:
        """Open this menu from the bar."""
        self.menu_button.setMenu(menu)

    def set_drill(self, *, is_drill: bool) -> None:
        """Say that this is a drill, or not."""
        self._drill.setVisible(is_drill)

    def show_situation(self, situation: Situation, now: Instant) -> None:
        """Show how things stand."""
        self._situation, self._now = situation, now
        self._show()

    def show_vitals(self, vitals: Vitals, now: Instant) -> None:
        """Show how well we hear."""
        self._vitals, self._now = vitals, now
        self._show()

    def tick(self, now: Instant) -> None:
        """A second has passed."""
        self._now = now
        self._show()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self.words = self.block.words = words
        self.menu_button.setText(words.say("Menu"))
        self.menu_button.setAccessibleName(words.say("Menu"))
        self._drill.set(words.say("Drill"))
        self._executive.name.set(words.role(Role.EXECUTIVE))
        self._taken.name.set(words.say("Acknowledged"))
        self._duty.name.set(words.say("On duty"))
        self._show()

    def restyle(self, theme: Theme) -> None:
        """Take another look."""
        self.theme = self.block.theme = theme
        self._drill.setStyleSheet(
            f"border: 1px dashed {theme.text2.name()}; border-radius: 6px; padding: 4px 10px; margin-right: 16px;"
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(0, HEIGHT, self.width(), 1, self.theme.line)

    def _show(self) -> None:
        words, now = self.words, self._now
        worst = self._situation.worst
        self.block.show_row(worst, self._proof(), now)
        executive = self._seen()
        self._executive.value.set(executive, words.say("no name is set yet") if executive == UNKNOWN else "")
        self._taken.setVisible(worst is not None)
        incident = None if worst is None else worst.incident
        if incident is not None and incident.acknowledged_by is not None:
            by = one_line(incident.acknowledged_by)
            self._taken.value.set(f"{by} {words.minute_of_day(incident.acknowledged_at)}")
        else:
            self._taken.value.set(words.say("nobody yet"))
        duty = self._situation.contact(Role.DUTY)
        self._duty.value.set(UNKNOWN if duty is None else duty.name, "" if duty else words.say("no name is set yet"))
        if now:
            self._time.set(words.time_of_day(now))
            local = words.local(now)
            self._day.set("" if local is None else f"{local:%m-%d} {words.say(_DAYS[local.weekday()])}")

    def _proof(self) -> str:
        words, vitals = self.words, self._vitals
        states = [s for s in vitals.sources if s.is_enabled and s.lamp is not SourceLamp.STOPPED]
        hearing = sum(state.lamp is SourceLamp.HEARING for state in states)
        parts = []
        if not states:
            parts.append(words.say("no source is connected: quiet proves nothing"))
        elif hearing == len(states):
            parts.append(words.count("{n} source heard", "all {n} sources heard", hearing))
        else:
            parts.append(words.say("{n} of {m} sources heard", n=hearing, m=len(states)))
        if vitals.newest is not None:
            age = max(0, self._now - vitals.newest.arrived_at)
            parts.append(words.say("newest mention {ago}", ago=words.ago(age)))
        return words.joined(parts)

    def _seen(self) -> str:
        words = self.words
        told = [one for one in self._situation.told if one.state is not NotificationState.CANCELLED]
        if not told:
            executive = self._situation.contact(Role.EXECUTIVE)
            return UNKNOWN if executive is None else one_line(executive.name)
        seen = max((one.seen_at for one in told if one.seen_at is not None), default=None)
        if seen is not None:
            return f"{words.minute_of_day(seen)} {words.state(NotificationState.SEEN)}"
        last = told[-1]
        at = last.answered_at or last.received_at or last.sent_at or last.created_at
        return f"{words.minute_of_day(at)} {words.state(last.state)}"

    def _press(self) -> None:
        worst = self._situation.worst
        if worst is not None:
            self.incident_wanted.emit(worst.incident)


class EdgeFlash(QWidget):
    """The one thing that moves by itself: for two seconds after an alert, the left edge in its level's colour."""

    SECONDS = 2

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._beside = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colour = QColor()
        self._timer = QTimer(self, singleShot=True, interval=self.SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def flash(self, colour: QColor) -> None:
        """Show the edge for two seconds."""
        self._colour = colour
        self.setGeometry(0, 0, 6, self._beside.height())
        self.raise_()
        self.show()
        self.update()
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._colour)
