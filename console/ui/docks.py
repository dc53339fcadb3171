"""The two docks: what is watched at the left, what is open at the right. A dock's title is its panel's own head."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QStackedWidget, QVBoxLayout, QWidget

from console.ui.parts import HEAD_HEIGHT, Panel, hairline


class Dock(QDockWidget):
    """A dock at either side, with a head of 40 pixels."""

    def __init__(self, name: str, body: QWidget, title: QWidget) -> None:
        super().__init__()
        self.setObjectName(name)
        title.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title.setProperty("surface", "panel")
        self.setTitleBarWidget(title)
        self.setWidget(body)
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)

    def name(self, text: str) -> None:
        """Name the dock, for its own window's title and for the screen reader."""
        self.setWindowTitle(text)
        self.setAccessibleName(text)


class WatchDock(Dock):
    """Panels above one another, the last of which takes what room is left."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, panel in enumerate(panels):
            if number:
                column.addWidget(hairline())
            column.addWidget(panel, int(number == len(panels) - 1))
        super().__init__("leftDock", body, panels[0].head)


class OpenDock(Dock):
    """One of several panels at a time."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._titles, self._bodies = _Titles(), QStackedWidget()
        for panel in panels:
            self._titles.addWidget(panel.head)
            self._bodies.addWidget(panel)
        super().__init__("rightDock", self._bodies, self._titles)

    @property
    def panel(self) -> QWidget | None:
        """The panel that is shown."""
        return self._bodies.currentWidget()

    def turn_to(self, panel: Panel) -> None:
        """Show a panel."""
        if self._bodies.currentWidget() is not panel:
            self._bodies.setCurrentWidget(panel)
            self._titles.setCurrentIndex(self._bodies.currentIndex())


class _Titles(QStackedWidget):
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEAD_HEIGHT)
