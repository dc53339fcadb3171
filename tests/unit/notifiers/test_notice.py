"""What a desktop notification says."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.escalation import Why
from console.domain.rule import Level
from console.notifiers._notice import answered, notice, unlinked
from console.words import Words
from tests.helpers.notifications import AT, EXECUTIVE, OFFICER, a_notification

ENGLISH, CHINESE = Words("en", UTC), Words("zh_CN", UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("look http://a.example/x?y=1 here", "look [link] here"),
        ("门坏了http://t.cn/abc，真坑", "门坏了[link]，真坑"),
        ("HTTPS://A.EXAMPLE", "[link]"),
        ("www.a.example and www2.b.example", "[link] and [link]"),
        ("a: b//c, 3://4", "a: b//c, 3://4"),
        ("no address at all", "no address at all"),
    ],
)
def test_an_address_is_named_not_shown(text: str, shown: str) -> None:
    assert unlinked(text, ENGLISH) == shown


def test_it_is_addressed_by_name_in_the_reader_s_language() -> None:
    assert notice(a_notification(), OFFICER, ENGLISH, AT).body.startswith("To Lin\n")
    assert notice(a_notification(), EXECUTIVE, CHINESE, AT).body.startswith("致 Zhou\n")


@pytest.mark.parametrize("level", list(Level))
def test_only_serious_and_critical_stay_and_an_all_clear_never_does(level: Level) -> None:
    assert notice(a_notification(level=level), OFFICER, ENGLISH, AT).stays is (level >= Level.SERIOUS)
    clear = notice(a_notification(level=level, why=Why.CLEAR), OFFICER, ENGLISH, AT)
    assert (clear.stays, clear.is_aloud, [act for act, _ in clear.buttons]) == (False, False, ["open"])


def test_it_sounds_at_first_and_whenever_it_has_become_due_again() -> None:
    first = a_notification()
    renewed = replace(first, revision=2, delivered=1)
    assert notice(first, OFFICER, ENGLISH, AT).is_aloud
    assert not notice(renewed, OFFICER, ENGLISH, AT).is_aloud
    assert notice(replace(renewed, why=Why.AGAIN), OFFICER, ENGLISH, AT).is_aloud


def test_a_role_that_nobody_was_named_for_is_addressed_and_answers_as_the_role() -> None:
    nobody = replace(EXECUTIVE, name="")
    assert notice(a_notification(), nobody, CHINESE, AT).body.startswith("致 一把手\n")
    assert answered(a_notification(), nobody, "open").by == "executive"


@given(st.text(), st.text())
def test_whatever_a_stranger_writes_it_stays_short_and_hides_nothing(title: str, author: str) -> None:
    facts = {"title": title, "kind": "big_account", "largest": {"author": author, "followers": 1, "mention": 1}}
    said = notice(a_notification(facts=facts), OFFICER, ENGLISH, AT)
    assert len(said.title) <= 160
    assert "\n" not in said.title
    assert len(said.body.splitlines()) <= 3
    assert not {"\x00", "\u202e", "\ud800", "\r"} & set(said.title + said.body)
