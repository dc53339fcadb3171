"""One incident: what its alerts say, who was told, what a person may do now, and its timeline."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from console.domain.clock import Clock, Instant
from console.domain.errors import ConsoleError
from console.domain.escalation import Notification, NotificationState, Why
from console.domain.incident import AlertState, IncidentAct, IncidentId, IncidentState, acts_in
from console.domain.timeline import Entry, EntryKind
from console.services.desk import Desk
from console.ui.bridge import Bridge
from console.ui.lists import List
from console.ui.models.desk_reads import Matter, matter
from console.ui.models.rows import RowsModel
from console.ui.panels.matter.rows import EntryDelegate
from console.ui.parts import INSET, KeyButton, LevelMark, Panel, hairline, label
from console.ui.plain import PlainParagraph, one_line
from console.ui.query import Query
from console.ui.theme import Theme
from console.words import Words

NOTE_LIMIT = 2_000

_ACTS = (
    (IncidentAct.ACKNOWLEDGE, "A"),
    (IncidentAct.RESPOND, ""),
    (IncidentAct.WATCH, ""),
    (IncidentAct.RESOLVE, ""),
    (IncidentAct.REOPEN, ""),
)


_UNANSWERED = {
    NotificationState.PENDING,
    NotificationState.DELAYED,
    NotificationState.SENT,
    NotificationState.RECEIVED,
    NotificationState.SEEN,
}
_FAILED = {NotificationState.DELAYED, NotificationState.REFUSED}


class MatterPanel(Panel):
    """``export_wanted`` carries the incident to be exported, ``opened`` a mention that an entry is about."""

    export_wanted = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        words: Words,
        theme: Theme,
        query: Query,
        bridge: Bridge,
        desk: Desk,
        clock: Clock,
        officer: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, theme, parent=parent)
        self.setObjectName("matterPanel")
        self._query, self._bridge, self._desk, self._clock = query, bridge, desk, clock
        self.officer = officer
        self._wanted: IncidentId | None = None
        self._matter: Matter | None = None
        self._doing: IncidentId | None = None
        self._shown: tuple[IncidentAct, ...] | None = None
        self._now: Instant = 0
        self._level = LevelMark()
        self._export = KeyButton(compact=True)
        self._export.setObjectName("matterExport")
        self._title = PlainParagraph()
        self._title.setProperty("type", "title")
        self._state = label(tone="2")
        self._why = PlainParagraph()
        self._told = PlainParagraph()
        self._told.setProperty("tone", "3")
        self._note = QLineEdit()
        self._note.setObjectName("matterNote")
        self._note.setMaxLength(NOTE_LIMIT)
        self._add = KeyButton()
        self._add.setObjectName("matterAddNote")
        self._buttons = {act: KeyButton(primary=act is IncidentAct.ACKNOWLEDGE, parent=self) for act, _ in _ACTS}
        for act, button in self._buttons.items():
            button.setObjectName(f"matter{act.value.capitalize()}")
            button.hide()
        self._trouble = PlainParagraph()
        self._trouble.setObjectName("matterTrouble")
        self._timeline = label(bold=True)
        self._delegate = EntryDelegate(words, theme)
        self._entries: RowsModel[Entry] = RowsModel(lambda entry: entry.seq, self._say_entry, self)
        self.list = List("matterTimeline", self._entries, self._delegate)
        self._lay_out()
        self._connect()
        self.restyle(theme)
        self.retranslate(words)

    def _lay_out(self) -> None:
        self.head.row.insertWidget(1, self._level)
        self.head.add(self._export)
        top = QVBoxLayout()
        top.setContentsMargins(INSET, 4, INSET, 12)
        top.setSpacing(6)
        for widget in (self._title, self._state, self._why, self._told):
            top.addWidget(widget)
        acts = QGridLayout()
        acts.setContentsMargins(INSET, 12, INSET, 12)
        acts.setSpacing(8)
        acts.addWidget(self._note, 0, 0, 1, 2)
        acts.addWidget(self._add, 0, 2)
        self._grid = acts
        self.body.addLayout(top)
        self.body.addWidget(hairline())
        self.body.addLayout(acts)
        self._trouble.setContentsMargins(INSET, 0, INSET, 12)
        self.body.addWidget(self._trouble)
        self._trouble.hide()
        self.body.addWidget(hairline())
        self._timeline.setContentsMargins(INSET, 12, INSET, 4)
        self.body.addWidget(self._timeline)
        self.body.addWidget(self.list, 1)

    def _connect(self) -> None:
        self._export.clicked.connect(self.want_export)
        self._add.clicked.connect(self.add_note)
        self._note.returnPressed.connect(self.add_note)
        self._note.textChanged.connect(self._show_acts)
        for act, button in self._buttons.items():
            button.clicked.connect(lambda _=False, act=act: self.do(act))
        self.list.picked.connect(self._open_entry)

    # ── which incident ──

    def read(self, incident: IncidentId) -> None:
        """Open an incident."""
        if incident != self._wanted:
            self._wanted = incident
            self._matter = None
            self._note.clear()
            self._trouble.hide()
        self.refresh()

    def refresh(self) -> None:
        """Read the open incident anew."""
        if self._wanted is not None:
            self._query.ask("matter", matter, self._clock, self._wanted, then=self._take)

    def focus(self) -> None:
        """Take the keyboard."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def incident(self) -> IncidentId | None:
        """The incident that is open."""
        return self._wanted

    @property
    def is_in_use(self) -> bool:
        """Whether a person is about to act here: nothing may change under their hand."""
        return self.underMouse() or bool(self._note.text())

    def _take(self, found: Matter | None) -> None:
        if found is not None and found.row.incident.id == self._wanted:
            self._matter = found
            self._show()

    # ── what a person may do ──

    def do(self, act: IncidentAct) -> None:
        """Act on the open incident, with the note as it stands."""
        incident, note, by = self._wanted, self._note.text().strip(), self.officer
        if incident is None or self._doing is not None or act not in self._allowed():
            return
        if act is IncidentAct.ACKNOWLEDGE:
            self._act(incident, lambda: self._desk.acknowledge(incident, by, note))
        else:
            self._act(incident, lambda: self._desk.move(incident, act, by, note))

    def add_note(self) -> None:
        """Write the note into the timeline."""
        incident, note, by = self._wanted, self._note.text().strip(), self.officer
        if incident is not None and note and self._doing is None:
            self._act(incident, lambda: self._desk.note(incident, by, note))

    def _act(self, incident: IncidentId, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._doing = incident
        self._trouble.hide()
        self._show_acts()
        self._bridge.ask(work, then=self._done, otherwise=self._failed)

    def _done(self, _: None) -> None:
        self._doing = None
        self._note.clear()
        self._show_acts()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._doing = None
        words = self.words
        said = words.error(error) if isinstance(error, ConsoleError) else words.say("This failed; the log says why.")
        self._trouble.set(said)
        self._trouble.show()
        self._show_acts()
        self.refresh()

    def _allowed(self) -> frozenset[IncidentAct]:
        if self._matter is None:
            return frozenset()
        state = self._matter.row.incident.state
        allowed = acts_in(state)
        # After a rise in level people are told again, and may answer again.
        is_owed = any(one.state in _UNANSWERED and one.why is not Why.CLEAR for one in self._matter.told)
        if is_owed and state is not IncidentState.RESOLVED:
            allowed |= {IncidentAct.ACKNOWLEDGE}
        return allowed

    def want_export(self) -> None:
        """Ask for the open incident's export."""
        if self._matter is not None:
            self.export_wanted.emit(self._matter.row.incident)

    def _open_entry(self, entry: Entry) -> None:
        mention = entry.facts.get("mention")
        if entry.kind is EntryKind.FIRST_POST and isinstance(mention, int):
            self.opened.emit(mention)

    # ── how it looks ──

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._delegate.words = words
        self.head.title.set(words.say("Incident"))
        self._export.say(words.say("Export…"), "E")
        self._note.setPlaceholderText(words.say("A note, if you wish"))
        self._note.setAccessibleName(words.say("Note"))
        self._add.say(words.say("Add note"))
        for act, key in _ACTS:
            self._buttons[act].say(words.act(act), key)
        self.list.setAccessibleName(words.say("Timeline"))
        self._entries.say_anew(self._say_entry)
        self._show()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._delegate.theme = theme
        for button in (self._export, self._add, *self._buttons.values()):
            button.restyle(theme)
        self.list.viewport().update()
        self._show()

    def tick(self, now: Instant) -> None:
        super().tick(now)
        self._now = self._delegate.now = now
        self._show_state()

    def _show(self) -> None:
        found = self._matter
        if found is None:
            return
        words, incident = self.words, found.row.incident
        self._delegate.is_replay = incident.is_replay
        self._level.show_level(incident.level, words, self.theme)
        self._title.set(words.title(incident))
        self._show_state()
        firing = [alert for alert in found.alerts if alert.state is AlertState.FIRING]
        last = (firing or list(found.alerts))[-1:]
        said = [words.sentence(words.alert_sentence(alert.facts)) for alert in last]
        if not firing and found.alerts:
            said.append(words.sentence(words.say("All its alerts have cleared")))
        self._why.set("\n".join(said))
        self._told.set("\n".join(self._deliveries(found)))
        self._told.setVisible(bool(found.told))
        self._timeline.set(words.say("Timeline {n}", n=words.number(len(found.entries))))
        self._entries.show(sorted(found.entries, key=lambda entry: (entry.happened_at, entry.seq), reverse=True))
        self._show_acts()

    def _show_state(self) -> None:
        if self._matter is None:
            return
        words, row = self.words, self._matter.row
        incident = row.incident
        parts = [words.state(incident.state)]
        if incident.resolved_at is None:
            parts.append(
                words.say("{elapsed} since first post", elapsed=words.elapsed(self._now - incident.first_post_at))
            )
        if row.negatives is not None:
            parts.append(words.count("{n} negative", "{n} negatives", row.negatives))
        self._state.set(" · ".join(parts))

    def _deliveries(self, found: Matter) -> list[str]:
        words = self.words
        newest: dict[int, Notification] = {}
        for one in found.told:
            if one.state is not NotificationState.CANCELLED:
                newest[one.contact] = one
        lines = []
        for one in newest.values():
            contact = found.contacts.get(one.contact)
            name = one_line(contact.name) if contact is not None and contact.name else ""
            who = f"{words.role(one.role)} {name}".strip()
            # An incident that somebody took counts as answered for all; whether this person saw it is another matter.
            state = NotificationState.SEEN if one.seen_at is not None else one.state
            at = one.seen_at or one.answered_at or one.received_at or one.sent_at or one.created_at
            line = f"{who} · {words.state(state)} {words.instant(at, self._now)}"
            lines.append(f"{line} · {words.reason(one.reason)}" if one.reason and state in _FAILED else line)
        return lines

    def _show_acts(self) -> None:
        allowed = self._allowed()
        shown = tuple(act for act, _ in _ACTS if act in allowed)
        if shown != self._shown:
            self._shown = shown
            self._arrange(shown)
        for act in shown:
            self._buttons[act].setEnabled(self._doing is None)
        self._add.setEnabled(self._doing is None and bool(self._note.text().strip()))

    def _arrange(self, shown: Sequence[IncidentAct]) -> None:
        for button in self._buttons.values():
            self._grid.removeWidget(button)
            button.hide()
        column = 0
        for act in shown:
            if act is IncidentAct.ACKNOWLEDGE:
                self._grid.addWidget(self._buttons[act], 1, 0, 1, 3)
            else:
                self._grid.addWidget(self._buttons[act], 2, column)
                column += 1
            self._buttons[act].show()

    def _say_entry(self, entry: Entry) -> str:
        words = self.words
        return f"{words.instant(entry.happened_at, self._now)} {words.actor(entry.actor)} {self._delegate.line(entry)}"
