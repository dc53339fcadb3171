"""The panel of the spread: what the store holds of some subjects, drawn by the minute and said in figures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from console.domain.changes import Changes
from console.domain.clock import HOUR, MINUTE, Instant
from console.domain.conversation import Subject
from console.domain.rule import Level
from console.measures.normal import Normal
from console.ui.panels.spread import series
from console.ui.panels.spread.compose import Composer
from console.ui.panels.spread.figures import FigureRow
from console.ui.panels.spread.gather import Gathered, gather, learn_normal
from console.ui.panels.spread.legend import Key, Legend
from console.ui.panels.spread.picture import Picture
from console.ui.panels.spread.readout import Row
from console.ui.parts import Panel, Segments, label
from console.ui.query import Query
from console.ui.theme import Theme, with_alpha
from console.words import Words

if TYPE_CHECKING:
    from console.ui.panels.spread.canvas import Canvas

BINS = (1, 5, 15)
"""Minutes a bar may stand for."""

_LEARN_AGAIN = 10 * MINUTE


class SpreadPanel(Panel):
    """How fast the negatives of some subjects spread.

    ``brushed`` carries the stretch a person brushed on the plot, (since, until) with until not included, or None.
    Time comes by ``tick``; the right edge follows it unless a person moved the plot. The plot itself (and pyqtgraph
    with it) is made after the window has been painted once.
    """

    brushed = Signal(object)

    def __init__(
        self, words: Words, theme: Theme, query: Query, utc_offset: int = 480, parent: QWidget | None = None
    ) -> None:
        super().__init__(words, theme, parent=parent)
        self.setObjectName("spreadPanel")
        self.query = query
        self._utc_offset = utc_offset
        self._subjects: tuple[Subject, ...] = ()
        self._title = ""
        self._level: Level | None = None
        self._now: Instant = 0
        self._is_drill = False
        self._gathered: Gathered | None = None
        self._normal: Normal | None = None
        self._learned_at: Instant | None = None
        self.picture: Picture | None = None
        self.canvas: Canvas | None = None
        self._waiting: QWidget | None = QWidget()
        self.figures = FigureRow()
        self.legend = Legend()
        self._segments = Segments(len(BINS))
        self._segments.name([f"spreadBins{minutes}" for minutes in BINS])
        self._segments.chosen.connect(self._choose_bins)
        self._follow = QPushButton()
        self._follow.setObjectName("spreadFollow")
        self._follow.setProperty("compact", "true")
        self._follow.clicked.connect(self._go_on)
        self._follow.hide()
        self._unit = label(tone="3", size="hint")
        self._arrange()
        self.retranslate(words)

    def show_subjects(self, subjects: Sequence[Subject], title: str, level: Level | None) -> None:
        """Show these subjects together; ``title`` names them, ``level`` is that of the rule that fires on them."""
        is_another = tuple(subjects) != self._subjects
        self._subjects, self._title, self._level = tuple(subjects), title, level
        self.head.hint.set(title)
        if is_another:
            self._gathered = self._normal = self._learned_at = None
            self.clear_brush()
            self._go_on()
        self._ask()

    def refresh(self, changes: Changes) -> None:
        """Read again what a commit may have changed."""
        if changes:
            self._ask()

    def tick(self, now: Instant) -> None:
        """Let time pass."""
        has_turned = now // MINUTE != self._now // MINUTE
        self._now = now
        if self.canvas is not None:
            self.canvas.tick(now)
        if has_turned:
            self._ask()
            self._compose()
        super().tick(now)

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on."""
        super().retranslate(words)
        self.head.title.set(words.say("Spread"))
        self._unit.set(words.say("negatives / min"))
        self._segments.say([words.term("bin", "{n} min").format(n=minutes) for minutes in BINS])
        self._follow.setText(words.say("Back to now"))
        if self.canvas is not None:
            self.canvas.retranslate(words)
            self.canvas.view.setAccessibleName(words.say("Spread: negatives per minute"))
            self._show_drill()
        self._compose()
        super().tick(self._now)

    def restyle(self, theme: Theme) -> None:
        """Take another look from now on."""
        super().restyle(theme)
        if self.canvas is not None:
            self.canvas.restyle(theme)
        self._compose()

    def set_drill(self, *, is_drill: bool) -> None:
        """Say behind the plot that this is a drill, or not: a picture of it is never taken for a real day."""
        self._is_drill = is_drill
        self._show_drill()

    def _show_drill(self) -> None:
        if self.canvas is not None:
            self.canvas.view.stamp(self.words.say("Drill").upper() if self._is_drill else "")

    def clear_brush(self) -> None:
        """Filter by no stretch any more."""
        if self.canvas is not None:
            self.canvas.set_brush(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.canvas is None and self._waiting is not None:
            QTimer.singleShot(0, self, self._make_canvas)

    def _make_canvas(self) -> None:
        """Import pyqtgraph, which takes half a second, once the window stands."""
        if self._waiting is None:
            return
        from console.ui.panels.spread.canvas import Canvas

        self.canvas = Canvas(self.words, self.theme, self._describe)
        self.canvas.view.setAccessibleName(self.words.say("Spread: negatives per minute"))
        self.canvas.brushed.connect(self.brushed)
        self.canvas.scaled.connect(self._scaled)
        self.body.replaceWidget(self._waiting, self.canvas)
        self._waiting.deleteLater()
        self._waiting = None
        self._show_drill()
        self.canvas.tick(self._now)
        self._compose()

    def _arrange(self) -> None:
        row = self.head.row
        row.setStretchFactor(self.head.hint, 0)
        self.head.hint.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.head.hint.setMaximumWidth(200)
        self._unit.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(self._unit)
        row.addSpacing(8)
        row.addWidget(self.legend, 1)
        self.head.add(self._follow)
        self.head.add(self._segments)
        self.body.addWidget(self.figures)
        if self._waiting is not None:
            self._waiting.setMinimumHeight(140)
            self.body.addWidget(self._waiting, 1)

    # what is shown of what time

    def _choose_bins(self, number: int) -> None:
        if self.canvas is not None:
            self.canvas.show_scale(self.canvas.scale.binned(BINS[number]))
            self._scaled()

    def _go_on(self) -> None:
        if self.canvas is not None:
            self.canvas.show_scale(self.canvas.scale.following())
            self._scaled()

    def _scaled(self) -> None:
        assert self.canvas is not None
        self._follow.setVisible(self.canvas.scale.right is not None)
        self._ask()
        self._compose()

    def _edges(self) -> tuple[Instant, Instant]:
        if self.canvas is None:
            return self._now - 4 * HOUR, self._now
        return self.canvas.scale.edges(self._now)

    # from the store to the screen

    def _ask(self) -> None:
        if not self._subjects or not self._now:
            return
        left, right = self._edges()
        # Round bounds: the same question again while time goes by, so that no answer comes too late to be of use.
        since = min(2 * left - right, self._now - 2 * HOUR) // HOUR * HOUR
        until = (max(right, self._now) // HOUR + 2) * HOUR
        self.query.ask("spread", gather, self._subjects, since, until, then=self._take)
        at = self._now // _LEARN_AGAIN * _LEARN_AGAIN
        if at != self._learned_at:
            self._learned_at = at
            self.query.ask("spread.normal", learn_normal, self._subjects, at, self._utc_offset, then=self._take_normal)

    def _take(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.heard_at is not None and self.foot is not None:
            self.foot.heard(gathered.heard_at)
        self._compose()
        super().tick(self._now)

    def _take_normal(self, normal: Normal | None) -> None:
        self._normal = normal
        self._compose()

    def _compose(self) -> None:
        gathered = self._gathered
        if gathered is None or not self._now:
            return
        composer = Composer(self.words, self._subjects, self._level, self._utc_offset)
        colour = None if self._level is None else self.theme.level(self._level)
        self.figures.show_figures(composer.figures(gathered, self._normal, self._now), self.words, self.theme, colour)
        edges = self._edges()
        if self.foot is not None:
            self.foot.left.set(composer.foot(gathered, self._now, edges))
        if self.canvas is None:
            return
        minutes = self.canvas.scale.minutes
        self.picture = composer.picture(gathered, self._normal, minutes, self._now, edges)
        self.canvas.show_picture(self.picture)
        self.legend.show_keys(self._keys(self.picture), self.theme)

    def _keys(self, picture: Picture) -> list[Key]:
        from console.ui.panels.spread.items import hatching

        by_colour: dict[str, list[str]] = {}
        for platform in picture.bars.platforms:
            colour = self.theme.platform(platform, burning=picture.is_burning)
            by_colour.setdefault(colour.name(), []).append(self.words.platform(platform))
        keys = [Key(self.words.listed(names), QColor(colour)) for colour, names in by_colour.items()]
        if picture.bars.uncertain.any():
            ramp = self.theme.burning if picture.is_burning else self.theme.calm
            keys.append(Key(self.words.say("uncertain"), with_alpha(ramp[1], 0.4)))
        if picture.blind:
            keys.append(Key(self.words.say("blind"), hatching(self.theme.text3), 16))
        return keys

    def _describe(self, at: Instant) -> list[Row]:
        """What stands under the crosshair: the bin's posts by platform, the velocity and what is usual."""
        words, picture = self.words, self.picture
        assert picture is not None
        bars = picture.bars
        begin = at - at % (bars.minutes * MINUTE)
        until = words.minute_of_day(begin + bars.minutes * MINUTE)
        rows = [Row(f"{words.minute_of_day(begin)}–{until}")]
        if any(since <= at < end for since, end in picture.blind):
            rows.append(Row(words.say("not heard in full")))
        place = bars.at(at)
        for column, platform in enumerate(bars.platforms):
            n = 0 if place is None else int(bars.negative[place, column])
            if n:
                colour = self.theme.platform(platform, burning=picture.is_burning)
                rows.append(Row(words.platform(platform), words.number(n), colour))
        uncertain = 0 if place is None else int(bars.uncertain[place])
        if uncertain:
            ramp = self.theme.burning if picture.is_burning else self.theme.calm
            rows.append(Row(words.say("uncertain"), words.number(uncertain), with_alpha(ramp[1], 0.4)))
        if place is None:
            rows.append(Row(words.say("no negatives"), ""))
        rows.append(Row(words.say("velocity, 5 min"), words.rate(series.value_at(picture.line, at))))
        return rows
