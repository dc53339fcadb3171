"""The screen's queries are answered from an index, however large the store: none reads a whole table."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from console.domain.clock import DAY, MINUTE
from console.domain.conversation import Subject, SubjectKind
from console.domain.escalation import NotificationEvent, NotificationId, Role
from console.domain.incident import IncidentId
from console.domain.mention import ConversationId, Label, MentionId
from console.domain.monitor import MonitorId
from console.store import conversations, coverage, feed, incidents, mentions, minutes, notifications, timeline
from console.store.connection import Db
from console.store.database import Store
from tests.helpers.builders import NOON, a_scored_post, a_subject, a_verdict

MONITOR = Subject(SubjectKind.MONITOR, "1")
SINCE, UNTIL = NOON - DAY, NOON + MINUTE
THREAD = [ConversationId("root")]

# Small by their nature: a row per source or person, a gap, or an index that holds only what is open.
_ALLOWED = re.compile(
    r"SCAN (json_each|w\b|wanted|source|source_state|s\b|gap|\(subquery|\d+ CONSTANT|contact|policy"
    r"|alert USING INDEX alert_open|incident USING INDEX incident_unresolved)"
)
_LAST_ROW = re.compile(r"ORDER BY \w+ DESC LIMIT 1$")


class Watching(Db):
    """A reader that keeps the plan of each question it is asked."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.plans: list[tuple[str, list[str]]] = []

    def rows(self, sql: str, parameters: Any = ()) -> list[Any]:
        self._look(sql, parameters)
        return super().rows(sql, parameters)

    def row(self, sql: str, parameters: Any = ()) -> Any:
        self._look(sql, parameters)
        return super().row(sql, parameters)

    def _look(self, sql: str, parameters: Any) -> None:
        found = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        self.plans.append((sql, [row["detail"] for row in found]))


def plans(store: Store, ask: Callable[[Db], object]) -> list[tuple[str, list[str]]]:
    def look(db: Db) -> list[tuple[str, list[str]]]:
        watching = Watching(db._connection)
        ask(watching)
        return watching.plans

    return store.read(look).result()


@pytest.fixture
def filled(store: Store) -> Store:
    items = [a_scored_post("root"), *(a_scored_post(root_id="root") for _ in range(40))]
    store.write(mentions.add, items, heard={"stream": 60.0}).result()
    store.write(incidents.raise_, [a_verdict("critical")], NOON).result()
    return store


QUESTIONS: dict[str, Callable[[Db], object]] = {
    "negatives": lambda db: feed.latest(db, limit=9, label=Label.NEGATIVE),
    "negatives, next page": lambda db: feed.latest(db, limit=9, label=Label.NEGATIVE, before=MentionId(20)),
    "uncertain": lambda db: feed.latest(db, limit=9, label=Label.UNCERTAIN),
    "negatives of a source": lambda db: feed.latest(db, limit=9, label=Label.NEGATIVE, source="stream"),
    "of a monitor": lambda db: feed.latest(db, limit=9, monitor=MonitorId(1)),
    "of a monitor, going on": lambda db: feed.latest(
        db, limit=9, monitor=MonitorId(1), after=MentionId(3), oldest_first=True
    ),
    "negatives of a monitor": lambda db: feed.latest(db, limit=9, label=Label.NEGATIVE, monitor=MonitorId(1)),
    "of a conversation": lambda db: feed.latest(db, limit=9, conversations=THREAD),
    "negatives of a conversation": lambda db: feed.latest(db, limit=9, conversations=THREAD, label=Label.NEGATIVE),
    "of a time": lambda db: feed.latest(db, limit=9, since=SINCE, until=UNTIL, label=Label.NEGATIVE),
    "of a time and a monitor": lambda db: feed.latest(db, limit=9, since=SINCE, monitor=MonitorId(1)),
    "one": lambda db: feed.one(db, MentionId(1)),
    "by their own ids": lambda db: feed.by_external_id(db, "weibo", ["root"]),
    "counted of a conversation": lambda db: feed.count(db, conversations=THREAD),
    "the last before a time": lambda db: feed.newest_before(db, NOON),
    "counted since": lambda db: feed.count(db, after=MentionId(3)),
    "labels": lambda db: feed.count_by_label(db, SINCE),
    "labels of a monitor": lambda db: feed.count_by_label(db, SINCE, MonitorId(1)),
    "windows at start": lambda db: mentions.for_tally(db, SINCE),
    "minutes": lambda db: minutes.counts_by_minute(db, [MONITOR, a_subject()], SINCE, UNTIL),
    "minutes added up": lambda db: minutes.totals(db, [MONITOR, a_subject()], SINCE, UNTIL),
    "a conversation summed up": lambda db: conversations.summary(db, a_subject(), NOON),
    "a monitor summed up": lambda db: conversations.summary(db, MONITOR, NOON),
    "conversations of an incident": lambda db: conversations.of_incident(db, IncidentId(1)),
    "sources": coverage.states,
    "gaps": lambda db: coverage.gaps(db, SINCE, UNTIL),
    "open alerts": incidents.open_alerts,
    "alerts of an incident": lambda db: incidents.alerts_of(db, IncidentId(1)),
    "burning": incidents.burning,
    "unresolved incidents": incidents.list_,
    "due deliveries": lambda db: notifications.due_for_dispatch(db, NOON),
    "next delivery": lambda db: notifications.next_due(db, NOON),
    "open notifications": lambda db: notifications.open_for(db, Role.DUTY),
    "notifications of an incident": lambda db: notifications.of_incident(db, IncidentId(1)),
    "an incident's timeline": lambda db: timeline.entries(db, IncidentId(1)),
    "the timeline's head": timeline.head,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_of_the_screen_reads_a_whole_table(filled: Store, question: str) -> None:
    found = plans(filled, QUESTIONS[question])
    assert found
    for sql, steps in found:
        for step in steps:
            is_whole = step.startswith("SCAN") and not _ALLOWED.match(step) and not _LAST_ROW.search(sql)
            assert not is_whole, f"{step}\n{sql}"


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("negatives", "mention_negative"),
        ("negatives, next page", "mention_negative"),
        ("uncertain", "mention_uncertain"),
        ("negatives of a source", "mention_negative_source"),
        ("negatives of a monitor", "mention_monitor_negative"),
        ("of a conversation", "mention_conversation"),
        ("negatives of a conversation", "mention_conversation"),
        ("of a time", "mention_published"),
    ],
)
def test_a_page_of_the_feed_is_led_by_the_index_made_for_it(filled: Store, question: str, index: str) -> None:
    ((_, steps),) = plans(filled, QUESTIONS[question])
    assert any(re.search(rf"USING (COVERING )?INDEX {index}\b", step) for step in steps), steps
    assert not any(step.startswith("SCAN mention") for step in steps), steps


@pytest.mark.parametrize(
    "question", ["negatives", "negatives, next page", "uncertain", "negatives of a source", "negatives of a monitor"]
)
def test_a_page_of_the_feed_is_not_sorted(filled: Store, question: str) -> None:
    ((_, steps),) = plans(filled, QUESTIONS[question])
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_escalating_looks_at_what_is_owed_alone(filled: Store) -> None:
    sql = "SELECT * FROM incident WHERE is_firing = 1 AND is_answered = 0 AND state <> 'resolved'"
    ((_, steps),) = plans(filled, lambda db: db.rows(sql))
    assert "incident_owed" in steps[0]


def test_the_outbox_is_read_by_its_own_index(filled: Store) -> None:
    filled.write(notifications.mark, NotificationId("1-1-1"), NotificationEvent.SEND, NOON, "desktop").result()
    ((_, steps),) = plans(filled, lambda db: notifications.due_for_dispatch(db, NOON))
    assert "notification_live" in steps[0]
