"""What the card says of an incident: read from a real store, put into its reader's words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from console.domain.clock import MINUTE, ReplayClock
from console.domain.conversation import SubjectKind
from console.domain.escalation import ContactId, NotificationEvent, Role, Why
from console.domain.incident import AlertState, Incident, IncidentAct, IncidentId, IncidentState
from console.domain.rule import Level
from console.store import incidents, notifications, watchlist
from console.store.database import Store
from console.ui.card_face import Face, Stage, Told, face, read
from console.words import UNKNOWN, Words
from tests.helpers.builders import NOON, a_subject, a_verdict
from tests.helpers.notifications import AT, EXECUTIVE, a_notification

ENGLISH, CHINESE = Words("en", UTC), Words("zh_CN", UTC)
INCIDENT = Incident(
    IncidentId(1),
    a_subject("1"),
    Level.CRITICAL,
    IncidentState.OPEN,
    "Cold rooms",
    AT,
    AT - 60 * MINUTE,
    is_firing=True,
)


def a_face(words: Words = ENGLISH, /, stage: Stage = Stage.OPEN, at: int = AT, **changes: object) -> Face:
    incident = replace(INCIDENT, acknowledged_by="Lin", acknowledged_at=AT + 9 * MINUTE)
    return face(Told(a_notification(EXECUTIVE, **changes), EXECUTIVE, incident, stage), words, at)


def test_the_figures_stand_with_their_ranges_and_what_is_known_of_them() -> None:
    said = a_face()
    assert (said.heading, said.title, said.number, said.unit) == (
        "Critical",
        "Cold rooms that do not close",
        "110",
        "negatives",
    )
    assert said.since == "1:00 since first post"
    assert (said.speed, said.speed_range) == ("1.8/min", "1.1–2.8 · 5 min")
    assert [(one.label, one.text) for one in said.lines] == [
        ("Impact", "71 % negative (63–78 %); Weibo 96, Forum 12, Blog 2"),
        ("Reach", "at most 1.81M (103 of 118 known); largest 1.02M"),
    ]
    assert "largest author Daily Door, 1.02M followers" in said.lines[1].whole
    assert said.why == "40 negative posts in 30 minutes where 2 are usual; 71 % negative; reached blogs."
    assert (said.to, said.by) == ("To Zhou", "Zhou")
    assert len(said.spark) == 60


def test_it_speaks_chinese() -> None:
    said = a_face(CHINESE)
    assert (said.heading, said.unit, said.since) == ("红", "条负面", "首帖至今 1:00")
    assert said.lines[0].text == "负面占 71 %（63–78 %）；微博 96、论坛 12、博客 2"
    assert said.lines[1].text == "至多 181 万（已知作者 103/118）；最大 102 万粉"
    assert (said.acknowledge, said.open_, said.to) == ("认领", "打开", "致 Zhou")


def test_what_is_unknown_is_said_to_be_unknown_with_its_reason() -> None:
    said = a_face(facts={"share": None, "velocity": None, "known_authors": 0, "reach": 0, "largest": None})
    assert said.speed == UNKNOWN
    assert said.speed_why == "too few posts to say"
    assert said.lines[0].text.startswith("negative share —;")
    assert "too few posts to say" in said.lines[0].whole
    assert said.lines[1].text == "at most — (0 of 118 known)"


def test_a_deaf_desk_shows_no_number_at_all() -> None:
    facts = {"subject": {"kind": "source", "id": "*"}, "title": "*", "first_post_at": AT - 14 * MINUTE}
    silent = replace(INCIDENT, subject=a_subject("*", SubjectKind.SOURCE))
    said = face(Told(a_notification(EXECUTIVE, facts=facts), EXECUTIVE, silent, Stage.OPEN), ENGLISH, AT)
    assert (said.title, said.number, said.unit) == ("All sources silent", UNKNOWN, "negatives unknown")
    assert said.since == "14 min without data"
    assert said.spark == ()
    assert said.lines[0].text == "Posts may be missing: quiet is not safe."


def test_waiting_is_counted_in_whole_minutes() -> None:
    assert a_face(at=AT + 59_000).to == "To Zhou"
    assert a_face(at=AT + 19 * MINUTE + 59_000).to == "To Zhou · waiting for you 19 min"
    assert a_face(why=Why.UNSEEN).to == "To Zhou · the executive has not seen it"


def test_who_took_it_and_when_stands_on_it() -> None:
    said = a_face(stage=Stage.TAKEN)
    assert (said.taken, said.taken_by) == ("Acknowledged at 09:02", "by Lin")


def test_an_all_clear_says_so() -> None:
    said = a_face(stage=Stage.CLEAR, why=Why.CLEAR, facts={"calm_for": 30 * MINUTE})
    assert (said.heading, said.speed) == ("All clear", "")
    assert said.why == "Below the threshold for 30 min, 110 negatives in all."


def test_a_drill_is_marked() -> None:
    assert a_face().mark == ""
    assert a_face(facts={"is_drill": True}).mark == "DRILL"
    assert a_face(CHINESE, facts={"is_drill": True}).mark == "演练"


def test_facts_that_are_missing_are_no_error() -> None:
    bare = replace(a_notification(EXECUTIVE), facts={})
    said = face(Told(bare, EXECUTIVE, INCIDENT, Stage.OPEN), ENGLISH, AT)
    assert (said.title, said.number, said.speed) == ("Cold rooms", UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("text", ["\0\u202e\ud800", "<img src=x>\n" * 99, "", "門" * 99_999])
def test_strangers_text_is_short_and_visible(text: str) -> None:
    said = a_face(facts={"title": text, "largest": {"author": text, "followers": 1, "mention": 1}})
    for shown in (said.title, said.lines[1].whole):
        assert len(shown) < 300
        assert not {"\0", "\u202e", "\ud800", "\n"} & set(shown)


# ── what the store gives it ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "console.db", durable=False, clock=ReplayClock(NOON))
    yield store
    store.close()


def fire(store: Store, rule: str = "critical", name: str = "root", at: int = NOON) -> None:
    store.write(incidents.raise_, [a_verdict(rule, a_subject(name))], at).result(10)


def pages(store: Store, *kept: int) -> list[tuple[int, Stage]]:
    found = store.read(read, frozenset(IncidentId(n) for n in kept)).result(10)
    return [(told.incident.id, told.stage) for told in found]


def test_the_executive_s_incidents_are_shown_the_gravest_first_and_warnings_are_not(store: Store) -> None:
    fire(store, "watch", "one")
    fire(store, "escalate", "two")
    fire(store, "critical", "three", NOON + MINUTE)
    fire(store, "critical", "four", NOON + 2 * MINUTE)
    assert pages(store) == [(4, Stage.OPEN), (3, Stage.OPEN), (2, Stage.OPEN)]


def test_an_answered_incident_stays_while_it_is_on_the_card(store: Store) -> None:
    fire(store)
    store.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON, "card").result(10)
    assert pages(store, 1) == [(1, Stage.TAKEN)]
    assert pages(store) == []


def test_a_rise_after_the_answer_is_to_be_answered_anew(store: Store) -> None:
    fire(store, "escalate")
    store.write(incidents.acknowledge, IncidentId(1), "Lin", "", NOON, "card").result(10)
    fire(store, "critical", at=NOON + MINUTE)
    assert pages(store) == [(1, Stage.OPEN)]


def test_what_no_desktop_would_take_is_still_on_the_card(store: Store) -> None:
    fire(store)
    mine = store.read(notifications.open_for, Role.EXECUTIVE).result(10)[0]
    store.write(notifications.mark, mine.id, NotificationEvent.REFUSE, NOON, "desktop").result(10)
    assert pages(store) == [(1, Stage.OPEN)]


def test_an_all_clear_is_shown_until_it_was_seen(store: Store) -> None:
    fire(store)
    cleared = a_verdict("critical", a_subject(), AlertState.CLEARED)
    store.write(incidents.raise_, [cleared], NOON + MINUTE).result(10)
    assert pages(store) == [(1, Stage.CLEAR)]
    mine = store.read(notifications.open_for, Role.EXECUTIVE).result(10)[0]
    store.write(notifications.mark, mine.id, NotificationEvent.SEE, NOON, "card").result(10)
    assert pages(store, 1) == [(1, Stage.CLEAR)]  # who looks at it puts it away
    assert pages(store) == []


def test_a_resolved_incident_leaves_the_card(store: Store) -> None:
    fire(store)
    store.write(incidents.move, IncidentId(1), IncidentAct.RESOLVE, "Lin", "false alarm", NOON).result(10)
    assert pages(store, 1) == []


def test_the_deputy_s_notification_takes_the_executive_s_page(store: Store) -> None:
    deputy = replace(EXECUTIVE, id=ContactId(0), name="Qian", role=Role.DEPUTY)
    store.write(watchlist.save_contact, deputy, "Lin", NOON).result(10)
    fire(store)
    store.write(notifications.escalate, NOON + 10 * MINUTE).result(10)
    (told,) = store.read(read, frozenset()).result(10)
    assert (told.to.name, told.notification.why) == ("Qian", Why.UNSEEN)
