"""Short lists: one row chosen at a time, by pointer or keys, and never chosen by the machine."""

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QSizePolicy, QWidget

from console.ui.models.rows import ROW, RowsModel
from console.ui.paint import RowDelegate

_MOST = 8
"""Rows beyond which a list that fits its rows is scrolled."""


class List(QListView):
    """A list whose rows a delegate paints. ``picked`` carries the row a person chooses, and None when they unchoose it.

    ``is_choosable`` False: the rows are only to be read. ``fits``: the list is as high as its rows.
    """

    picked = Signal(object)

    def __init__(
        self,
        name: str,
        model: "RowsModel[Any]",
        delegate: RowDelegate,
        *,
        is_choosable: bool = True,
        fits: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._rows = model
        self._row_delegate = delegate
        self._fits = fits
        self._marked: Hashable | None = None
        self._is_choosable = is_choosable
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(
            QAbstractItemView.SelectionMode.SingleSelection
            if is_choosable
            else QAbstractItemView.SelectionMode.NoSelection
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if fits:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
            for signal in (model.rowsInserted, model.rowsRemoved):
                signal.connect(self.updateGeometry)
        for signal in (model.rowsInserted, model.rowsMoved):
            signal.connect(self._mark_again)

    def mark(self, key: Hashable | None) -> None:
        """Show which row is chosen, without telling anybody."""
        self._marked = key
        self.selectionModel().clear()
        self._mark_again()

    def sizeHint(self) -> QSize:
        if not self._fits:
            return QSize(200, 120)
        rows = min(self._rows.rowCount(), _MOST)
        return QSize(200, self._row_delegate.height * rows + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        rows = min(self._rows.rowCount(), 2) if self._fits else 1
        return QSize(80, self._row_delegate.height * rows + 2 * self.frameWidth())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._is_choosable:
            index = self.indexAt(event.position().toPoint())
            if index.isValid():
                self.picked.emit(index.data(ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        match key:
            case Qt.Key.Key_J | Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_K | Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.currentIndex().isValid() and self._is_choosable:
                    self.picked.emit(self.currentIndex().data(ROW))
            case _:
                event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        had = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not had:
            self.selectionModel().clearCurrentIndex()

    def _step(self, by: int) -> None:
        count = self._rows.rowCount()
        if not count:
            return
        current = self.currentIndex().row()
        number = min(count - 1, max(0, current + by)) if current >= 0 else 0
        index = self._rows.index(number)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if self._is_choosable:
            self.picked.emit(index.data(ROW))

    def _mark_again(self, *_: object) -> None:
        if self._marked is None:
            return
        index = self._rows.index_of(self._marked)
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
