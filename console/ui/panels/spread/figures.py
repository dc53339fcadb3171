"""Figures: the row of readings above the plot: a caption, a number, its unit, its range; unknown is said, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.clock import MINUTE, Instant
from console.domain.reading import Estimate, Summary
from console.measures.counts import velocity, wilson
from console.measures.normal import Normal
from console.ui.panels.spread.nearest import Nearest
from console.ui.panels.spread.series import Counts, Spans, within
from console.ui.parts import INSET, LevelMark, label
from console.ui.theme import Theme
from console.words import UNKNOWN, Words

VELOCITY = 5
"""Minutes of the velocity."""

SHARE = 60
"""Minutes of the negative share."""

TOO_MANY = 100
"""Times what is usual, beyond which the figure is not told apart."""

FEW = 10
"""Posts below which the negative share is unknown."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The readings of the subjects at one moment.

    ``usual`` is what 5-minute velocity usually is, posts per minute; ``times`` how many times that it is now. ``posts``
    are all of the last 60 minutes, of which ``share`` is negative. ``has_heard``: anything was ever heard.
    """

    velocity: Estimate
    usual: Estimate
    times: float | None
    share: Estimate
    posts: int
    nearest: Nearest | None
    summary: Summary | None
    has_heard: bool = True


def read(
    counts: Counts,
    spans: Spans,
    normal: Normal | None,
    nearest: Nearest | None,
    summary: Summary | None,
    now: Instant,
    utc_offset: int,
    *,
    has_heard: bool = True,
) -> Figures:
    """The readings of ``counts`` by minute; ``spans`` are blind: a figure whose window touches one is unknown."""
    negative, _ = within(counts, now, VELOCITY)
    elapsed = VELOCITY - 1 + (now % MINUTE + 1) / MINUTE
    speed = velocity(negative, elapsed)
    if _is_blind(spans, now, VELOCITY):
        speed = Estimate(None, why="blind")
    usual = Estimate(None, why="learning")
    if normal is not None:
        range_ = normal.expected(now, VELOCITY, utc_offset)
        usual = Estimate(_each(range_.value), _each(range_.low), _each(range_.high))
    times = speed.value / usual.value if speed.value is not None and usual.value else None
    negative, posts = within(counts, now, SHARE)
    share = Estimate(None, why="few")
    if _is_blind(spans, now, SHARE):
        share = Estimate(None, why="blind")
    elif posts >= FEW:
        share = Estimate(negative / posts, *wilson(negative, posts))
    return Figures(speed, usual, times, share, posts, nearest, summary, has_heard)


def _each(n: float | None) -> float | None:
    return None if n is None else n / VELOCITY


def _is_blind(spans: Spans, now: Instant, minutes: int) -> bool:
    return any(since < now and until > now - minutes * MINUTE for since, until in spans)


class Figure(QWidget):
    """One reading: its caption over its number, unit and range."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.caption = label(tone="3", size="hint")
        self.number = label(size="key")
        self.unit = label(tone="2", size="hint")
        self.mark = LevelMark()
        self.range = label(tone="3", size="hint")
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self.number.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)  # a cut number is another one
        line.addWidget(self.number)
        for part in (self.unit, self.mark):
            part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            line.addWidget(part)
        line.addSpacing(4)
        line.addWidget(self.range, 1)
        column.addWidget(self.caption)
        column.addLayout(line)
        self.caption.setFixedHeight(16)
        self.number.setFixedHeight(28)

    def show_figure(self, caption: str, number: str, unit: str = "", range_: str = "", reason: str = "") -> None:
        """Say the reading; an unknown one shows a dash, and ``reason`` beside it and on hover."""
        self.caption.set(caption)
        self.number.set(number, reason)
        self.unit.set(unit)
        self.unit.setVisible(bool(unit) and number != UNKNOWN)
        self.range.set(range_ if number != UNKNOWN else reason, reason)
        said = " ".join(part for part in (caption, number, unit, range_ or reason) if part)
        self.setAccessibleName(said)

    def paint_number(self, colour: QColor | None) -> None:
        """Colour the number: a level's while it burns, None for the plain one."""
        self.number.setStyleSheet("" if colour is None else f"color: {colour.name()}")


_WIDTHS = {"velocity": 10, "normal": 10, "nearest": 10, "share": 10, "reach": 11}
_NARROW = 760  # pixels below which the reach gives way


class FigureRow(QWidget):
    """The readings side by side; each keeps its place whatever it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(48)
        self._summary: Summary | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, 0, INSET, 4)
        row.setSpacing(16)
        self._figures: Mapping[str, Figure] = {name: Figure(name) for name in _WIDTHS}
        for name, figure in self._figures.items():
            row.addWidget(figure, _WIDTHS[name])

    def figure(self, name: str) -> Figure:
        """One of ``velocity``, ``normal``, ``nearest``, ``share``, ``reach``."""
        return self._figures[name]

    def show_figures(self, figures: Figures, words: Words, theme: Theme, colour: QColor | None) -> None:
        """Say all readings; ``colour`` is that of the level that burns."""
        self._velocity(figures, words, colour)
        self._normal(figures, words)
        self._nearest(figures, words, theme)
        self._share(figures, words)
        self._reach(figures, words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self._figures["reach"].setVisible(self._summary is not None and self.width() >= _NARROW)

    def _velocity(self, figures: Figures, words: Words, colour: QColor | None) -> None:
        speed = figures.velocity
        figure = self._figures["velocity"]
        figure.show_figure(
            words.say("Velocity · last {n} min", n=VELOCITY),
            words.number(speed.value, 1),
            words.say("/min"),
            _range(words, speed, 1),
            _why(words, speed),
        )
        figure.paint_number(colour if speed.value else None)

    def _normal(self, figures: Figures, words: Words) -> None:
        usual = figures.usual
        reason = _why(words, usual) or _why(words, figures.velocity)
        times = figures.times
        number = UNKNOWN if times is None else f"×{words.number(times, 0 if times >= 10 else 1)}"
        if times is not None and times >= TOO_MANY:
            number = f"×{TOO_MANY}+"  # a figure over next to nothing says no more than that
        said = "" if usual.value is None else words.say("normal {range}", range=_range(words, usual, 1))
        self._figures["normal"].show_figure(words.say("vs normal"), number, "", said, reason)

    def _nearest(self, figures: Figures, words: Words, theme: Theme) -> None:
        figure, near = self._figures["nearest"], figures.nearest
        if near is None:
            figure.mark.show_level(None, words, theme)
            figure.show_figure(words.say("Nearest threshold"), UNKNOWN, reason=words.say("no rule counts negatives"))
            return
        caption = words.say("Nearest threshold · {n} min", n=near.minutes)
        if not figures.has_heard:
            figure.mark.show_level(None, words, theme)
            figure.show_figure(caption, UNKNOWN, reason=words.say("nothing heard yet"))
            return
        if near.is_reached:
            caption = words.say("Threshold reached · {n} min", n=near.minutes)
        figure.show_figure(caption, f"{words.number(near.count)} / {words.number(near.bound)}")
        figure.number.set(figure.number.whole(), words.rule_name(near.rule.id))
        figure.mark.show_level(near.rule.level, words, theme)

    def _share(self, figures: Figures, words: Words) -> None:
        share = figures.share
        number = UNKNOWN if share.value is None else words.number(share.value * 100)
        range_ = ""
        if share.low is not None and share.high is not None:
            range_ = f"{words.number(share.low * 100)}–{words.number(share.high * 100)}"
        reason = _why(words, share, figures.posts)
        self._figures["share"].show_figure(words.say("Negative share · {n} min", n=SHARE), number, "%", range_, reason)

    def _reach(self, figures: Figures, words: Words) -> None:
        summary = self._summary = figures.summary
        self._make_room()
        if summary is None:
            return
        known = words.say("known {n}/{of}", n=words.number(summary.known_authors), of=words.number(summary.authors))
        number = words.followers(summary.reach) if summary.known_authors else UNKNOWN
        self._figures["reach"].show_figure(words.say("Reach, at most"), number, "", known, known)


def _range(words: Words, estimate: Estimate, digits: int) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{words.number(estimate.low, digits)}–{words.number(estimate.high, digits)}"


def _why(words: Words, estimate: Estimate, n: int = 0) -> str:
    match estimate.why:
        case "blind":
            return words.say("not heard in full")
        case "learning":
            return words.say("learning: needs 6 h")
        case "few":
            return words.count("only {n} post", "only {n} posts", n)
    return ""
