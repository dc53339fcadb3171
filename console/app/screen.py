"""The screen: window, card and tray on one running engine."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from console import settings as machine
from console.app import Call, language, plugins
from console.app.runtime import Runtime
from console.domain.clock import Clock
from console.domain.errors import StoreCorrupt
from console.domain.escalation import Notification, NotificationId, Role
from console.domain.incident import Incident, IncidentId
from console.domain.ports import Source
from console.services import report as reports
from console.services.engine import Run
from console.store import incidents, notifications, watchlist
from console.store.database import Store
from console.ui.bridge import Bridge
from console.ui.listed import Listed
from console.ui.presence import Presence
from console.ui.query import Query
from console.ui.scaling import fit_to_screen
from console.ui.theme import apply, theme
from console.ui.told import CardDesk
from console.ui.window import MainWindow
from console.words import Words

LOG = logging.getLogger(__name__)

_TROUBLE_EVERY = 2_000

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def application() -> QApplication:
    """The one application object, named so that the desktop files its windows and notifications under it."""
    qInstallMessageHandler(_log_qt)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        fit_to_screen(os.environ)
        app = QApplication(sys.argv[:1])
    app.setApplicationName("crisis-console")
    app.setApplicationDisplayName("Crisis Console")
    QGuiApplication.setDesktopFileName("crisis-console")
    app.setQuitOnLastWindowClosed(False)
    return app


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages belong in the log, not on the person's terminal."""
    LOG.log(_QT_LEVELS.get(kind, logging.WARNING), "qt", extra={"said": message, "category": context.category})


class Screen(QObject):
    """Window, card and tray on one runtime, in one language and one look that may both change while it runs.

    ``restyled``: the words or the look are others now. ``is_passing``: nothing that is chosen is remembered (a demo).
    """

    open_wanted = Signal(str)
    restyled = Signal()

    def __init__(
        self,
        call: Call,
        app: QApplication,
        store: Store,
        clock: Clock,
        *,
        extra: Sequence[Source] = (),
        run: Run | None = None,
        is_passing: bool = False,
    ) -> None:
        super().__init__()
        self._is_passing = is_passing
        self._app, self._home, self._settings, self._store = app, call.home, call.settings, store
        self._spoken: dict[str, Words] = {call.words.language: call.words}
        self._words = call.words
        self.scheme = call.asked.theme or call.settings.theme
        look = theme(self.scheme, self._words.language)
        apply(app, look)
        self.runtime = Runtime(
            store,
            clock,
            call.settings,
            lambda: self._words,
            extra=extra,
            run=run,
            on_open=self.open_wanted.emit,
        )
        self.bridge = Bridge(store.subscribe)
        self.query = Query(store.read)
        self.window = MainWindow(
            self._words,
            look,
            query=self.query,
            bridge=self.bridge,
            desk=self.runtime.desk,
            clock=clock,
            explain=self.runtime.scoring.explain,
            engine_state=self.runtime.engine.health,
            store_path=store.path,
            geometry=call.home.settings.with_name("window.ini"),
        )
        self.card = CardDesk(
            look, self.words_for, query=self.query, bridge=self.bridge, desk=self.runtime.desk, clock=clock
        )
        self.listed = Listed(
            self.window.incidents, query=self.query, bridge=self.bridge, desk=self.runtime.desk, clock=clock
        )
        self.open_wanted.connect(self._open_notification)
        self.card.opened.connect(self._open_incident)
        self.window.language_chosen.connect(self.speak)
        self.window.scheme_chosen.connect(self.look)
        self.presence = Presence(
            self.window, lambda: self._words, query=self.query, bridge=self.bridge, asks=not is_passing
        )
        self.presence.wanted.connect(self.come_forward)
        self.presence.left.connect(self.quit)
        self.window.quit_wanted.connect(self.presence.leave)

    def run(self) -> int:
        """Show everything, watch, and return when the person quits."""
        self.window.show()
        self.bridge.start(self.runtime.engine)
        self.window.begin()
        self.card.begin()
        self.listed.begin()
        self.presence.begin()
        if self._store.recovered is not None:
            self.window.strip.fail("recovered", StoreCorrupt("store_recovered"))
        watching = QTimer(self, interval=_TROUBLE_EVERY)
        watching.timeout.connect(self._show_trouble)
        watching.start()
        status = self._app.exec()
        self.presence.end()
        self.listed.end()
        self.card.close()
        self.bridge.stop()
        return status

    def _show_trouble(self) -> None:
        """What keeps the engine from storing must be seen by who relies on it."""
        trouble = self.runtime.engine.trouble
        if trouble is None:
            self.window.strip.mend("store")
        else:
            self.window.strip.fail("store", trouble)

    @property
    def settings(self) -> machine.Settings:
        """What is chosen on this machine."""
        return self._settings

    def words_for(self, code: str | None) -> Words:
        """The words of a language; None: the desk's own."""
        wanted = code or self._words.language
        return self._spoken.setdefault(wanted, Words(wanted))

    def speak(self, code: str) -> None:
        """Speak another language from now on: ``zh_CN``, ``en`` or as the ``system``; remembered on this machine."""
        self._words = self.words_for(language(replace(self._settings, language=code)))
        self.window.retranslate(self._words)
        self.look(self.scheme)
        self.card.retranslate()
        self.presence.retranslate()
        self._remember(language=code)

    def look(self, scheme: str) -> None:
        """Look ``dark``, ``light`` or as the system does, from now on; remembered on this machine."""
        self.scheme = scheme
        look = theme(scheme, self._words.language)
        self.window.restyle(look)
        self.window.mark_scheme(scheme)
        self.card.restyle(look)
        self.restyled.emit()
        self._remember(theme=scheme)

    async def export(
        self, incident: IncidentId, formats: Sequence[str], folder: Path, code: str | None, *, force: bool = False
    ) -> list[Path]:
        """Write an incident's timeline in each format; the files. Runs on the engine's loop, writes on a thread."""
        words = self.words_for(code)

        def write() -> list[Path]:
            contacts = self._store.read(watchlist.contacts).result()
            officer = next((one.name for one in contacts if one.role is Role.DUTY and one.name), "")
            return [
                path
                for name in formats
                for path in reports.export(
                    self._store,
                    incident,
                    plugins.exporter(name),
                    folder,
                    language=words.language,
                    at=self.runtime.clock.now(),
                    by=officer or words.role(Role.DUTY),
                    force=force,
                )
            ]

        return await asyncio.to_thread(write)

    def come_forward(self) -> None:
        """Bring the window to the front, on a person's own wish."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def quit(self) -> None:
        """End the program, unasked."""
        self.presence.let_close()
        self.window.close()
        self._app.quit()

    def _open_notification(self, notification: str) -> None:
        self.query.ask("opened", notifications.one, NotificationId(notification), then=self._open_of)

    def _open_of(self, notification: Notification | None) -> None:
        if notification is not None:
            self._open_incident(notification.incident)

    def _open_incident(self, incident: int) -> None:
        self.come_forward()
        self.query.ask("opened", incidents.one, IncidentId(incident), then=self._look_at)

    def _look_at(self, incident: Incident | None) -> None:
        if incident is not None:
            self.window.look_at_incident(incident)

    def _remember(self, *, language: str | None = None, theme: str | None = None) -> None:
        old = self._settings
        settings = replace(old, language=language or old.language, theme=theme or old.theme)
        if not self._is_passing and settings != self._settings:
            self._settings = settings
            machine.save(self._home.settings, settings)
