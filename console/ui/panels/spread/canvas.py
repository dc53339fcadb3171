"""Canvas: plot and crosshair on one scale, and what hands do to them. Importing it imports pyqtgraph."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.clock import MINUTE, Instant
from console.ui.panels.spread.axes import along, upward
from console.ui.panels.spread.picture import Picture
from console.ui.panels.spread.readout import Readout, Row
from console.ui.panels.spread.scale import Scale
from console.ui.panels.spread.view import View
from console.ui.theme import Theme
from console.words import Words

Stretch = tuple[Instant, Instant]


class Canvas(QWidget):
    """Draws a :class:`Picture` on a :class:`Scale`.

    ``brushed`` carries (since, until), whole bins of the wall clock, until not included; or None. ``scaled`` is sent
    when another stretch is shown: a person moved or zoomed it, or gave it room. ``describe`` tells what the crosshair
    shows of an instant.
    """

    brushed = Signal(object)
    scaled = Signal()

    def __init__(
        self,
        words: Words,
        theme: Theme,
        describe: Callable[[Instant], Sequence[Row]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.scale = Scale()
        self.now: Instant = 0
        self._words = words
        self._describe = describe
        self._picture: Picture | None = None
        self._brush: Stretch | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.view = View(theme)
        self.readout = Readout(theme, self.view)
        column.addWidget(self.view)
        self.view.resized.connect(self._resized)
        self.view.pointed.connect(self._point)
        self.view.dragged.connect(self._drag)
        self.view.dropped.connect(lambda one, other: self.set_brush(self._binned(one, other)))
        self.view.clicked.connect(lambda: self.set_brush(None))
        self.view.turned.connect(lambda steps, x: self._rescale(self.scale.zoomed(steps, x, self.now)))
        self.view.shifted.connect(lambda pixels: self._rescale(self.scale.panned(pixels, self.now)))
        self.restyle(theme)

    def show_picture(self, picture: Picture) -> None:
        """Draw another picture from now on."""
        self._picture = picture
        self._redraw()

    def show_scale(self, scale: Scale) -> None:
        """Show another stretch of time."""
        self.scale = scale.sized(self.view.plot_pixels())
        self._redraw()

    def tick(self, now: Instant) -> None:
        """Let time pass; nothing is drawn anew before it has passed by a pixel."""
        has_moved = now // self.scale.pixel != self.now // self.scale.pixel
        self.now = now
        if has_moved:
            self._redraw()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self._redraw()

    def restyle(self, theme: Theme) -> None:
        """Take another look."""
        self.readout.theme = theme
        self.view.restyle(theme)
        self.update()

    @property
    def brush(self) -> Stretch | None:
        """The brushed stretch."""
        return self._brush

    def set_brush(self, brush: Stretch | None) -> None:
        """Brush a stretch, or none, and tell who filters by it."""
        self.view.brush(brush)
        if brush != self._brush:
            self._brush = brush
            self.brushed.emit(brush)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scale, middle = self.scale, self.scale.pixels / 2
        match event.key():
            case Qt.Key.Key_Left:
                self._rescale(scale.panned(scale.pixels / 4, self.now))
            case Qt.Key.Key_Right:
                self._rescale(scale.panned(-scale.pixels / 4, self.now))
            case Qt.Key.Key_End:
                self._rescale(scale.following())
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._rescale(scale.zoomed(1, middle, self.now))
            case Qt.Key.Key_Minus:
                self._rescale(scale.zoomed(-1, middle, self.now))
            case Qt.Key.Key_Escape if self._brush is not None:
                self.set_brush(None)
            case _:
                super().keyPressEvent(event)

    def _redraw(self) -> None:
        if self._picture is None or not self.now:
            return
        edges = self.scale.edges(self.now)
        self.view.draw(
            self._picture,
            edges,
            upward(self._picture.highest(*edges)),
            along(*edges, self.scale.pixel, self._words.local),
            self.now,
            self._words,
        )

    def _resized(self) -> None:
        self.show_scale(self.scale)
        self.scaled.emit()

    def _rescale(self, scale: Scale) -> None:
        if scale != self.scale:
            self.readout.hide()
            self.view.point(None)
            self.show_scale(scale)
            self.scaled.emit()

    def _point(self, x: float | None) -> None:
        if x is None or self._picture is None:
            self.view.point(None)
            self.readout.hide()
            return
        at = self.scale.at(x, self.now)
        self.view.point(at)
        box = self.view.plot_box().toRect()
        self.readout.show_rows(self._describe(at), QPoint(box.left() + round(x), box.top()), box)

    def _drag(self, begin: float, end: float) -> None:
        self.readout.hide()
        self.view.point(None)
        self.view.brush(self._binned(begin, end))

    def _binned(self, one: float, other: float) -> Stretch:
        """The bins touched between two places, whole."""
        since, until = sorted((self.scale.at(one, self.now), self.scale.at(other, self.now)))
        width = self.scale.minutes * MINUTE
        begin = since - since % width
        return begin, max(-(-until // width) * width, begin + width)
