"""One desk per store: a second start shows the first one's window and ends."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE = 500
"""Milliseconds that a desk which is there may take to answer."""


class Single(QObject):
    """Claims the desk of one store. ``asked``: somebody started a second one, so the first should come to the front."""

    asked = Signal()

    def __init__(self, store: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "crisis-console-" + hashlib.sha256(str(store.resolve()).encode()).hexdigest()[:24]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def claim(self) -> bool:
        """Whether this is the first; else the first has been asked to show itself."""
        there = QLocalSocket()
        there.connectToServer(self._name)
        if there.waitForConnected(_PATIENCE):
            there.disconnectFromServer()
            return False
        # What is left of a desk that was killed does not answer.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def _greet(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            self.asked.emit()
