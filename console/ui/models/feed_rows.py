"""What the live feed shows of a mention, and the table model that holds a window of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from console.domain.clock import Instant
from console.domain.mention import Label, MentionId
from console.domain.rule import Level
from console.ui.models.rows import ROW, Index

WINDOW = 5_000
"""Rows the feed holds at most: what is beyond is a page away."""

_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One mention as a row. Author and text are strangers': one line, cut and made visible.

    ``inherits_from`` is the author a bare repost takes its words from, and ``text`` those words then. ``level`` is set
    where this one post alone reaches a rule.
    """

    id: MentionId
    published_at: Instant
    platform: str
    author: str
    text: str
    label: Label | None
    unscored: str | None = None
    inherits_from: str | None = None
    level: Level | None = None


class Column(IntEnum):
    """The feed's columns, from the left."""

    LEVEL = 0
    POSTED = 1
    PLATFORM = 2
    AUTHOR = 3
    TEXT = 4
    LABEL = 5


class FeedModel(QAbstractTableModel):
    """A window of at most 5,000 consecutive rows, oldest first: new ones come at the far end.

    ``has_older`` and ``has_newer`` say whether the store holds more beyond either edge. ``say`` gives a cell's text.
    ``marker`` is the last row that was read before a pause.
    """

    def __init__(self, say: Callable[[FeedRow, Column], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._say = say
        self._rows: list[FeedRow] = []
        self.has_older = False
        self.has_newer = False
        self.marker: MentionId | None = None

    # ── the window ──

    def start(self, rows: Sequence[FeedRow], *, has_older: bool, has_newer: bool = False) -> None:
        """Show another window."""
        self.beginResetModel()
        self._rows = list(rows)[-WINDOW:]
        self.has_older = has_older or len(rows) > WINDOW
        self.has_newer = has_newer
        self.endResetModel()

    def append(self, rows: Sequence[FeedRow], *, has_newer: bool, spare: int = WINDOW) -> int:
        """Add newer rows below. To make room the oldest go, but only ``spare`` of them: what a person looks at stays.

        Returns how many of ``rows`` found room; the others are left in the store, and ``has_newer`` says so.
        """
        self._drop_oldest(min(spare, len(self._rows), len(self._rows) + len(rows) - WINDOW))
        fit = rows[: WINDOW - len(self._rows)]
        if fit:
            first = len(self._rows)
            self.beginInsertRows(_NOWHERE, first, first + len(fit) - 1)
            self._rows.extend(fit)
            self.endInsertRows()
        self.has_newer = has_newer or len(fit) < len(rows)
        return len(fit)

    def prepend(self, rows: Sequence[FeedRow], *, has_older: bool) -> None:
        """Add older rows above; the newest go to make room."""
        if rows:
            self.beginInsertRows(_NOWHERE, 0, len(rows) - 1)
            self._rows[:0] = rows
            self.endInsertRows()
        self.has_older = has_older
        excess = len(self._rows) - WINDOW
        if excess > 0:
            self.beginRemoveRows(_NOWHERE, WINDOW, len(self._rows) - 1)
            del self._rows[WINDOW:]
            self.endRemoveRows()
            self.has_newer = True

    def renew(self, rows: Sequence[FeedRow]) -> None:
        """Show the same stretch anew, after labels have changed; rows may have come into it or left it."""
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self.start(rows, has_older=self.has_older, has_newer=self.has_newer)
            return
        for number, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old != new:
                self._rows[number] = new
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(Column) - 1))

    def mark(self, marker: MentionId | None) -> None:
        """Remember up to where a person has read."""
        self.marker = marker
        self.repaint()

    def say_anew(self) -> None:
        """The words have changed."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.repaint()

    def repaint(self) -> None:
        """Have every row drawn again."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))

    def _drop_oldest(self, count: int) -> None:
        if count <= 0:
            return
        self.beginRemoveRows(_NOWHERE, 0, count - 1)
        del self._rows[:count]
        self.endRemoveRows()
        self.has_older = True

    # ── what is in it ──

    def row(self, number: int) -> FeedRow:
        """The row of a number."""
        return self._rows[number]

    @property
    def first(self) -> MentionId | None:
        """The oldest row's mention."""
        return self._rows[0].id if self._rows else None

    @property
    def last(self) -> MentionId | None:
        """The newest row's mention."""
        return self._rows[-1].id if self._rows else None

    @property
    def has_levels(self) -> bool:
        """Whether any row has a level."""
        return any(row.level is not None for row in self._rows)

    def number_of(self, mention: MentionId) -> int | None:
        """Which row shows a mention, None when none does."""
        number = bisect_left(self._rows, mention, key=_id)
        return number if number < len(self._rows) and self._rows[number].id == mention else None

    def number_after(self, mention: MentionId) -> int:
        """The first row that is newer than a mention; the number of rows when there is none."""
        return bisect_right(self._rows, mention, key=_id)

    # ── Qt's side ──

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._say(row, Column(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(text for column in Column if (text := self._say(row, column)))
        return None


def _id(row: FeedRow) -> MentionId:
    return row.id
