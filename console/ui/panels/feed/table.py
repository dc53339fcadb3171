"""The feed's table: a view that keeps what a person looks at in place, and a delegate that paints its rows."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from console.domain.mention import Label, MentionId
from console.ui.models.feed_rows import Column, FeedModel, FeedRow
from console.ui.models.rows import ROW as ROW_ROLE
from console.ui.paint import LEFT, ROW, Index, RowDelegate, hint_font, put, put_level
from console.ui.plain import tooltip
from console.ui.theme import Theme
from console.words import Words

INSET = 14  # and the 2 of the focus ring: the desk's common left edge

_CHINESE = {Column.LEVEL: 44, Column.POSTED: 60, Column.PLATFORM: 36, Column.AUTHOR: 108, Column.LABEL: 44}
_ENGLISH = {Column.LEVEL: 64, Column.POSTED: 60, Column.PLATFORM: 52, Column.AUTHOR: 112, Column.LABEL: 60}
_GAP = 12


class FeedDelegate(RowDelegate):
    """Paints a cell straight from its row."""

    def __init__(self, words: Words, theme: Theme, model: FeedModel) -> None:
        super().__init__(words, theme)
        self._model = model
        self.now = 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: FeedRow = self._model.row(index.row())
        column = index.column()
        self.ground(painter, option, bar=column == 0)
        area: QRect = option.rect
        if row.id == self._model.marker:
            painter.fillRect(QRect(area.left(), area.bottom() - 1, area.width(), 2), self.theme.accent)
        if column == Column.LEVEL:
            if row.level is not None:
                put_level(
                    painter, QPoint(area.left() + INSET, area.top()), area.height(), row.level, self.words, self.theme
                )
            return
        area.setRight(area.right() - (INSET if column == Column.LABEL else _GAP))
        theme = self.theme
        if column == Column.TEXT:
            if row.inherits_from is not None:
                prefix = self.words.say("repost of {author}: ", author=row.inherits_from)
                area.setLeft(area.left() + put(painter, area, prefix, theme.text3, theme.font()))
            put(painter, area, row.text, theme.text1, theme.font())
            return
        colour = {
            Column.AUTHOR: theme.text2,
            Column.LABEL: theme.text1 if row.label is Label.NEGATIVE else theme.label(row.label),
        }.get(Column(column), theme.text3)
        put(painter, area, self.text(row, Column(column)), colour, theme.font())

    def text(self, row: FeedRow, column: Column) -> str:
        """What a cell says."""
        words = self.words
        match column:
            case Column.LEVEL:
                return "" if row.level is None else words.level(row.level)
            case Column.POSTED:
                return words.instant(row.published_at, self.now or row.published_at)
            case Column.PLATFORM:
                return words.platform(row.platform)
            case Column.AUTHOR:
                return row.author
            case Column.TEXT if row.inherits_from is not None:
                return words.say("repost of {author}: ", author=row.inherits_from) + row.text
            case Column.TEXT:
                return row.text
            case Column.LABEL:
                return words.label(row.label)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        row: FeedRow = index.data(ROW_ROLE)
        column = Column(index.column())
        text = self.text(row, column)
        if column is Column.LABEL and row.unscored is not None:
            text = self.words.reason(row.unscored)
        elif column is Column.POSTED:
            text = self.words.date_time(row.published_at)
        QToolTip.showText(event.globalPos(), tooltip(text) if text else "", view)
        return True


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
        if logicalIndex == 0:
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
        self.delegate = FeedDelegate(words, theme, model)
        self._feed = model
        self._anchor: tuple[MentionId, int] | None = None
        self._is_following = True
        self._chosen: MentionId | None = None
        self._is_restoring = False
        self._is_focusing = False
        self.setModel(model)
        self.setItemDelegate(self.delegate)
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
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.clicked.connect(lambda index: self.opened.emit(self._feed.row(index.row()).id))
        self._fit()

    def restyle(self, words: Words, theme: Theme) -> None:
        """Take words and look."""
        self.delegate.words = self.header.words = words
        self.delegate.theme = self.header.theme = theme
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
        has_modifier = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if has_modifier != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
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
            QTimer.singleShot(0, self._stay_down)

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
        widths = _CHINESE if self.delegate.words.is_chinese else _ENGLISH
        header = self.horizontalHeader()
        taken = 0
        for column in Column:
            if column is Column.TEXT:
                continue
            width = widths[column] + (INSET if column in {Column.LEVEL, Column.LABEL} else 0)
            width += 0 if column is Column.LABEL else _GAP
            header.resizeSection(column, width)
            taken += width
        header.resizeSection(Column.TEXT, max(120, self.viewport().width() - taken))
