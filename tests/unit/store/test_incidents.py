"""From a verdict to people: one commit, one incident per subject, and the acts that fit."""

import threading
from typing import Any

import pytest

from console.domain.changes import Changes
from console.domain.clock import MINUTE, SECOND, Instant, ReplayClock
from console.domain.conversation import Subject, SubjectKind
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
from console.domain.incident import AlertId, AlertState, Incident, IncidentAct, IncidentId, IncidentState
from console.domain.judgement import Verdict
from console.domain.rule import Level
from console.domain.timeline import EntryKind
from console.store import conversations, incidents, mentions, notifications, timeline, watchlist
from console.store.database import Store
from tests.helpers.builders import NOON, a_rule, a_scored_post, a_subject, a_verdict

FIRST = IncidentId(1)
ROOT = a_subject("root")


def raise_(store: Store, *verdicts: Verdict, at: Instant = NOON, **how: Any) -> list[AlertId]:
    return store.write(incidents.raise_, verdicts, at, **how).result()


def cleared(rule: Any = "critical", subject: Subject = ROOT, **more: Any) -> Verdict:
    return a_verdict(rule, subject, AlertState.CLEARED, **more)


def all_incidents(store: Store) -> list[Incident]:
    return store.read(incidents.list_, True).result()


def incident(store: Store, number: IncidentId = FIRST) -> Incident:
    found = store.read(incidents.one, number).result()
    assert found is not None
    return found


def told(store: Store, number: IncidentId = FIRST) -> list[Notification]:
    return store.read(notifications.of_incident, number).result()


def summary(store: Store) -> list[tuple[str, str, str]]:
    return [(n.role.value, n.why.value, n.state.value) for n in told(store)]


def kinds(store: Store, number: IncidentId | None = FIRST) -> list[EntryKind]:
    return [entry.kind for entry in store.read(timeline.entries, number).result()]


def send_all(store: Store, at: Instant = NOON) -> None:
    for note in store.read(notifications.due_for_dispatch, at).result():
        store.write(notifications.mark, note.id, NotificationEvent.SEND, at, "desktop").result()


def acknowledge(store: Store, at: Instant = NOON, by: str = "Lin") -> None:
    store.write(incidents.acknowledge, FIRST, by, "on it", at, "card").result()


def move(store: Store, act: IncidentAct, at: Instant = NOON, number: IncidentId = FIRST) -> None:
    store.write(incidents.move, number, act, "Lin", "", at).result()


# ── raising ───────────────────────────────────────────────────────────────────────────────────────


def test_a_critical_alert_tells_officer_and_executive_in_its_own_commit(store: Store) -> None:
    heard: list[Changes] = []
    is_told = threading.Event()

    def listen(changes: Changes) -> None:
        heard.append(changes)
        is_told.set()

    store.subscribe(listen)
    (alert,) = raise_(store, a_verdict("critical"))
    assert is_told.wait(10)
    assert heard == [Changes(incidents=frozenset((FIRST,)), notifications=True)]
    assert store.read(incidents.told, [alert]).result() == {alert: {Role.DUTY: NOON, Role.EXECUTIVE: NOON}}
    assert [(n.role, n.state, n.why, n.level, n.created_at) for n in told(store)] == [
        (role, NotificationState.PENDING, Why.NEW, Level.CRITICAL, NOON) for role in (Role.DUTY, Role.EXECUTIVE)
    ]
    opened = incident(store)
    assert (opened.level, opened.state, opened.is_firing) == (Level.CRITICAL, IncidentState.OPEN, True)
    assert (opened.opened_at, opened.first_post_at) == (NOON, NOON - 10 * MINUTE)
    assert kinds(store) == [
        EntryKind.FIRST_POST,
        EntryKind.INCIDENT_OPENED,
        EntryKind.ALERT_FIRED,
        EntryKind.TOLD,
        EntryKind.TOLD,
    ]


@pytest.mark.parametrize(
    ("level", "roles"),
    [
        (Level.NOTICE, []),
        (Level.WARNING, ["duty"]),
        (Level.SERIOUS, ["duty", "executive"]),
        (Level.CRITICAL, ["duty", "executive"]),
    ],
)
def test_each_level_tells_whom_its_policy_names(store: Store, level: Level, roles: list[str]) -> None:
    raise_(store, a_verdict(a_rule(level=level)))
    assert [note.role.value for note in told(store)] == roles
    assert len(all_incidents(store)) == 1


def test_alerts_of_one_commit_are_one_telling_at_the_gravest_level(store: Store) -> None:
    watch, critical = raise_(store, a_verdict("watch"), a_verdict("critical"))
    assert [(n.role, n.level, n.facts["rule"]) for n in told(store)] == [
        (Role.DUTY, Level.CRITICAL, "critical"),
        (Role.EXECUTIVE, Level.CRITICAL, "critical"),
    ]
    assert store.read(incidents.told, [watch, critical]).result() == {
        watch: {Role.DUTY: NOON},
        critical: {Role.DUTY: NOON, Role.EXECUTIVE: NOON},
    }
    assert EntryKind.LEVEL_RAISED in kinds(store)


def test_a_pending_alert_waits_tells_nobody_and_fires_under_its_own_id(store: Store) -> None:
    pending = a_verdict("watch", state=AlertState.PENDING)
    first = raise_(store, pending)
    assert raise_(store, pending, at=NOON + SECOND) == first
    assert all_incidents(store) == []
    assert raise_(store, a_verdict("watch", facts={"n": 2}), at=NOON + MINUTE) == first
    (alert,) = store.read(incidents.open_alerts).result()
    assert (alert.state, alert.pending_at, alert.fired_at) == (AlertState.FIRING, NOON, NOON + MINUTE)
    assert alert.facts["n"] == 2


def test_a_pending_alert_that_comes_to_nothing_leaves_no_incident(store: Store) -> None:
    raise_(store, a_verdict("watch", state=AlertState.PENDING))
    raise_(store, cleared("watch"))
    assert all_incidents(store) == []
    assert store.read(incidents.open_alerts).result() == []
    assert store.read(incidents.fired_after, AlertId(0)).result() == []


def test_an_alert_that_fires_already_does_not_fire_again(store: Store) -> None:
    first = raise_(store, a_verdict("critical"))
    before = told(store), kinds(store)
    assert raise_(store, a_verdict("critical", facts={}, calm_since=NOON + 5), at=NOON + MINUTE) == first
    assert (told(store), kinds(store)) == before
    (alert,) = store.read(incidents.open_alerts).result()
    assert (alert.calm_since, alert.facts["total_negative"]) == (NOON + 5, 40)
    raise_(store, a_verdict("critical"), at=NOON + MINUTE)
    assert store.read(incidents.open_alerts).result()[0].calm_since is None


def test_one_incident_per_subject_and_each_subject_its_own(store: Store) -> None:
    raise_(store, a_verdict("watch"), a_verdict("watch", a_subject("other")))
    raise_(store, a_verdict("big_account"), at=NOON + MINUTE)
    assert [(one.subject.id, one.level) for one in all_incidents(store)] == [
        ("other", Level.WARNING),
        ("root", Level.SERIOUS),
    ]
    assert [a.rule for a in store.read(incidents.alerts_of, FIRST).result()] == ["watch", "big_account"]


def test_conversations_that_proved_to_be_one_are_one_incident(store: Store) -> None:
    store.write(mentions.add, [a_scored_post("b", parent_id="a")]).result()
    raise_(store, a_verdict("watch", a_subject("a")))
    store.write(mentions.add, [a_scored_post("a", root_id="root")]).result()
    raise_(store, a_verdict("critical", a_subject("root")), at=NOON + MINUTE)
    (one,) = all_incidents(store)
    assert (one.subject.id, one.level) == ("a", Level.CRITICAL)
    assert store.read(conversations.of_incident, FIRST).result() == ["root"]


def test_a_silent_source_is_an_incident_of_its_own_that_ends_when_it_is_heard(store: Store) -> None:
    source = Subject(SubjectKind.SOURCE, "feed")
    raise_(store, a_verdict("silent", source))
    raise_(store, cleared("silent", source), at=NOON + MINUTE)
    assert kinds(store) == [
        EntryKind.SOURCE_SILENT,
        EntryKind.INCIDENT_OPENED,
        EntryKind.ALERT_FIRED,
        EntryKind.TOLD,
        EntryKind.ALERT_CLEARED,
        EntryKind.SOURCE_HEARD,
        EntryKind.ALL_CLEAR,
        EntryKind.TOLD,
    ]


def test_the_first_post_stands_in_the_timeline_with_its_own_times(store: Store) -> None:
    store.write(
        mentions.add,
        [
            a_scored_post("root", published_at=NOON - 10 * MINUTE, author="frost", text="It began here."),
            a_scored_post("late", root_id="root", published_at=NOON - 5 * MINUTE),
        ],
    ).result()
    raise_(store, a_verdict("critical"))
    first = store.read(timeline.entries, FIRST).result()[0]
    assert (first.happened_at, first.known_at) == (NOON - 10 * MINUTE, NOON - 10 * MINUTE + 20 * SECOND)
    assert (first.facts["author"], first.facts["text"], first.facts["mention"]) == ("frost", "It began here.", 1)


def test_nothing_of_a_raise_that_fails_is_left(store: Store) -> None:
    def raise_and_fail(tx: Any) -> None:
        incidents.raise_(tx, [a_verdict("critical")], NOON)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(raise_and_fail).result()
    for table in ("alert", "incident", "notification", "telling", "entry"):
        count = store.read(lambda db, name: db.value(f"SELECT count(*) FROM {name}"), table).result()
        assert count == 0, table


def test_a_drill_is_marked_wherever_it_is_read(store: Store) -> None:
    raise_(store, a_verdict("critical"), is_drill=True)
    assert incident(store).is_drill
    assert all(note.facts["is_drill"] for note in told(store))


def test_a_replay_writes_down_whom_it_would_have_told_and_tells_nobody(store: Store) -> None:
    (alert,) = raise_(store, a_verdict("critical"), is_replay=True)
    assert store.read(incidents.told, [alert]).result()[alert] == {Role.DUTY: NOON, Role.EXECUTIVE: NOON}
    assert [(n.state, n.reason) for n in told(store)] == [(NotificationState.MUTED, "replay")] * 2
    assert store.write(notifications.escalate, NOON + 60 * MINUTE).result() is None
    raise_(store, cleared(), at=NOON + 60 * MINUTE)
    assert store.read(notifications.due_for_dispatch, NOON + 120 * MINUTE).result() == []
    assert {note.state for note in told(store)} == {NotificationState.MUTED}


# ── once, and again only for a reason ─────────────────────────────────────────────────────────────


def test_a_further_alert_soon_after_renews_what_was_told_in_place(store: Store) -> None:
    raise_(store, a_verdict("escalate"))
    send_all(store)
    (big,) = raise_(store, a_verdict("big_account", facts={"total_negative": 60}), at=NOON + 14 * MINUTE)
    assert [(n.why, n.revision, n.delivered, n.facts["total_negative"]) for n in told(store)] == [
        (Why.NEW, 2, 1, 60),
        (Why.NEW, 2, 1, 60),
    ]
    at = NOON + 14 * MINUTE
    assert store.read(incidents.told, [big]).result()[big] == {Role.DUTY: at, Role.EXECUTIVE: at}


def test_a_further_alert_after_a_quarter_of_an_hour_is_a_new_notification_in_the_place_of_the_old(store: Store) -> None:
    raise_(store, a_verdict("escalate"))
    send_all(store)
    raise_(store, a_verdict("big_account"), at=NOON + 15 * MINUTE)
    assert summary(store) == [
        ("duty", "new", "cancelled"),
        ("executive", "new", "cancelled"),
        ("duty", "new", "pending"),
        ("executive", "new", "pending"),
    ]
    assert [n.replaces for n in told(store)][2:] == ["1-1-1", "1-2-1"]


def test_a_rise_in_level_is_told_at_once(store: Store) -> None:
    raise_(store, a_verdict("watch"))
    send_all(store)
    raise_(store, a_verdict("critical"), at=NOON + MINUTE)
    assert summary(store) == [
        ("duty", "new", "cancelled"),
        ("duty", "raised", "pending"),
        ("executive", "new", "pending"),
    ]
    assert incident(store).level is Level.CRITICAL
    rise = next(e for e in store.read(timeline.entries, FIRST).result() if e.kind is EntryKind.LEVEL_RAISED)
    assert (rise.facts["from"], rise.facts["to"]) == ("warning", "critical")


def test_a_lesser_alert_lowers_nothing(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    raise_(store, a_verdict("watch"), at=NOON + 20 * MINUTE)
    assert incident(store).level is Level.CRITICAL
    newest = told(store)[-1]
    assert (newest.role, newest.level, newest.facts["level"]) == (Role.DUTY, Level.CRITICAL, "critical")
    assert newest.sound_at == NOON + 25 * MINUTE


def test_an_acknowledged_incident_is_not_told_again_unless_the_level_rises(store: Store) -> None:
    raise_(store, a_verdict("escalate"))
    send_all(store)
    acknowledge(store)
    raise_(store, a_verdict("big_account"), at=NOON + 30 * MINUTE)
    assert {note.state for note in told(store)} == {NotificationState.ANSWERED}
    assert store.write(notifications.escalate, NOON + 60 * MINUTE).result() is None
    raise_(store, a_verdict("critical"), at=NOON + 60 * MINUTE)
    assert summary(store)[2:] == [("duty", "raised", "pending"), ("executive", "raised", "pending")]
    assert store.write(notifications.escalate, NOON + 61 * MINUTE).result() == NOON + 65 * MINUTE


def test_the_all_clear_takes_the_place_of_what_was_told_and_nothing_sounds_any_more(store: Store) -> None:
    raise_(store, a_verdict("watch"), a_verdict("critical"))
    send_all(store)
    raise_(store, cleared("critical"), at=NOON + 30 * MINUTE)
    assert incident(store).is_firing
    assert len(told(store)) == 2
    raise_(store, cleared("watch", facts={"total_negative": 90}), at=NOON + 40 * MINUTE)
    assert not incident(store).is_firing
    assert incident(store).state is IncidentState.OPEN
    clear = told(store)[2:]
    assert [(n.why, n.state, n.replaces, n.sound_at) for n in clear] == [
        (Why.CLEAR, NotificationState.PENDING, "1-1-1", None),
        (Why.CLEAR, NotificationState.PENDING, "1-2-1", None),
    ]
    assert clear[0].facts["total_negative"] == 90
    assert clear[0].facts["calm_for"] == 30 * MINUTE
    assert [n.state for n in told(store)[:2]] == [NotificationState.CANCELLED] * 2
    assert store.write(notifications.escalate, NOON + 90 * MINUTE).result() is None


def test_only_who_was_told_hears_the_all_clear(store: Store) -> None:
    raise_(store, a_verdict("watch"))
    raise_(store, cleared("watch"), at=NOON + 30 * MINUTE)
    assert [note.role for note in told(store) if note.why is Why.CLEAR] == [Role.DUTY]


def test_an_acknowledged_incident_clears_in_its_timeline_alone(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    send_all(store)
    acknowledge(store)
    raise_(store, cleared(), at=NOON + 30 * MINUTE)
    assert EntryKind.ALL_CLEAR in kinds(store)
    assert store.read(notifications.open_for).result() == []


def test_what_flares_up_again_after_the_all_clear_is_told_anew(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    raise_(store, cleared(), at=NOON + 5 * MINUTE)
    raise_(store, a_verdict("critical"), at=NOON + 6 * MINUTE)
    assert [one.is_firing for one in all_incidents(store)] == [True]
    fresh = [n for n in told(store) if n.state is NotificationState.PENDING]
    assert [(n.role, n.why, n.try_at) for n in fresh] == [(Role.DUTY, Why.NEW, None), (Role.EXECUTIVE, Why.NEW, None)]


def test_a_flapping_warning_rings_at_most_every_quarter_of_an_hour(store: Store) -> None:
    source = Subject(SubjectKind.SOURCE, "feed")
    raise_(store, a_verdict("silent", source))
    send_all(store)
    raise_(store, cleared("silent", source), at=NOON + MINUTE)
    send_all(store, NOON + MINUTE)
    raise_(store, a_verdict("silent", source), at=NOON + 2 * MINUTE)
    assert store.read(notifications.due_for_dispatch, NOON + 14 * MINUTE).result() == []
    assert store.read(notifications.next_due, NOON + 2 * MINUTE).result() == NOON + 15 * MINUTE
    (due,) = store.read(notifications.due_for_dispatch, NOON + 15 * MINUTE).result()
    assert due.why is Why.NEW
    raise_(store, cleared("silent", source), at=NOON + 3 * MINUTE)
    assert store.read(notifications.due_for_dispatch, NOON + 60 * MINUTE).result() == []


# ── acts ──────────────────────────────────────────────────────────────────────────────────────────


def test_who_takes_it_first_has_it(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    send_all(store)
    acknowledge(store, NOON + MINUTE, "Lin")
    with pytest.raises(NotAllowed) as caught:
        acknowledge(store, NOON + 2 * MINUTE, "Zhou")
    assert caught.value.fields["by"] == "Lin"
    taken = incident(store)
    assert (taken.state, taken.acknowledged_by, taken.acknowledged_at, taken.note) == (
        IncidentState.HANDLING,
        "Lin",
        NOON + MINUTE,
        "on it",
    )
    assert [(n.state, n.answered_at) for n in told(store)] == [(NotificationState.ANSWERED, NOON + MINUTE)] * 2
    (entry,) = [e for e in store.read(timeline.entries, FIRST).result() if e.kind is EntryKind.ACKNOWLEDGED]
    assert (entry.actor, entry.facts["note"], entry.facts["via"]) == ("Lin", "on it", "card")


def test_what_was_not_yet_sent_when_somebody_took_it_is_never_sent(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    acknowledge(store)
    assert {note.state for note in told(store)} == {NotificationState.CANCELLED}
    assert store.read(notifications.due_for_dispatch, NOON + MINUTE).result() == []
    with pytest.raises(NotAllowed):
        store.write(notifications.mark, NotificationId("1-1-1"), NotificationEvent.SEND, NOON).result()


def test_a_rise_after_the_acknowledgement_is_answered_once_more_and_the_taker_stays(store: Store) -> None:
    raise_(store, a_verdict("escalate"))
    acknowledge(store, NOON, "Lin")
    raise_(store, a_verdict("critical"), at=NOON + MINUTE)
    send_all(store, NOON + MINUTE)
    acknowledge(store, NOON + 2 * MINUTE, "Zhou")
    assert incident(store).acknowledged_by == "Lin"
    assert [n.state for n in told(store)[2:]] == [NotificationState.ANSWERED] * 2
    takers = [e.actor for e in store.read(timeline.entries, FIRST).result() if e.kind is EntryKind.ACKNOWLEDGED]
    assert takers == ["Lin", "Zhou"]
    with pytest.raises(NotAllowed):
        acknowledge(store, NOON + 3 * MINUTE, "Wu")


def test_it_may_still_be_taken_after_it_cleared(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    send_all(store)
    raise_(store, cleared(), at=NOON + MINUTE)
    acknowledge(store, NOON + 2 * MINUTE)
    assert incident(store).state is IncidentState.HANDLING
    assert store.read(notifications.open_for).result() == []


def test_an_incident_goes_its_way_and_every_step_is_signed(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    acknowledge(store)
    for act in (IncidentAct.RESPOND, IncidentAct.WATCH, IncidentAct.RESOLVE):
        move(store, act, NOON + MINUTE)
    done = incident(store)
    assert (done.state, done.resolved_at) == (IncidentState.RESOLVED, NOON + MINUTE)
    steps = [e for e in store.read(timeline.entries, FIRST).result() if e.kind is EntryKind.STATE_CHANGED]
    assert [(e.actor, e.facts["from"], e.facts["to"]) for e in steps] == [
        ("Lin", "handling", "responded"),
        ("Lin", "responded", "watching"),
        ("Lin", "watching", "resolved"),
    ]


def test_an_act_that_does_not_fit_changes_nothing(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    before = incident(store), kinds(store), told(store)
    for act in (IncidentAct.RESPOND, IncidentAct.WATCH, IncidentAct.REOPEN):
        with pytest.raises(NotAllowed):
            move(store, act)
    with pytest.raises(NotAllowed):
        store.write(incidents.acknowledge, IncidentId(9), "Lin", "", NOON).result()
    with pytest.raises(NotAllowed):
        store.write(incidents.note, IncidentId(9), "Lin", "text", NOON).result()
    assert (incident(store), kinds(store), told(store)) == before


def test_resolving_withdraws_what_is_told_and_a_new_alert_is_a_new_matter(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    send_all(store)
    move(store, IncidentAct.RESOLVE)
    assert store.read(notifications.open_for).result() == []
    assert store.write(notifications.escalate, NOON + 60 * MINUTE).result() is None
    raise_(store, a_verdict("big_account"), at=NOON + MINUTE)
    assert [(one.id, one.state) for one in all_incidents(store)] == [
        (2, IncidentState.OPEN),
        (1, IncidentState.RESOLVED),
    ]
    raise_(store, cleared(), at=NOON + 2 * MINUTE)
    assert kinds(store)[-1] is EntryKind.ALERT_CLEARED
    assert [n.incident for n in store.read(notifications.open_for).result()] == [2, 2]


def test_what_is_opened_again_while_it_burns_is_told_again(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    send_all(store)
    acknowledge(store)
    move(store, IncidentAct.RESOLVE, NOON + MINUTE)
    move(store, IncidentAct.REOPEN, NOON + 2 * MINUTE)
    again = incident(store)
    assert (again.state, again.acknowledged_by, again.resolved_at) == (IncidentState.OPEN, None, None)
    assert summary(store)[2:] == [("duty", "new", "pending"), ("executive", "new", "pending")]
    acknowledge(store, NOON + 3 * MINUTE, "Zhou")
    assert incident(store).acknowledged_by == "Zhou"


def test_what_is_opened_again_after_it_cleared_tells_nobody(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    acknowledge(store)
    raise_(store, cleared(), at=NOON + MINUTE)
    move(store, IncidentAct.RESOLVE, NOON + 2 * MINUTE)
    move(store, IncidentAct.REOPEN, NOON + 3 * MINUTE)
    assert store.read(notifications.open_for).result() == []


def test_an_incident_is_not_opened_again_beside_another_of_its_subject(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    move(store, IncidentAct.RESOLVE)
    raise_(store, a_verdict("big_account"), at=NOON + MINUTE)
    with pytest.raises(NotAllowed) as caught:
        move(store, IncidentAct.REOPEN, NOON + 2 * MINUTE)
    assert caught.value.fields["other"] == 2


def test_a_note_may_tell_of_what_happened_earlier(store: Store) -> None:
    raise_(store, a_verdict("critical"))
    store.write(incidents.note, FIRST, "Lin", "Called the plant.", NOON + MINUTE, NOON - MINUTE).result()
    entry = store.read(timeline.entries, FIRST).result()[-1]
    assert (entry.kind, entry.actor, entry.facts) == (EntryKind.NOTE, "Lin", {"text": "Called the plant."})
    assert (entry.happened_at, entry.known_at) == (NOON - MINUTE, NOON + MINUTE)


def test_lists_say_what_burns_and_what_is_left(store: Store) -> None:
    raise_(
        store, a_verdict("critical"), a_verdict("critical", a_subject("two")), a_verdict("watch", a_subject("three"))
    )
    raise_(store, cleared("critical", a_subject("two")), at=NOON + MINUTE)
    move(store, IncidentAct.RESOLVE, number=IncidentId(3))
    assert store.read(incidents.burning).result() == [ROOT]
    assert [one.id for one in store.read(incidents.list_).result()] == [2, 1]
    assert [one.id for one in store.read(incidents.list_, True).result()] == [3, 2, 1]
    assert store.read(incidents.newest_alert).result() == 3
    assert [a.id for a in store.read(incidents.fired_after, AlertId(1)).result()] == [2, 3]


# ── people ────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_of_a_role_is_told(store: Store) -> None:
    store.write(watchlist.save_contact, Contact(ContactId(0), "Wu", Role.DUTY), "Lin", NOON).result()
    raise_(store, a_verdict("watch"))
    assert [(n.contact, n.role) for n in told(store)] == [(1, Role.DUTY), (3, Role.DUTY)]


def test_nobody_waits_for_an_empty_step(store: Store) -> None:
    def without_executive(tx: Any) -> None:
        # The watchlist refuses this; a store edited by hand, or an older one, may still be so.
        row = dict(tx.row("SELECT * FROM contact WHERE role = 'executive'"))
        tx.table("contact").insert({**row, "version": 2, "is_removed": 1})
        watchlist.save_contact(tx, Contact(ContactId(0), "Wu", Role.DEPUTY), "Lin", NOON)

    store.write(without_executive).result()
    raise_(store, a_verdict("critical"))
    assert [note.role for note in told(store)] == [Role.DUTY, Role.DEPUTY]


def test_the_clock_of_a_raise_is_the_one_it_is_given(store: Store, clock: ReplayClock) -> None:
    raise_(store, a_verdict("critical"), at=NOON - MINUTE)
    entry = store.read(timeline.entries, FIRST).result()[-1]
    assert (entry.happened_at, entry.recorded_at) == (NOON - MINUTE, clock.now())
