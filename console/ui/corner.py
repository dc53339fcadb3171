"""Corner: keeps a small window at the bottom right of the screen that the person works on."""

from PySide6.QtCore import QObject, QPoint, QRectF, Slot
from PySide6.QtGui import QCursor, QGuiApplication, QPainterPath, QRegion, QScreen
from PySide6.QtWidgets import QWidget

from console.ui.compositing import is_blended


class Corner(QObject):
    """Places ``window``, whose visible part lies ``shadow`` pixels inside it, ``edge`` pixels from the screen's edges.

    ``pointer`` is where the pointer was when the window was placed. Wayland places windows as it likes.
    """

    def __init__(self, window: QWidget, *, edge: int, shadow: int, radius: int) -> None:
        super().__init__(window)
        self.pointer = QPoint()
        self._window, self._edge, self._shadow, self._radius = window, edge, shadow, radius
        self._screen: QScreen | None = None
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._settle)

    def place(self) -> None:
        """Go to the screen that the person works on now, and stay in its corner while it changes its size."""
        if self._screen is not None and self._screen in QGuiApplication.screens():
            self._screen.availableGeometryChanged.disconnect(self._settle)
        self._screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        self._screen.availableGeometryChanged.connect(self._settle)
        self.pointer = QCursor.pos()
        self._cut_out()
        self._settle()

    @Slot()
    def _settle(self) -> None:
        if self._screen is None:
            return
        if self._screen not in QGuiApplication.screens():
            self.place()
            return
        area = self._screen.availableGeometry()
        margin = self._edge - self._shadow
        self._window.move(
            area.right() + 1 - self._window.width() - margin, area.bottom() + 1 - self._window.height() - margin
        )

    def _cut_out(self) -> None:
        """Leave the shadow away where it would be a black frame."""
        if is_blended():
            self._window.clearMask()
            return
        inset = self._shadow
        outline = QPainterPath()
        visible = QRectF(self._window.rect()).adjusted(inset, inset, -inset, -inset)
        outline.addRoundedRect(visible, self._radius, self._radius)
        self._window.setMask(QRegion(outline.toFillPolygon().toPolygon()))
