"""The outbox: what is owed until it was answered, when it sounds again, who is next."""

from typing import Any

import pytest

from console.domain.clock import MINUTE, SECOND, Instant
from console.domain.errors import NotAllowed
from console.domain.escalation import (
    Contact,
    ContactId,
    Notification,
    NotificationEvent,
    NotificationId,
    NotificationState,
    Role,
    Why,
)
from console.domain.incident import IncidentAct, IncidentId
from console.domain.timeline import EntryKind
from console.store import incidents, notifications, timeline, watchlist
from console.store.database import Store
from tests.helpers.builders import NOON, a_subject, a_verdict

DUTY, EXECUTIVE = NotificationId("1-1-1"), NotificationId("1-2-1")


@pytest.fixture
def burning(store: Store) -> Store:
    """A store in which a critical alert has just fired."""
    store.write(incidents.raise_, [a_verdict("critical")], NOON).result()
    return store


def mark(
    store: Store, note: NotificationId, event: NotificationEvent, at: Instant = NOON, *args: Any, **more: Any
) -> Notification:
    return store.write(notifications.mark, note, event, at, *args, **more).result()


def one(store: Store, note: NotificationId) -> Notification:
    found = store.read(notifications.one, note).result()
    assert found is not None
    return found


def due(store: Store, at: Instant = NOON) -> list[str]:
    return [note.id for note in store.read(notifications.due_for_dispatch, at).result()]


def escalate(store: Store, at: Instant) -> Instant | None:
    return store.write(notifications.escalate, at).result()


def with_deputy(store: Store) -> None:
    store.write(watchlist.save_contact, Contact(ContactId(0), "Wu", Role.DEPUTY), "Lin", NOON).result()


def entries(store: Store, kind: EntryKind) -> list[dict[str, Any]]:
    return [dict(e.facts) for e in store.read(timeline.entries, IncidentId(1)).result() if e.kind is kind]


# ── delivery ──────────────────────────────────────────────────────────────────────────────────────


def test_a_delivery_goes_its_way_and_stands_in_the_timeline(burning: Store) -> None:
    assert due(burning) == [DUTY, EXECUTIVE]
    burning.write(notifications.attempt, DUTY).result()
    sent = mark(burning, DUTY, NotificationEvent.SEND, NOON + 1, "desktop", remote_id="17")
    assert (sent.state, sent.sent_at, sent.delivered, sent.attempts) == (NotificationState.SENT, NOON + 1, 1, 1)
    assert (sent.channel, sent.remote_id) == ("desktop", "17")
    assert due(burning) == [EXECUTIVE]
    mark(burning, DUTY, NotificationEvent.RECEIVE, NOON + 2)
    seen = mark(burning, DUTY, NotificationEvent.SEE, NOON + 3)
    assert (seen.received_at, seen.seen_at, seen.sound_at) == (NOON + 2, NOON + 3, None)
    expected = {"notification": DUTY, "role": "duty", "name": "", "level": "critical", "channel": "desktop"}
    assert entries(burning, EntryKind.DELIVERED) == [expected]
    assert entries(burning, EntryKind.SEEN) == [expected]


def test_what_a_channel_could_not_take_is_tried_again_later(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.DELAY, NOON, "desktop", try_at=NOON + 5 * SECOND, reason="no_daemon")
    assert due(burning) == [EXECUTIVE]
    assert burning.read(notifications.next_due, NOON).result() == NOON + 5 * SECOND
    assert due(burning, NOON + 5 * SECOND) == [DUTY, EXECUTIVE]
    sent = mark(burning, DUTY, NotificationEvent.SEND, NOON + 5 * SECOND)
    assert (sent.try_at, sent.reason) == (None, None)
    assert burning.read(notifications.next_due, NOON).result() is None


def test_a_refused_delivery_is_said_and_tried_anew_when_it_should_sound(burning: Store) -> None:
    mark(burning, EXECUTIVE, NotificationEvent.REFUSE, NOON, "desktop", reason="no_channel")
    mark(burning, DUTY, NotificationEvent.SEND)
    assert entries(burning, EntryKind.UNDELIVERED)[0]["reason"] == "no_channel"
    assert escalate(burning, NOON + 5 * MINUTE) == NOON + 10 * MINUTE
    assert one(burning, EXECUTIVE).state is NotificationState.REFUSED
    anew = one(burning, NotificationId("1-2-2"))
    assert (anew.state, anew.why, anew.replaces) == (NotificationState.PENDING, Why.AGAIN, EXECUTIVE)


def test_a_refused_delivery_is_not_tried_anew_beside_a_newer_one(store: Store) -> None:
    store.write(incidents.raise_, [a_verdict("escalate")], NOON).result()
    mark(store, EXECUTIVE, NotificationEvent.REFUSE, NOON, "desktop", reason="no_channel")
    store.write(incidents.raise_, [a_verdict("critical")], NOON + MINUTE).result()
    escalate(store, NOON + 480 * MINUTE)
    assert [note.id for note in store.read(notifications.open_for, Role.EXECUTIVE).result()] == ["1-2-2"]


def test_what_was_never_shown_does_not_sound_again(burning: Store) -> None:
    assert escalate(burning, NOON + 5 * MINUTE) == NOON + 10 * MINUTE
    assert (one(burning, DUTY).why, one(burning, DUTY).revision) == (Why.NEW, 1)
    assert entries(burning, EntryKind.SOUNDED_AGAIN) == []


def test_the_gravest_goes_first(burning: Store) -> None:
    burning.write(incidents.raise_, [a_verdict("watch", a_subject("other"))], NOON - MINUTE).result()
    assert due(burning) == [DUTY, EXECUTIVE, "2-1-1"]


@pytest.mark.parametrize("event", [NotificationEvent.SEE, NotificationEvent.RECEIVE, NotificationEvent.SEND])
def test_what_comes_after_the_answer_changes_nothing(burning: Store, event: NotificationEvent) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    burning.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON, "desk").result()
    before = one(burning, DUTY)
    with pytest.raises(NotAllowed):
        mark(burning, DUTY, event, NOON + MINUTE)
    assert one(burning, DUTY) == before


def test_seen_twice_is_seen_once(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    mark(burning, DUTY, NotificationEvent.SEE, NOON + 1)
    with pytest.raises(NotAllowed):
        mark(burning, DUTY, NotificationEvent.SEE, NOON + 2)
    assert one(burning, DUTY).seen_at == NOON + 1
    assert len(entries(burning, EntryKind.SEEN)) == 1


def test_a_notification_that_is_not_there_cannot_be_marked(burning: Store) -> None:
    with pytest.raises(NotAllowed):
        mark(burning, NotificationId("9-9-9"), NotificationEvent.SEND)


# ── renewal ───────────────────────────────────────────────────────────────────────────────────────


def test_new_figures_are_shown_in_place_silently_and_only_when_they_are_new(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    figures = {"total_negative": 77, "at": NOON + MINUTE, "spark": [1]}
    assert burning.write(notifications.renew, a_subject(), figures, NOON + MINUTE).result() == 2
    renewed = one(burning, DUTY)
    assert (renewed.state, renewed.why, renewed.revision, renewed.delivered) == (
        NotificationState.SENT,
        Why.NEW,
        2,
        1,
    )
    assert (renewed.facts["total_negative"], renewed.facts["rule"]) == (77, "critical")
    assert due(burning) == [DUTY, EXECUTIVE]
    mark(burning, DUTY, NotificationEvent.SEND, NOON + MINUTE, revision=2)
    assert due(burning) == [EXECUTIVE]
    again = {"total_negative": 77, "spark": [2]}
    assert burning.write(notifications.renew, a_subject(), again, NOON + 2 * MINUTE).result() == 0


def test_a_renewal_that_came_while_the_last_was_sent_is_still_owed(burning: Store) -> None:
    burning.write(notifications.renew, a_subject(), {"total_negative": 78}, NOON).result()
    mark(burning, DUTY, NotificationEvent.SEND, NOON, revision=1)
    assert DUTY in due(burning)


def test_a_renewal_that_fails_leaves_what_is_on_the_screen(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    burning.write(notifications.renew, a_subject(), {"total_negative": 78}, NOON).result()
    delayed = mark(burning, DUTY, NotificationEvent.DELAY, NOON, try_at=NOON + MINUTE, reason="busy")
    assert delayed.state is NotificationState.SENT
    assert DUTY not in due(burning)
    assert DUTY in due(burning, NOON + MINUTE)
    refused = mark(burning, DUTY, NotificationEvent.REFUSE, NOON + MINUTE, reason="gone")
    assert refused.state is NotificationState.SENT
    assert DUTY not in due(burning, NOON + MINUTE)


def test_nothing_is_renewed_of_what_is_over_or_taken(burning: Store) -> None:
    burning.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON, "desk").result()
    assert burning.write(notifications.renew, a_subject(), {"total_negative": 78}, NOON).result() == 0


# ── escalation ────────────────────────────────────────────────────────────────────────────────────


def test_it_sounds_every_five_minutes_until_it_is_seen(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    mark(burning, EXECUTIVE, NotificationEvent.SEND)
    assert escalate(burning, NOON) == NOON + 5 * MINUTE
    mark(burning, DUTY, NotificationEvent.SEE, NOON + MINUTE)
    assert escalate(burning, NOON + 5 * MINUTE - 1) == NOON + 5 * MINUTE
    assert one(burning, EXECUTIVE).revision == 1
    assert escalate(burning, NOON + 5 * MINUTE) == NOON + 10 * MINUTE
    sounding = one(burning, EXECUTIVE)
    assert (sounding.why, sounding.revision, sounding.delivered) == (Why.AGAIN, 2, 1)
    assert one(burning, DUTY).revision == 1
    assert [entry["notification"] for entry in entries(burning, EntryKind.SOUNDED_AGAIN)] == [EXECUTIVE]
    mark(burning, EXECUTIVE, NotificationEvent.SEND, NOON + 5 * MINUTE)
    mark(burning, EXECUTIVE, NotificationEvent.SEE, NOON + 6 * MINUTE)
    assert escalate(burning, NOON + 60 * MINUTE) is None


def test_a_serious_matter_sounds_every_quarter_of_an_hour_and_a_warning_once(store: Store) -> None:
    store.write(incidents.raise_, [a_verdict("escalate"), a_verdict("watch", a_subject("w"))], NOON).result()
    assert escalate(store, NOON) == NOON + 15 * MINUTE
    assert [n.sound_at for n in store.read(notifications.of_incident, IncidentId(2)).result()] == [None]


def test_after_a_long_sleep_it_sounds_once(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    mark(burning, EXECUTIVE, NotificationEvent.SEND)
    assert escalate(burning, NOON + 480 * MINUTE) == NOON + 485 * MINUTE
    assert len(entries(burning, EntryKind.SOUNDED_AGAIN)) == 2


def test_a_renewal_after_it_sounded_is_silent_again(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEND)
    escalate(burning, NOON + 5 * MINUTE)
    burning.write(notifications.renew, a_subject(), {"total_negative": 78}, NOON + 5 * MINUTE).result()
    assert one(burning, DUTY).why is Why.AGAIN  # not yet heard
    mark(burning, DUTY, NotificationEvent.SEND, NOON + 5 * MINUTE)
    burning.write(notifications.renew, a_subject(), {"total_negative": 79}, NOON + 6 * MINUTE).result()
    assert one(burning, DUTY).why is Why.NEW


def test_the_deputy_steps_in_when_the_executive_has_not_seen_it_for_ten_minutes(store: Store) -> None:
    with_deputy(store)
    (alert,) = store.write(incidents.raise_, [a_verdict("critical")], NOON).result()
    mark(store, DUTY, NotificationEvent.SEND)
    mark(store, DUTY, NotificationEvent.SEE)
    escalate(store, NOON + 10 * MINUTE - 1)
    assert store.read(notifications.one, NotificationId("1-3-1")).result() is None
    escalate(store, NOON + 10 * MINUTE)
    deputy = one(store, NotificationId("1-3-1"))
    assert (deputy.role, deputy.why, deputy.state) == (Role.DEPUTY, Why.UNSEEN, NotificationState.PENDING)
    escalate(store, NOON + 20 * MINUTE)
    assert store.read(notifications.one, NotificationId("1-3-2")).result() is None
    assert store.read(incidents.told, [alert]).result()[alert][Role.DEPUTY] == NOON + 10 * MINUTE


def test_the_deputy_is_left_alone_when_the_executive_saw_it_or_somebody_has_it(store: Store) -> None:
    with_deputy(store)
    store.write(incidents.raise_, [a_verdict("critical"), a_verdict("critical", a_subject("two"))], NOON).result()
    mark(store, EXECUTIVE, NotificationEvent.SEE, NOON + MINUTE)
    store.write(incidents.acknowledge, IncidentId(2), "Lin", "", NOON, "desk").result()
    escalate(store, NOON + 30 * MINUTE)
    assert store.read(notifications.open_for, Role.DEPUTY).result() == []


def test_without_a_deputy_nothing_is_due_for_one(burning: Store) -> None:
    mark(burning, DUTY, NotificationEvent.SEE)
    mark(burning, EXECUTIVE, NotificationEvent.SEND)
    assert escalate(burning, NOON + 10 * MINUTE) == NOON + 15 * MINUTE


def test_the_deputy_of_an_earlier_round_is_called_again_in_the_next(store: Store) -> None:
    with_deputy(store)
    store.write(incidents.raise_, [a_verdict("critical")], NOON).result()
    escalate(store, NOON + 10 * MINUTE)
    for note in (DUTY, EXECUTIVE, NotificationId("1-3-1")):
        mark(store, note, NotificationEvent.SEND, NOON + 10 * MINUTE)
    store.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON + 11 * MINUTE, "desk").result()
    store.write(incidents.move, IncidentId(1), IncidentAct.RESOLVE, "Lin", "", NOON + 12 * MINUTE).result()
    store.write(incidents.move, IncidentId(1), IncidentAct.REOPEN, "Lin", "", NOON + 13 * MINUTE).result()
    escalate(store, NOON + 22 * MINUTE)
    assert store.read(notifications.open_for, Role.DEPUTY).result() == []
    escalate(store, NOON + 23 * MINUTE)
    assert [note.why for note in store.read(notifications.open_for, Role.DEPUTY).result()] == [Why.UNSEEN]


def test_looking_when_nothing_is_due_changes_nothing(burning: Store) -> None:
    told: list[object] = []
    burning.subscribe(told.append)
    assert escalate(burning, NOON + MINUTE) == NOON + 5 * MINUTE
    burning.close()
    assert told == []


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def test_the_inbox_keeps_everything_newest_first(burning: Store) -> None:
    burning.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON, "desk").result()
    burning.write(incidents.raise_, [a_verdict("watch", a_subject("two"))], NOON + MINUTE).result()
    assert [note.id for note in burning.read(notifications.inbox).result()] == ["2-1-1", EXECUTIVE, DUTY]
    assert [note.id for note in burning.read(notifications.inbox, 10, Role.DUTY).result()] == ["2-1-1", DUTY]
    assert [note.id for note in burning.read(notifications.open_for).result()] == ["2-1-1"]
