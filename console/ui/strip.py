"""The health strip: whether the machine keeps up, and the last trouble, until it is over."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from console.domain.clock import Instant
from console.domain.errors import ConsoleError
from console.domain.rule import Level
from console.ui.models.desk_reads import Vitals, blind_for
from console.ui.models.engine_state import EngineState
from console.ui.paint import put_level
from console.ui.parts import INSET, label
from console.ui.plain import one_line, tooltip
from console.ui.theme import HINT, Theme
from console.words import UNKNOWN, Words

HEIGHT = 27
_GAP = 24


class _Figures(QWidget):
    """Names in hint colour and their values, from the left; what does not fit is left out, and told on hover."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._pairs: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        """Show these names and values."""
        if pairs != self._pairs:
            self._pairs = pairs
            said = "\n".join(f"{name} {value}" for name, value in pairs)
            self.setToolTip(tooltip(said))
            self.setAccessibleName(said)
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.theme.font(HINT)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        base = (self.height() + metrics.ascent() - metrics.descent()) // 2
        left = 0
        for name, value in self._pairs:
            width = metrics.horizontalAdvance(f"{name} ")
            whole = width + metrics.horizontalAdvance(value)
            if left + whole > self.width():
                break
            painter.setPen(self.theme.text3)
            painter.drawText(QPoint(left, base), name)
            painter.setPen(self.theme.text2)
            painter.drawText(QPoint(left + width, base), value)
            left += whole + _GAP


class _Trouble(QWidget):
    """One line of trouble, marked as a warning."""

    def __init__(self, words: Words, theme: Theme) -> None:
        super().__init__()
        self.words, self.theme = words, theme
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.hide()

    def show_line(self, text: str) -> None:
        """Show the line; an empty one hides it."""
        self._text = text
        self.setToolTip(tooltip(text) if text else "")
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.theme.font(HINT, bold=True)).horizontalAdvance(self._text) + 20, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        put_level(painter, QPoint(0, 0), self.height(), Level.WARNING, self.words, self.theme, word="")
        font = self.theme.font(HINT, bold=True)
        painter.setFont(font)
        painter.setPen(self.theme.warning)
        area = self.rect().adjusted(18, 0, 0, 0)
        shown = QFontMetrics(font).elidedText(self._text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)


class HealthStrip(QWidget):
    """What runs, how far behind it is, and what fails."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("healthStrip")
        self.setFixedHeight(HEIGHT)
        self.words, self.theme = words, theme
        self._vitals = Vitals()
        self._engine: EngineState | None = None
        self._rate: float | None = None
        self._midnight: Instant = 0
        self._now: Instant = 0
        self._troubles: dict[str, Exception] = {}
        self._figures = _Figures(theme)
        self._trouble = _Trouble(words, theme)
        self._keys = label(tone="3", size="hint")
        self._keys.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET - 2, 0, INSET, 0)  # the status bar keeps two pixels to itself
        row.setSpacing(_GAP)
        row.addWidget(self._figures, 1)
        row.addWidget(self._trouble)
        row.addWidget(self._keys)
        self.retranslate(words)

    def show_vitals(
        self, vitals: Vitals, engine: EngineState | None, rate: float | None, midnight: Instant, now: Instant
    ) -> None:
        """Show how it is going. ``rate`` is posts read per minute."""
        self._vitals, self._engine, self._rate = vitals, engine, rate
        self._midnight, self._now = midnight, now
        self._show()

    def fail(self, key: str, error: Exception) -> None:
        """Something failed: say so until it works again."""
        self._troubles[key] = error
        self._say_trouble()

    @property
    def trouble(self) -> str:
        """The trouble that is said now; empty where there is none."""
        return self._trouble.accessibleName()

    def mend(self, key: str) -> None:
        """It works again."""
        if self._troubles.pop(key, None) is not None:
            self._say_trouble()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self.words = self._trouble.words = words
        self._keys.set(words.say("? for all keys"))
        self._say_trouble()
        self._show()

    def restyle(self, theme: Theme) -> None:
        """Take another look."""
        self.theme = self._figures.theme = self._trouble.theme = theme
        self.update()

    def _show(self) -> None:
        words, vitals, engine = self.words, self._vitals, self._engine
        pairs = [(words.say("read"), words.rate(self._rate))]
        if engine is not None:
            waiting = words.number(engine.waiting + engine.being_scored)
            pairs.append((words.say("to score"), waiting if engine.is_watching else words.say("not running")))
            pairs.append((words.say("stored in"), words.span(round(engine.store_lag * 1000))))
        pairs.append((words.say("to deliver"), words.number(vitals.pending)))
        pairs.append((words.say("notifications"), self._channel()))
        gaps = [gap for gap in vitals.gaps if (gap.until or self._now) > self._midnight]
        has_sources = any(source.is_enabled for source in vitals.sources)
        blind = words.span(blind_for(gaps, self._midnight, self._now)) if has_sources else UNKNOWN
        names = sorted({one_line(gap.source) for gap in gaps})
        pairs.append((words.say("blind today"), f"{words.listed(names[:2])} {blind}".strip() if names else blind))
        pairs.append((words.say("store"), _megabytes(vitals.store_bytes)))
        self._figures.show_pairs(pairs)

    def _channel(self) -> str:
        words, vitals = self.words, self._vitals
        last, lost = vitals.delivered, vitals.undelivered
        if lost is not None and (last is None or lost.created_at > (last.sent_at or 0)):
            return words.say("not delivered {time}", time=words.instant(lost.created_at, self._now))
        if last is None:
            return words.say("none sent yet")
        return words.say("delivered {time}", time=words.instant(last.sent_at, self._now))

    def _say_trouble(self) -> None:
        if not self._troubles:
            self._trouble.show_line("")
            return
        error = list(self._troubles.values())[-1]
        if isinstance(error, ConsoleError):
            self._trouble.show_line(self.words.error(error))
        else:
            self._trouble.show_line(
                self.words.say(
                    "Something failed that should not: {what}. The log says more.", what=type(error).__name__
                )
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.ground)


def _megabytes(size: int) -> str:
    return UNKNOWN if not size else f"{size / 1_000_000:,.1f} MB" if size < 10_000_000 else f"{size // 1_000_000:,} MB"
