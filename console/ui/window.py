"""The duty officer's window: where the panels meet. What one chooses, the others show."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMainWindow, QSplitter

from console.domain.changes import Changes
from console.domain.clock import Clock, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.escalation import Role
from console.domain.incident import Incident, IncidentAct
from console.domain.mention import MentionId
from console.domain.monitor import Monitor
from console.services.desk import Desk
from console.ui.attention import Attention
from console.ui.bridge import Bridge
from console.ui.docks import OpenDock, WatchDock
from console.ui.keys import KeySheet
from console.ui.menu import MainMenu
from console.ui.models import desk_reads
from console.ui.models.desk_reads import MonitorRow, Situation, Vitals
from console.ui.models.engine_state import EngineState, ReadRate
from console.ui.panels.feed import FeedPanel
from console.ui.panels.hearing import HearingPanel
from console.ui.panels.incidents import IncidentPanel
from console.ui.panels.matter import MatterPanel
from console.ui.panels.monitors import MonitorPanel
from console.ui.panels.post import Explain, PostPanel
from console.ui.panels.sources import SourcePanel
from console.ui.panels.spread import SpreadPanel
from console.ui.parts import Panel
from console.ui.plain import one_line
from console.ui.pulse import Pulse
from console.ui.query import Query
from console.ui.strip import HealthStrip
from console.ui.theme import Theme, apply
from console.ui.topbar import EdgeFlash, TopBar
from console.words import Words
from console.words.names import say

LEAST = QSize(1240, 700)
"""The smallest window: with a frame, on a screen of 1280 by 800 that a system's bar takes a strip of, it fits."""

_USUAL = QSize(1600, 1000)
_BORDER, _FRAME = 16, 48
"""Pixels that a system's frame may take around the window: across and down."""

_WITHOUT_SCREEN = {"offscreen", "minimal"}
_WIDE = 1520
_STATE_VERSION = 1
_LEFT, _RIGHT = say("Incidents, sources, monitors"), say("What is open")


class MainWindow(QMainWindow):
    """The desk.

    ``explain`` gives the reasons of a judgement, ``engine_state`` how the engine is doing (None: there is none).
    ``geometry`` is the file that keeps where the window and its docks stood. What the window cannot do itself it asks
    for by signal: ``export_wanted`` (an incident), ``language_chosen``, ``scheme_chosen``, ``quit_wanted``, ``closed``.
    """

    export_wanted = Signal(object)
    language_chosen = Signal(str)
    scheme_chosen = Signal(str)
    quit_wanted = Signal()
    closed = Signal()

    def __init__(
        self,
        words: Words,
        theme: Theme,
        *,
        query: Query,
        bridge: Bridge,
        desk: Desk,
        clock: Clock,
        explain: Explain,
        engine_state: Callable[[], EngineState | None],
        store_path: Path,
        geometry: Path,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.words, self.theme = words, theme
        self._query, self._bridge, self._clock, self._engine_state = query, bridge, clock, engine_state
        self._settings = QSettings(str(geometry), QSettings.Format.IniFormat)
        self._attention = Attention()
        self._situation: Situation | None = None
        self._monitors: tuple[MonitorRow, ...] = ()
        self._rate = ReadRate()
        self.pulse = Pulse(query, clock, store_path, lambda now: midnight(self.words, now), self)
        self.top_bar = TopBar(words, theme)
        self.strip = HealthStrip(words, theme)
        self.incidents = IncidentPanel(words, theme)
        self.sources = SourcePanel(words, theme)
        self.monitors = MonitorPanel(words, theme)
        self.spread = SpreadPanel(words, theme, query)
        self.feed = FeedPanel(words, theme, query, clock)
        self.post = PostPanel(words, theme, query, bridge, explain)
        self.matter = MatterPanel(words, theme, query, bridge, desk, clock, words.role(Role.DUTY))
        self.hearing = HearingPanel(words, theme)
        self._lists: tuple[Panel, ...] = (self.incidents, self.sources, self.monitors)
        self._opened: tuple[Panel, ...] = (self.hearing, self.matter, self.post)
        self._panels: tuple[Panel, ...] = (*self._lists, self.spread, self.feed, *self._opened)
        self._lay_out()
        self._connect()
        self._dress(theme)
        self.retranslate(words)
        self._restore()

    # ── the frame ──

    def _lay_out(self) -> None:
        self.setMinimumSize(LEAST)
        self.setMenuWidget(self.top_bar)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(5)
        for panel, share in ((self.spread, 45), (self.feed, 55)):
            self._splitter.addWidget(panel)
            self._splitter.setStretchFactor(self._splitter.indexOf(panel), share)
        self._splitter.setSizes([372, 438])
        self.setCentralWidget(self._splitter)
        self._left, self._right = WatchDock(self._lists), OpenDock(self._opened)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._left)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._right)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setFixedHeight(self.strip.height() + 1)
        bar.addWidget(self.strip, 1)
        self.menu = MainMenu(self)
        self.menu.add_docks([(self._left, _LEFT), (self._right, _RIGHT)])
        self.top_bar.set_menu(self.menu)
        self.edge = EdgeFlash(self)

    def _restore(self) -> None:
        geometry, state = self._settings.value("geometry"), self._settings.value("state")
        centre = self._settings.value("centre")
        self._is_fresh = not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry))
        if self._is_fresh:
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(_USUAL.boundedTo(room - QSize(_BORDER, _FRAME)).expandedTo(LEAST))
            is_tight = room.width() < _USUAL.width() + _FRAME or room.height() < _USUAL.height() + _FRAME
            if is_tight and QGuiApplication.platformName() not in _WITHOUT_SCREEN:
                self.setWindowState(Qt.WindowState.WindowMaximized)
            return
        if isinstance(state, QByteArray):
            self.restoreState(state, _STATE_VERSION)
        if isinstance(centre, QByteArray):
            self._splitter.restoreState(centre)

    def default_docks(self) -> None:
        """Give the docks the widths of a fresh window."""
        widths = [264, 384] if self.width() >= _WIDE else [248, 344]
        self.resizeDocks([self._left, self._right], widths, Qt.Orientation.Horizontal)

    def add_command(self, message: str, slot: Callable[[], object], key: str = "") -> QAction:
        """Add a line to the menu, above the window's own. ``message`` is a source string of ours."""
        return self.menu.add_command(message, slot, key)

    def show_keys(self) -> None:
        """Show the sheet of all keys."""
        KeySheet(self.words, self).show()

    # ── what one panel chooses, the others show ──

    def _connect(self) -> None:
        self._bridge.changed.connect(self.hear)
        self._bridge.failed.connect(lambda error: self.strip.fail("engine", error))
        self._query.failed.connect(self.strip.fail)
        self._query.served.connect(self.strip.mend)
        self.pulse.beat.connect(self._tick)
        self.pulse.stirred.connect(self.post.refresh)
        self.pulse.stirred.connect(lambda: self.spread.refresh(Changes(relabelled=True)))
        self.pulse.situation.connect(self._take_situation)
        self.pulse.monitors.connect(self._take_monitors)
        self.pulse.vitals.connect(self._take_vitals)
        self.menu.language_chosen.connect(self.language_chosen)
        self.menu.scheme_chosen.connect(self.scheme_chosen)
        self.menu.keys_wanted.connect(self.show_keys)
        self.menu.quit_wanted.connect(self.quit_wanted)
        for incident_wanted in (
            self.top_bar.incident_wanted,
            self.incidents.chosen,
            self.post.incident_wanted,
        ):
            incident_wanted.connect(self.look_at_incident)
        for mention_wanted in (self.feed.chosen, self.feed.opened, self.post.mention_wanted, self.matter.opened):
            mention_wanted.connect(self.read_mention)
        self.monitors.chosen.connect(self.look_at_monitor)
        self.spread.brushed.connect(self._brushed)
        self.feed.cleared.connect(self._widen)
        self.feed.live.unseen.connect(self._show_title)
        self.matter.export_wanted.connect(self.export_wanted)
        for key, slot in (
            ("Esc", self.step_back),
            ("Alt+1", self.incidents.focus),
            ("Alt+2", self.feed.focus),
            ("Alt+3", self._focus_right),
            ("F10", self.top_bar.menu_button.showMenu),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(slot)

    def look_at_incident(self, incident: Incident) -> None:
        """Narrow the desk to one incident."""
        self._attend(Attention(incident=incident))

    def look_at_monitor(self, monitor: Monitor) -> None:
        """Narrow the desk to one monitor."""
        self._attend(Attention(monitor=monitor))

    def _attend(self, attention: Attention) -> None:
        self._attention = attention
        self.spread.clear_brush()
        self.post.close_post()
        self._narrow()

    def read_mention(self, mention: MentionId) -> None:
        """Open a post at the right."""
        self.post.read(mention)
        self.feed.show_mention(mention)
        self._show_right()

    def step_back(self) -> None:
        """Let go of the last thing chosen: the post, then the time, then the incident or monitor."""
        had_row = self.feed.clear_choice()
        if self.post.mention is not None or had_row:
            self.post.close_post()
            self._show_right()
        else:
            self._widen()

    def _widen(self) -> None:
        self._attention = self._attention.widened()
        self.spread.clear_brush()
        self._narrow()

    def _brushed(self, stretch: tuple[Instant, Instant] | None) -> None:
        self._attention = Attention(self._attention.incident, self._attention.monitor, stretch)
        self._narrow()

    def _narrow(self) -> None:
        attention = self._attention
        self.incidents.mark(None if attention.incident is None else attention.incident.id)
        self.monitors.mark(None if attention.monitor is None else attention.monitor.id)
        self.feed.look_at(attention.scope, attention.said(self.words))
        self._show_subjects()
        self._show_right()

    def _show_subjects(self) -> None:
        incident, monitor = self._attention.matter, self._attention.monitor
        if incident is not None:
            title, level = self.words.title(incident), incident.level if incident.is_firing else None

            def show(subjects: tuple[Subject, ...]) -> None:
                if self._attention.incident is not None and self._attention.incident.id == incident.id:
                    self.spread.show_subjects(subjects, title, level)

            self._query.ask("subjects", desk_reads.subjects_of, incident.id, then=show)
            return
        self._query.forget("subjects")
        watched = [monitor] if monitor is not None else [row.monitor for row in self._monitors]
        if watched:
            said = self.words.say("all monitors") if monitor is None else one_line(monitor.title)
            subjects = [Subject(SubjectKind.MONITOR, str(one.id)) for one in watched]
            burning = None if self._situation is None else self._situation.burning
            self.spread.show_subjects(subjects, said, burning)

    def _show_right(self) -> None:
        worst = None if self._situation is None else self._situation.worst
        if self.post.mention is not None:
            self._right.turn_to(self.post)
        elif self._attention.incident is not None:
            self.matter.read(self._attention.incident.id)
            self._right.turn_to(self.matter)
        elif worst is not None and (worst.incident.is_firing or self._right.panel is self.matter):
            # Nobody chose: the gravest is offered, but nothing is put under a hand that is about to act.
            if not (self._right.panel is self.matter and self.matter.is_in_use):
                self.matter.read(worst.incident.id)
            self._right.turn_to(self.matter)
        else:
            self._right.turn_to(self.hearing)

    def _focus_right(self) -> None:
        (self.post if self._right.panel is self.post else self.matter).focus()

    # ── what was committed, and time ──

    def begin(self) -> None:
        """Read everything for the first time, and keep up from now on."""
        if self._is_fresh:
            self.default_docks()
        self._tick(self._clock.now())
        self.feed.begin()
        self.pulse.begin()
        self.feed.focus()

    def hear(self, changes: Changes) -> None:
        """Something was committed."""
        self.feed.hear(changes)
        self.pulse.hear(changes)
        if changes.incidents or changes.watchlist:
            self.spread.refresh(changes)

    def _tick(self, now: Instant) -> None:
        for panel in self._panels:
            panel.tick(now)
        self.top_bar.tick(now)

    def _take_situation(self, found: Situation) -> None:
        before, self._situation = self._situation, found
        now = self._clock.now()
        duty = found.contact(Role.DUTY)
        self.matter.officer = self.words.role(Role.DUTY) if duty is None else duty.name
        self.top_bar.show_situation(found, now)
        self.incidents.show_situation(found, now)
        self.matter.refresh()
        chosen = self._attention.incident
        row = None if chosen is None else found.find(chosen.id)
        if row is not None:
            self._attention = Attention(row.incident, None, self._attention.stretch)
        risen = None if before is None else found.risen_since(before)
        if risen is not None:
            self.edge.flash(self.theme.level(risen))
        self._show_subjects()
        self._show_right()

    def _take_monitors(self, rows: tuple[MonitorRow, ...]) -> None:
        before, self._monitors = self._monitors, rows
        self.monitors.show_rows(rows)
        if [row.monitor for row in before] != [row.monitor for row in rows]:
            self._show_subjects()

    def _take_vitals(self, found: Vitals) -> None:
        now, engine, today = self._clock.now(), self._engine_state(), self.pulse.midnight
        rate = None if engine is None else self._rate.take(now, engine.read)
        self.top_bar.show_vitals(found, now)
        self.sources.show_vitals(found, now)
        self.hearing.show_vitals(found, self._situation or Situation(), engine, today, now)
        self.strip.show_vitals(found, engine, rate, today, now)
        for panel in (self.monitors, self.feed, *self._opened):
            if found.heard_at is not None:
                panel.heard(found.heard_at, now)

    # ── how it looks ──

    def retranslate(self, words: Words) -> None:
        """Speak another language from now on, everywhere."""
        self.words = words
        for panel in self._panels:
            panel.retranslate(words)
        self.top_bar.retranslate(words)
        self.strip.retranslate(words)
        self.menu.retranslate(words)
        self._left.name(words.say(_LEFT))
        self._right.name(words.say(_RIGHT))
        self._show_title()
        self._narrow()

    def restyle(self, theme: Theme) -> None:
        """Take another look from now on, everywhere."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, theme)
        self._dress(theme)

    def _dress(self, theme: Theme) -> None:
        self.theme = theme
        for panel in self._panels:
            panel.restyle(theme)
        self.top_bar.restyle(theme)
        self.strip.restyle(theme)

    def mark_scheme(self, scheme: str) -> None:
        """Tick in the menu the scheme that is in force: ``dark``, ``light`` or ``system``."""
        self.menu.mark_scheme(scheme)

    def set_drill(self, *, is_drill: bool) -> None:
        """Say on top and behind the plot that this is a drill, or not."""
        self.top_bar.set_drill(is_drill=is_drill)
        self.spread.set_drill(is_drill=is_drill)

    def _show_title(self, *_: object) -> None:
        name = self.words.say("Crisis Console")
        new = self.words.count("{n} new", "{n} new", self.feed.unseen)
        self.setWindowTitle(f"({new}) {name}" if self.feed.unseen else name)

    # ── Qt's side ──

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Single letters act only while a list has the keyboard: nobody acts by writing a note."""
        is_list = isinstance(QApplication.focusWidget(), QAbstractItemView)
        match event.key():
            case Qt.Key.Key_A if is_list and self._right.panel is self.matter:
                self.matter.do(IncidentAct.ACKNOWLEDGE)
            case Qt.Key.Key_E if is_list and self._right.panel is self.matter:
                self.matter.want_export()
            case Qt.Key.Key_Question if is_list:
                self.show_keys()
            case _:
                super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("state", self.saveState(_STATE_VERSION))
        self._settings.setValue("centre", self._splitter.saveState())
        self._settings.sync()
        super().closeEvent(event)
        self.closed.emit()


def midnight(words: Words, at: Instant) -> Instant | None:
    """When the day of an instant began on the desk's clock; None beyond the calendar."""
    local = words.local(at)
    if local is None:
        return None
    return at - (((local.hour * 60 + local.minute) * 60 + local.second) * 1000 + local.microsecond // 1000)
