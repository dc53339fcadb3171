"""The feed's table: a view that keeps what a person looks at in place."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from console.domain.mention import MentionId
from console.ui.models.feed_rows import Column, FeedModel
from console.ui.paint import ROW, Index
from console.ui.panels.feed.cells import Cells, FeedHeader
from console.ui.plain import tooltip
from console.ui.theme import Theme
from console.words import Words


class FeedTable(QTableView):
    """Rows that never move under the pointer or the selection.

    It follows the newest row only while it stands at the bottom and nobody points at it or has chosen a row.
    ``chosen`` carries the mention of the row that a person makes the current one, ``opened`` one to be read.
    """

    opened = Signal(object)
    chosen = Signal(object)
    pause_wanted = Signal()
    newest_wanted = Signal()
    older_wanted = Signal()
    newer_wanted = Signal()
    followed = Signal()

    def __init__(self, words: Words, theme: Theme, model: FeedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("feedTable")
        self.cells = Cells(words, theme)
        self._feed = model
        self._anchor: tuple[MentionId, int] | None = None
        self._is_following = True
        self._chosen: MentionId | None = None
        self._hovered = -1
        self._is_restoring = False
        self._is_focusing = False
        self._has_levels = False
        self.setModel(model)
        self.header = FeedHeader(words, theme, self)
        self.setHorizontalHeader(self.header)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        for signal in (model.rowsAboutToBeInserted, model.rowsAboutToBeRemoved, model.modelAboutToBeReset):
            signal.connect(self._hold)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._put_back)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            changed.connect(self._fit_levels)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.clicked.connect(lambda index: self.opened.emit(self._feed.row(index.row()).id))
        self._fit()

    def restyle(self, words: Words, theme: Theme) -> None:
        """Take words and look."""
        self.header.words, self.header.theme = words, theme
        self.cells.words, self.cells.theme = words, theme
        self._fit()
        self.header.viewport().update()
        self.viewport().update()

    # ── what stays where it is ──

    @property
    def is_following(self) -> bool:
        """Whether the newest row is kept in view."""
        return self._is_following and not self._is_held()

    def spare(self) -> int:
        """How many of the oldest rows may go without a person noticing: those above what is in view."""
        if self.is_following:
            return self._feed.rowCount()
        return max(0, self.rowAt(0))

    def to_bottom(self) -> None:
        """Stand at the newest row, and follow."""
        self.clear_choice()
        self._is_following = True
        self.scrollToBottom()
        self.followed.emit()

    def choose(self, mention: MentionId) -> bool:
        """Make a mention's row the current one; False when the window does not show it."""
        number = self._feed.number_of(mention)
        if number is None:
            return False
        self.setCurrentIndex(self._feed.index(number, 0))
        return True

    def clear_choice(self) -> None:
        """Choose no row."""
        self._chosen = None
        self.selectionModel().clear()

    def _is_held(self) -> bool:
        return self._chosen is not None or self.viewport().underMouse()

    def _hold(self, *_: object) -> None:
        if self._anchor is not None:
            return
        number = self.rowAt(0)
        if number >= 0:
            self._anchor = (self._feed.row(number).id, self.rowViewportPosition(number))

    def _put_back(self, *_: object) -> None:
        anchor, self._anchor = self._anchor, None
        self._is_restoring = True
        self.updateGeometries()
        number = self._feed.number_of(anchor[0]) if anchor is not None else None
        if self.is_following:
            self.scrollToBottom()
        elif number is not None and anchor is not None:
            self.verticalScrollBar().setValue(number * ROW - anchor[1])
        self._is_restoring = False
        self._choose_again()
        if self.is_following:
            self.followed.emit()

    def _choose_again(self) -> None:
        if self._chosen is None or self.currentIndex().isValid():
            return
        number = self._feed.number_of(self._chosen)
        if number is None:
            self._chosen = None
            return
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._feed.index(number, 0), flags)

    def _scrolled(self, value: int) -> None:
        if self._is_restoring:
            return
        bar = self.verticalScrollBar()
        self._is_following = value >= bar.maximum() - ROW // 2
        if self._is_following:
            if self._feed.has_newer:
                self.newer_wanted.emit()
            self.followed.emit()
        if value <= 2 * ROW and self._feed.has_older:
            self.older_wanted.emit()

    # ── keys and the current row ──

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not current.isValid() or self._is_focusing:
            return
        mention = self._feed.row(current.row()).id
        if mention != self._chosen:
            self._chosen = mention
            self.chosen.emit(mention)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt would make the first row the current one: taking the keyboard is not choosing.
        self._is_focusing = True
        had = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not had:
            self.selectionModel().clearCurrentIndex()
        self._is_focusing = False

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        if start <= self.currentIndex().row() <= end:  # else Qt would choose its neighbour
            self.clear_choice()
        super().rowsAboutToBeRemoved(parent, start, end)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        match key:
            case Qt.Key.Key_Space:
                self.pause_wanted.emit()
            case Qt.Key.Key_J:
                self._step(1)
            case Qt.Key.Key_K:
                self._step(-1)
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self._step(1 if key == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.currentIndex().isValid():
                    self.opened.emit(self._feed.row(self.currentIndex().row()).id)
            case Qt.Key.Key_Period:
                self.newest_wanted.emit()
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown | Qt.Key.Key_Home | Qt.Key.Key_End:
                super().keyPressEvent(event)
            case _:
                event.ignore()  # a letter belongs to the window, never to a search within strangers' text

    def resizeEvent(self, event: QResizeEvent) -> None:
        was_following = self.is_following
        super().resizeEvent(event)
        self._fit()
        if was_following:
            QTimer.singleShot(0, self, self._stay_down)

    def _stay_down(self) -> None:
        if self.is_following:
            self.scrollToBottom()

    def _step(self, by: int) -> None:
        count = self._feed.rowCount()
        if not count:
            return
        current = self.currentIndex()
        if current.isValid():
            number = min(count - 1, max(0, current.row() + by))
        else:
            number = self.rowAt(0) if by > 0 else self.rowAt(self.viewport().height() - 1)
            number = count - 1 if number < 0 else number
        self.setCurrentIndex(self._feed.index(number, 0))

    def _fit(self) -> None:
        cells = self.cells
        widths = cells.use(cells.words, cells.theme, self.viewport().width(), has_levels=self._has_levels)
        self.header.setSectionHidden(Column.LEVEL, not self._has_levels)
        for column, width in zip(Column, widths, strict=True):
            if width:
                self.header.resizeSection(column, width)

    def _fit_levels(self, *_: object) -> None:
        has_levels = self._feed.has_levels
        if has_levels != self._has_levels:
            self._has_levels = has_levels
            self._fit()
            self.viewport().update()

    # ── painting: a row at once, since a call for each cell costs more than its letters ──

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        model, theme, marker = self._feed, self.cells.theme, self._feed.marker
        chosen, width = self.currentIndex().row(), self.viewport().width()
        offset = self.verticalScrollBar().value()
        first = max(0, (event.rect().top() + offset) // ROW)
        last = min(model.rowCount() - 1, (event.rect().bottom() + offset) // ROW)
        for number in range(first, last + 1):
            row = model.row(number)
            ground = theme.selection if number == chosen else theme.raised if number == self._hovered else None
            area = QRect(0, number * ROW - offset, width, ROW)
            self.cells.paint(painter, area, row, ground, is_marked=row.id == marker)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            text = self.cells.hint(self._feed.row(index.row()), Column(index.column())) if index.isValid() else ""
            QToolTip.showText(event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().viewportEvent(event)
