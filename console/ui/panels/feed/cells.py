"""The cells of the feed's rows: where they stand, what they say, and how they are painted, a whole row at once."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from console.domain.clock import SECOND, Instant
from console.domain.mention import Label
from console.ui.models.feed_rows import Column, FeedRow
from console.ui.paint import BAR, LEFT, ROW, hint_font, put, put_level
from console.ui.theme import BODY, Theme
from console.words import Words

INSET = 14  # and the 2 of the focus ring: the desk's common left edge

_CHINESE = {Column.LEVEL: 44, Column.POSTED: 60, Column.PLATFORM: 36, Column.AUTHOR: 108, Column.LABEL: 44}
_ENGLISH = {Column.LEVEL: 64, Column.POSTED: 60, Column.PLATFORM: 52, Column.AUTHOR: 112, Column.LABEL: 60}
_GAP = 12
_LEAST_TEXT = 120
_NARROW = 4
"""Pixels of a narrow character: more of them than fit are not measured, unless the text is all of narrower ones."""


def column_widths(words: Words, width: int, *, has_levels: bool = True) -> list[int]:
    """The columns' widths, with their gaps, in a table of ``width`` pixels: the text takes what the others leave.

    Where no row has a level there is no such column.
    """
    fixed = _CHINESE if words.is_chinese else _ENGLISH
    widths = []
    for column in Column:
        if column is Column.LEVEL and not has_levels:
            widths.append(0)
            continue
        own = fixed.get(column, 0)
        ends = INSET if column in {_first(has_levels=has_levels), Column.LABEL} else 0
        widths.append(own + ends + (0 if column is Column.LABEL else _GAP))
    widths[Column.TEXT] = max(_LEAST_TEXT, width - sum(widths) + _GAP)
    return widths


def _first(*, has_levels: bool) -> Column:
    return Column.LEVEL if has_levels else Column.POSTED


class Cells:
    """Says and paints rows. Words that many rows share are said once."""

    def __init__(self, words: Words, theme: Theme) -> None:
        self._now: Instant = 0
        self._spans: list[tuple[int, int]] = []
        self._use(words, theme)

    def use(self, words: Words, theme: Theme, width: int, *, has_levels: bool = True) -> list[int]:
        """Take words, look and the table's width; the columns' widths."""
        self._use(words, theme)
        widths, first = column_widths(words, width, has_levels=has_levels), _first(has_levels=has_levels)
        self._spans, left = [], 0
        for column, whole in zip(Column, widths, strict=True):
            start = left + (INSET if column is first else 0)
            end = left + whole - (INSET if column is Column.LABEL else _GAP)
            self._spans.append((start, max(0, end - start)))
            left += whole
        return widths

    def set_now(self, now: Instant) -> None:
        """Times are said as of this instant."""
        if now // (60 * SECOND) != self._now // (60 * SECOND):
            self._times.clear()
        self._now = now

    def _use(self, words: Words, theme: Theme) -> None:
        self.words, self.theme = words, theme
        self._font = theme.font()
        self._metrics = QFontMetrics(self._font)
        self._base = (ROW + self._metrics.ascent() - self._metrics.descent()) // 2
        self._pens = [QPen(colour) for colour in (theme.text1, theme.text2, theme.text3)]
        self._label_pens = {label: QPen(theme.label(label)) for label in (*Label, None)}
        self._platforms: dict[str, str] = {}
        self._labels = {label: words.label(label) for label in (*Label, None)}
        self._times: dict[Instant, str] = {}

    # ── what a cell says ──

    def text(self, row: FeedRow, column: Column) -> str:
        """What a cell says."""
        match column:
            case Column.LEVEL:
                return "" if row.level is None else self.words.level(row.level)
            case Column.POSTED:
                return self._posted(row)
            case Column.PLATFORM:
                return self._platform(row)
            case Column.AUTHOR:
                return row.author
            case Column.TEXT:
                return self._prefix(row) + row.text
            case Column.LABEL:
                return self._labels[row.label]

    def hint(self, row: FeedRow, column: Column) -> str:
        """What a cell says on hover: the whole of it, the date, or why there is no judgement."""
        if column is Column.LABEL and row.unscored is not None:
            return self.words.reason(row.unscored)
        return self.words.date_time(row.published_at) if column is Column.POSTED else self.text(row, column)

    def _posted(self, row: FeedRow) -> str:
        second = row.published_at // SECOND
        said = self._times.get(second)
        if said is None:
            if len(self._times) > 20_000:
                self._times.clear()
            said = self._times[second] = self.words.instant(row.published_at, self._now or row.published_at)
        return said

    def _platform(self, row: FeedRow) -> str:
        said = self._platforms.get(row.platform)
        if said is None:
            said = self._platforms[row.platform] = self.words.platform(row.platform)
        return said

    def _prefix(self, row: FeedRow) -> str:
        if row.inherits_from is None:
            return ""
        return self.words.say("repost of {author}: ", author=row.inherits_from)

    # ── how a row is painted ──

    def paint(self, painter: QPainter, area: QRect, row: FeedRow, ground: QColor | None, *, is_marked: bool) -> None:
        """Paint a row; ``ground`` is behind it, with the bar of accent where it is the selection's."""
        top = area.top()
        if ground is not None:
            painter.fillRect(area, ground)
            if ground is self.theme.selection:
                painter.fillRect(0, top, BAR, ROW, self.theme.accent)
        if is_marked:
            painter.fillRect(0, area.bottom() - 1, area.width(), 2, self.theme.accent)
        if row.level is not None:
            put_level(painter, QPoint(self._spans[Column.LEVEL][0], top), ROW, row.level, self.words, self.theme)
        base = top + self._base
        strong, plain, weak = self._pens
        painter.setFont(self._font)
        painter.setPen(weak)
        self._put(painter, Column.POSTED, base, self._posted(row))
        self._put(painter, Column.PLATFORM, base, self._platform(row))
        taken = self._put(painter, Column.TEXT, base, self._prefix(row)) if row.inherits_from is not None else 0
        painter.setPen(plain)
        self._put(painter, Column.AUTHOR, base, row.author)
        painter.setPen(strong)
        self._put(painter, Column.TEXT, base, row.text, taken)
        painter.setPen(self._label_pens[row.label])
        self._put(painter, Column.LABEL, base, self._labels[row.label])

    def _put(self, painter: QPainter, column: Column, base: int, text: str, taken: int = 0) -> int:
        """Write a cell, ``taken`` pixels from its left; the width this took, told only for what is cut or prefixed."""
        left, width = self._spans[column]
        left, width = left + taken, width - taken
        if len(text) * BODY <= width and column is not Column.TEXT:
            painter.drawText(left, base, text)
            return 0
        head = text[: width // _NARROW + 1]
        wanted = self._metrics.horizontalAdvance(head)
        if wanted > width:
            text = head
        elif len(head) < len(text):
            wanted = self._metrics.horizontalAdvance(text)
        if wanted > width:
            text, wanted = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width), width
        painter.drawText(left, base, text)
        return wanted


class FeedHeader(QHeaderView):
    """The names of the columns, on the rows' own left edges."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.words = words
        self.theme = theme
        self.setSectionsClickable(False)
        self.setFixedHeight(ROW)
        self.setMinimumSectionSize(20)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.fillRect(rect, self.theme.panel)
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), self.theme.line)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self.theme.line)
        area = QRect(rect)
        if logicalIndex == _first(has_levels=not self.isSectionHidden(Column.LEVEL)):
            area.setLeft(area.left() + INSET)
        put(painter, area, self._name(Column(logicalIndex)), self.theme.text3, hint_font(self.theme), LEFT)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), ROW)

    def _name(self, column: Column) -> str:
        words = self.words
        return {
            Column.LEVEL: words.say("Level"),
            Column.POSTED: words.say("Posted"),
            Column.PLATFORM: words.say("Platform"),
            Column.AUTHOR: words.say("Author"),
            Column.TEXT: words.say("Text"),
            Column.LABEL: words.say("Label"),
        }[column]
