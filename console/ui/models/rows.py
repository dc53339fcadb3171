"""A short list of rows that is shown anew whenever the store has changed, with the fewest possible moves."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

R = TypeVar("R")

ROW = Qt.ItemDataRole.UserRole
"""The role that gives the row itself, for a delegate to paint."""

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class RowsModel(QAbstractListModel, Generic[R]):
    """Rows of one kind. ``key`` tells which row is which, ``say`` its plain text, for the screen reader and the copy.

    Rows keep their identity while others come and go, so what is selected stays selected.
    """

    def __init__(self, key: Callable[[R], Hashable], say: Callable[[R], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._say = say
        self._rows: list[R] = []

    def show(self, rows: Sequence[R]) -> None:
        """Show these rows, in this order."""
        wanted = {self._key(row) for row in rows}
        for number in range(len(self._rows) - 1, -1, -1):
            if self._key(self._rows[number]) not in wanted:
                self.beginRemoveRows(_NOWHERE, number, number)
                del self._rows[number]
                self.endRemoveRows()
        for number, row in enumerate(rows):
            self._put(number, row)

    def say_anew(self, say: Callable[[R], str]) -> None:
        """Say the rows in other words."""
        self._say = say
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def row(self, number: int) -> R:
        """The row of a number."""
        return self._rows[number]

    def rows(self) -> Sequence[R]:
        """All rows, in order."""
        return tuple(self._rows)

    def index_of(self, key: Hashable) -> QModelIndex:
        """Where the row of a key stands; an invalid index when there is none."""
        for number, row in enumerate(self._rows):
            if self._key(row) == key:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._say(row)
        return None

    def _put(self, number: int, row: R) -> None:
        key = self._key(row)
        if number < len(self._rows) and self._key(self._rows[number]) == key:
            if self._rows[number] != row:
                self._rows[number] = row
                at = self.index(number)
                self.dataChanged.emit(at, at)
            return
        found = next((n for n in range(number + 1, len(self._rows)) if self._key(self._rows[n]) == key), None)
        if found is None:
            self.beginInsertRows(_NOWHERE, number, number)
            self._rows.insert(number, row)
            self.endInsertRows()
            return
        self.beginMoveRows(_NOWHERE, found, found, _NOWHERE, number)
        del self._rows[found]
        self._rows.insert(number, row)
        self.endMoveRows()
        at = self.index(number)
        self.dataChanged.emit(at, at)
