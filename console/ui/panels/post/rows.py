"""The rows of an open post: why it was judged so, and who else speaks in its conversation."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from console.domain.clock import Instant
from console.domain.mention import Mention, Reason
from console.ui.models.rows import ROW as ROW_ROLE
from console.ui.paint import RIGHT, Index, RowDelegate, hint_font, put
from console.ui.parts import INSET
from console.ui.plain import one_line
from console.words import UNKNOWN, Words

SMALL = 24
"""Pixels of a row."""

_BAR = 48
_NUMBER = 64
_FOLLOWERS = 96


@dataclass(frozen=True, slots=True)
class Ranked:
    """A reason and its place, since two clauses may be the same words."""

    place: int
    reason: Reason


class ReasonDelegate(RowDelegate):
    """A bar for its weight, its words, what it is, its weight."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        reason: Reason = index.data(ROW_ROLE).reason
        theme, words = self.theme, self.words
        rect: QRect = option.rect
        area = rect.adjusted(INSET - 2, 0, -INSET + 2, 0)
        bar = QRect(area.left(), area.top() + (SMALL - 8) // 2, _BAR, 8)
        if reason.weight is not None:
            painter.fillRect(bar, theme.raised)
            bar.setWidth(round(_BAR * min(1.0, max(0.0, reason.weight))))
            painter.fillRect(bar, theme.text3)
        put(painter, area.adjusted(56, 0, -104, 0), one_line(reason.text), theme.text1, theme.font())
        put(painter, area.adjusted(0, 0, -40, 0), words.reason_kind(reason.kind), theme.text3, hint_font(theme), RIGHT)
        put(painter, area, words.number(reason.weight, 2), theme.text2, theme.font(), RIGHT)


class MemberDelegate(RowDelegate):
    """When, who, how many follow them, how often it was shared."""

    now: Instant = 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.ground(painter, option)
        one: Mention = index.data(ROW_ROLE)
        theme, words, post = self.theme, self.words, one.post
        rect: QRect = option.rect
        area = rect.adjusted(INSET - 2, 0, -INSET + 2, 0)
        put(painter, area, words.minute_of_day(post.published_at), theme.text3, theme.font())
        put(painter, area.adjusted(48, 0, -_NUMBER - _FOLLOWERS, 0), one_line(post.author), theme.text1, theme.font())
        put(
            painter,
            area.adjusted(0, 0, -_NUMBER, 0),
            followers_of(words, post.author_followers),
            theme.text3,
            hint_font(theme),
            RIGHT,
        )
        shares = words.say("{n} shares", n=words.number(post.reposts))
        put(painter, area, shares, theme.text2, hint_font(theme), RIGHT)


def followers_of(words: Words, count: int | None) -> str:
    """``3,870 followers``; an unknown number is shown as such."""
    return UNKNOWN if count is None else words.say("{n} followers", n=words.followers(count))
