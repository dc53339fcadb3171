"""What an alert saw and what a notification tells, word for word."""

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from console.domain.clock import HOUR, MINUTE
from console.domain.escalation import ContactId, Notification, NotificationId, NotificationState, Role, Why
from console.domain.incident import Incident, IncidentId, IncidentState
from console.domain.rule import Level
from console.words import Words
from tests.helpers.builders import NOON, a_subject

ZH, EN = Words("zh_CN", UTC), Words("en", UTC)

FACTS: dict[str, Any] = {
    "rule": "critical",
    "kind": "escalate",
    "level": "critical",
    "title": "云杉冷柜门关不严",
    "subject": {"kind": "conversation", "id": "root"},
    "first_post_at": NOON - 2 * HOUR - 14 * MINUTE,
    "at": NOON,
    "negatives": {"5": 9, "30": 23, "60": 40},
    "expected_30": 1.8,
    "share": [0.714, 0.62, 0.8],
    "values": {"big_accounts": 3.0},
    "total_negative": 110,
    "tier": 3,
    "largest": {"author": "城市观察者", "followers": 1_024_000, "mention": 3},
}
SILENT = {
    "rule": "silent",
    "kind": "silent",
    "level": "warning",
    "title": "论坛",
    "subject": {"kind": "source", "id": "论坛"},
    "values": {"silent_minutes": 3.4},
    "at": NOON,
}

NEW = Notification(
    NotificationId("1-2-1"),
    IncidentId(1),
    ContactId(2),
    Role.EXECUTIVE,
    Level.CRITICAL,
    Why.NEW,
    NotificationState.PENDING,
    NOON,
    FACTS,
)


def test_an_alert_says_what_it_saw() -> None:
    assert EN.alert_sentence(FACTS) == (
        "23 negative posts in 30 minutes where 2 are usual; 71 % negative; 3 big accounts; reached blogs"
    )
    assert ZH.alert_sentence(FACTS) == "30 分钟 23 条负面，平时 2 条；负面占 71 %；3 个大号；已到博客"


@pytest.mark.parametrize(
    ("changes", "english"),
    [
        ({"expected_30": 0.4}, "23 negative posts in 30 minutes where fewer than 1 is usual"),
        ({"expected_30": 1.2}, "23 negative posts in 30 minutes where 1 is usual"),
        ({"expected_30": None}, "23 negative posts in 30 minutes"),
        ({"negatives": {"30": 1}, "expected_30": 0.9}, "1 negative post in 30 minutes where fewer than 1 is usual"),
    ],
)
def test_what_is_usual_is_said_as_far_as_it_is_known(changes: dict[str, Any], english: str) -> None:
    known = {**FACTS, "share": None, "values": {}, "tier": 1, **changes}
    assert EN.alert_sentence(known) == english


def test_one_big_account_is_named_first() -> None:
    facts = {**FACTS, "kind": "big_account", "negatives": {"30": 1}, "share": None, "values": {}, "tier": 1}
    assert EN.alert_sentence(facts).startswith("a negative by 城市观察者 with 1.02M followers; 1 negative post")
    assert ZH.alert_sentence(facts).startswith("城市观察者（102 万粉）发了负面；30 分钟 1 条负面")


def test_a_silent_source_is_said_to_be_silent() -> None:
    assert EN.alert_sentence(SILENT) == "nothing heard from 论坛 for 3 min 24 s beyond its usual gap"
    assert ZH.alert_sentence(SILENT) == "信源“论坛”超出平常间隔 3 分 24 秒没有数据"
    everywhere = {**SILENT, "subject": {"kind": "source", "id": "*"}}
    assert EN.alert_sentence(everywhere) == "every source is silent: nothing can be heard"


def test_a_new_notification() -> None:
    title, body = EN.notification(NEW)
    assert title == "■ Critical: 云杉冷柜门关不严, 110 negatives"
    assert body.splitlines() == [
        "23 negative posts in 30 minutes where 2 are usual; 71 % negative; 3 big accounts; reached blogs.",
        "Largest author 1.02M, first post 2:14 ago.",
    ]
    assert ZH.notification(NEW) == (
        "■ 红：云杉冷柜门关不严，110 条负面",
        "30 分钟 23 条负面，平时 2 条；负面占 71 %；3 个大号；已到博客。\n最大作者 102 万粉，首帖至今 2:14。",
    )


def test_one_that_is_renewed_in_place_says_how_long_it_waits() -> None:
    later = NOON + 19 * MINUTE + 30_000
    assert ZH.notification(NEW, later)[1].startswith("等您认领 19 分钟；30 分钟 23 条负面")
    assert EN.notification(NEW, later)[1].startswith("Waiting for you 19 min; 23 negative posts")
    assert "Waiting" not in EN.notification(replace(NEW, answered_at=NOON), later)[1]


def test_the_deputy_is_told_why() -> None:
    unseen = replace(NEW, why=Why.UNSEEN, role=Role.DEPUTY)
    assert EN.notification(unseen)[1].startswith("The executive has not seen it; please step in; 23 negative")
    assert ZH.notification(unseen)[1].startswith("一把手尚未看到，请您接手；")


def test_an_all_clear_closes_it() -> None:
    clear = replace(NEW, why=Why.CLEAR, facts={**FACTS, "total_negative": 598, "calm_for": 30 * MINUTE})
    assert ZH.notification(clear) == ("解除：云杉冷柜门关不严", "低于阈值已 30 分钟，共 598 条负面。")
    assert EN.notification(clear) == (
        "All clear: 云杉冷柜门关不严",
        "Below the threshold for 30 min, 598 negatives in all.",
    )


def test_a_source_that_is_heard_again() -> None:
    clear = replace(NEW, why=Why.CLEAR, facts=SILENT)
    assert EN.notification(clear) == ("All clear: 论坛", "Heard again.")


def test_blind_is_not_quiet() -> None:
    told = replace(NEW, level=Level.WARNING, facts=SILENT)
    assert EN.notification(told) == (
        "▲ Warning: nothing heard from 论坛 for 3 min 24 s beyond its usual gap",
        "Posts may be missing: quiet is not safe. Check the source.",
    )


def test_a_drill_says_so_first() -> None:
    told = replace(NEW, facts={**FACTS, "is_drill": True})
    assert EN.notification(told)[0].startswith("Drill · ■ Critical:")
    assert ZH.notification(told)[0].startswith("演练 · ■ 红：")
    assert EN.notification(replace(told, why=Why.CLEAR))[0].startswith("Drill · All clear:")


@pytest.mark.parametrize("words", [EN, ZH])
@pytest.mark.parametrize("why", list(Why))
def test_strangers_words_stay_on_their_line(words: Words, why: Why) -> None:
    hostile = "{title} %s\n\n<table>\u202e\x00" + "x" * 1000
    told = replace(NEW, why=why, facts={**FACTS, "title": hostile, "largest": {"author": hostile, "followers": None}})
    title, body = words.notification(told)
    assert "\n" not in title
    assert len(body.splitlines()) <= 2
    assert not set("\u202e\x00") & set(title + body)
    assert len(title) < 130


@pytest.mark.parametrize("words", [EN, ZH])
@pytest.mark.parametrize("missing", [*FACTS, "everything"])
def test_facts_of_another_age_are_told_as_far_as_they_go(words: Words, missing: str) -> None:
    facts = {} if missing == "everything" else {k: v for k, v in FACTS.items() if k != missing}
    for why in Why:
        title, _ = words.notification(replace(NEW, why=why, facts=facts), NOON + HOUR)
        assert title


def test_an_incident_is_named_by_its_title_else_by_its_number() -> None:
    incident = Incident(IncidentId(7), a_subject(), Level.NOTICE, IncidentState.OPEN, " ", NOON, NOON, is_firing=True)
    assert EN.title(incident) == "Incident 7"
    assert ZH.title(incident) == "舆情事件 7"
    assert EN.title(replace(incident, title="a\nb" * 100)).endswith("…")
