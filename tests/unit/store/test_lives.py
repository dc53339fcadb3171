"""Whole lives of incidents, in any order of acts: what must always hold, does."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from console.domain.clock import MINUTE, SECOND, ReplayClock
from console.domain.errors import NotAllowed
from console.domain.escalation import Contact, ContactId, Notification, NotificationEvent, NotificationState, Role, Why
from console.domain.incident import AlertId, AlertState, IncidentAct, IncidentId, IncidentState
from console.domain.rule import Level
from console.domain.timeline import EntryKind, first_broken
from console.store import incidents, notifications, timeline, watchlist
from console.store.database import Store
from tests.helpers.builders import NOON, a_store, a_subject, a_verdict

_LIVE = (
    NotificationState.PENDING,
    NotificationState.DELAYED,
    NotificationState.SENT,
    NotificationState.RECEIVED,
    NotificationState.SEEN,
)
_ENDS = (
    NotificationState.ANSWERED,
    NotificationState.REFUSED,
    NotificationState.MUTED,
    NotificationState.CANCELLED,
)
_rules = st.sampled_from(["watch", "escalate", "big_account", "critical"])
_names = st.sampled_from(["one", "two"])
_numbers = st.integers(1, 3).map(IncidentId)


class Lives(RuleBasedStateMachine):
    """Two conversations, four rules, three people, a channel that does what it likes, and a clock that only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "console.db"
        self._clock = ReplayClock(NOON)
        self._store = a_store(self._path, self._clock)
        self._ended: dict[str, NotificationState] = {}
        self._takers: dict[IncidentId, tuple[object, object]] = {}
        self._entries = 0

    def teardown(self) -> None:
        self._store.close()
        self._folder.cleanup()

    @property
    def now(self) -> int:
        return self._clock.now()

    def notes(self) -> list[Notification]:
        return self._store.read(notifications.inbox, 10_000).result()

    # what happens

    @rule(names=st.lists(_rules, min_size=1, max_size=3), name=_names, state=st.sampled_from(list(AlertState)))
    def the_judge_finds(self, names: list[str], name: str, state: AlertState) -> None:
        verdicts = [a_verdict(one, a_subject(name), state) for one in names]
        self._store.write(incidents.raise_, verdicts, self.now).result()

    @rule(seconds=st.sampled_from([1, 60, 300, 600, 900, 8 * 3600]))
    def time_goes_on(self, seconds: int) -> None:
        self._clock.until(self.now + seconds * SECOND)
        self._store.write(notifications.escalate, self.now).result()

    @rule(which=st.integers(0, 20), event=st.sampled_from(list(NotificationEvent)))
    def a_channel_tells(self, which: int, event: NotificationEvent) -> None:
        notes = self.notes()
        if not notes:
            return
        note = notes[which % len(notes)]
        if event in (NotificationEvent.ANSWER, NotificationEvent.CANCEL):
            return  # only an act on the incident does these
        try:
            after = self._store.write(
                notifications.mark, note.id, event, self.now, "desktop", try_at=self.now + MINUTE, reason="x"
            ).result()
        except NotAllowed:
            assert self._store.read(notifications.one, note.id).result() == note
        else:
            assert after.state not in _ENDS or event is NotificationEvent.REFUSE

    @rule(number=_numbers, by=st.sampled_from(["Lin", "Wu"]))
    def somebody_takes_it(self, number: IncidentId, by: str) -> None:
        before = self._store.read(incidents.one, number).result()
        try:
            self._store.write(incidents.acknowledge, number, by, "", self.now, "desk").result()
        except NotAllowed:
            assert self._store.read(incidents.one, number).result() == before
            return
        self._answered(number)

    @rule(number=_numbers, act=st.sampled_from([a for a in IncidentAct if a is not IncidentAct.ACKNOWLEDGE]))
    def somebody_moves_it(self, number: IncidentId, act: IncidentAct) -> None:
        before = self._store.read(incidents.one, number).result()
        try:
            self._store.write(incidents.move, number, act, "Lin", "", self.now).result()
        except NotAllowed:
            assert self._store.read(incidents.one, number).result() == before
            return
        if act is IncidentAct.RESOLVE:
            self._answered(number)
        if act is IncidentAct.REOPEN:
            self._takers.pop(number, None)

    @rule(name=_names, negatives=st.integers(0, 5))
    def the_figures_change(self, name: str, negatives: int) -> None:
        self._store.write(notifications.renew, a_subject(name), {"total_negative": negatives}, self.now).result()

    @precondition(lambda self: len(self._store.read(watchlist.contacts).result()) < 3)
    @rule()
    def a_deputy_is_named(self) -> None:
        self._store.write(watchlist.save_contact, Contact(ContactId(0), "Wu", Role.DEPUTY), "Lin", self.now).result()

    @rule()
    def the_program_starts_anew(self) -> None:
        before = self.notes(), self._store.read(incidents.list_, True).result()
        self._store.close()
        self._store = Store.open(self._path, clock=self._clock, durable=False)
        assert (self.notes(), self._store.read(incidents.list_, True).result()) == before

    def _answered(self, number: IncidentId) -> None:
        of_it = self._store.read(notifications.of_incident, number).result()
        assert not [note for note in of_it if note.state in _LIVE]

    # what always holds

    @invariant()
    def every_alert_that_fired_has_its_incident_and_its_line(self) -> None:
        for alert in self._store.read(incidents.fired_after, AlertId(0)).result():
            assert alert.incident is not None
            lines = self._store.read(timeline.entries, alert.incident).result()
            assert sum(e.kind is EntryKind.ALERT_FIRED and e.facts["alert"] == alert.id for e in lines) == 1

    @invariant()
    def one_alert_per_rule_and_subject_and_one_unresolved_incident_per_subject(self) -> None:
        alerts = Counter((a.rule, a.subject) for a in self._store.read(incidents.open_alerts).result())
        matters = Counter(i.subject for i in self._store.read(incidents.list_).result())
        assert not [one for one, count in (alerts + Counter(matters)).items() if count > 1]

    @invariant()
    def an_incident_burns_exactly_while_an_alert_of_it_fires(self) -> None:
        firing = {a.incident for a in self._store.read(incidents.open_alerts).result() if a.state is AlertState.FIRING}
        assert {i.id for i in self._store.read(incidents.list_, True).result() if i.is_firing} == firing

    @invariant()
    def who_took_it_first_stays(self) -> None:
        for one in self._store.read(incidents.list_, True).result():
            if one.acknowledged_at is not None:
                taker = (one.acknowledged_by, one.acknowledged_at)
                assert self._takers.setdefault(one.id, taker) == taker

    @invariant()
    def an_end_is_an_end_and_nothing_is_shown_that_was_answered_unsent(self) -> None:
        for note in self.notes():
            if note.id in self._ended:
                assert note.state is self._ended[note.id]
            if note.state in _ENDS:
                self._ended[note.id] = note.state
                assert note.sound_at is None or note.state is NotificationState.REFUSED
            assert note.delivered <= note.revision

    @invariant()
    def times_of_a_delivery_are_in_order(self) -> None:
        for note in self.notes():
            times = [note.created_at, note.sent_at, note.received_at]
            known = [at for at in times if at is not None]
            assert known == sorted(known)
            assert all(at >= note.created_at for at in (note.seen_at, note.answered_at) if at is not None)

    @invariant()
    def each_person_has_one_live_notification_of_an_incident_at_most(self) -> None:
        live = Counter((n.incident, n.contact) for n in self.notes() if n.state in _LIVE)
        assert not [one for one, count in live.items() if count > 1]

    @invariant()
    def no_open_serious_incident_falls_silent(self) -> None:
        open_ = {one.id for one in self._store.read(incidents.list_).result() if one.state is IncidentState.OPEN}
        for alert in self._store.read(incidents.open_alerts).result():
            if alert.state is not AlertState.FIRING or alert.incident not in open_ or alert.level < Level.SERIOUS:
                continue
            of_it = self._store.read(notifications.of_incident, alert.incident).result()
            for role in (Role.DUTY, Role.EXECUTIVE):
                newest = [n for n in of_it if n.role is role and n.why is not Why.CLEAR][-1]
                is_on_the_screen = newest.state is NotificationState.SEEN
                will_sound = newest.sound_at is not None
                assert is_on_the_screen or will_sound, (role, newest)

    @invariant()
    def what_is_owed_by_time_is_known_beforehand(self) -> None:
        upcoming = self._store.write(notifications.escalate, self.now).result()
        assert upcoming is None or upcoming > self.now

    @invariant()
    def the_timeline_only_grows_and_is_sound(self) -> None:
        entries = self._store.read(timeline.entries).result()
        assert len(entries) >= self._entries
        self._entries = len(entries)
        assert first_broken(entries) is None


def test_no_order_of_acts_breaks_what_must_hold() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=25, stateful_step_count=25))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_order_of_acts_breaks_what_must_hold_at_length() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=150, stateful_step_count=50))
