"""Every code of the domain has its word in both languages, and no two are confused."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from console.domain.coverage import SourceLamp
from console.domain.escalation import Contact, ContactId, NotificationState, Role, Why
from console.domain.incident import AlertState, IncidentAct, IncidentState
from console.domain.mention import TIERS, Label, ReasonKind, Tier
from console.domain.reading import Measure
from console.domain.rule import SHIPPED_RULES, Level, RuleKind
from console.words import SHAPES, Words

ZH, EN = Words("zh_CN"), Words("en")

NAMED: list[tuple[Callable[[Words], Callable[[Any], str]], Any]] = [
    (lambda w: w.level, Level),
    (lambda w: w.label, Label),
    (lambda w: w.role, Role),
    (lambda w: w.state, IncidentState),
    (lambda w: w.state, AlertState),
    (lambda w: w.state, NotificationState),
    (lambda w: w.act, IncidentAct),
    (lambda w: w.tier, Tier),
    (lambda w: w.measure, Measure),
    (lambda w: w.measure_meaning, Measure),
    (lambda w: w.rule_kind, RuleKind),
    (lambda w: w.reason_kind, ReasonKind),
    (lambda w: w.why, Why),
    (lambda w: w.lamp, SourceLamp),
    (lambda w: w.rule_name, [rule.id for rule in SHIPPED_RULES]),
]


@pytest.mark.parametrize(("method", "codes"), NAMED)
def test_every_code_has_a_word_of_its_own(method: Callable[[Words], Callable[[Any], str]], codes: Any) -> None:
    english = [method(EN)(code) for code in codes]
    chinese = [method(ZH)(code) for code in codes]
    assert len(set(english)) == len(english)
    assert len(set(chinese)) == len(chinese)
    assert all(re.search("[\u4e00-\u9fff]", word) for word in chinese)
    assert not any(re.search("[\u4e00-\u9fff]", word) for word in english)


def test_the_glossary() -> None:
    assert [ZH.level(level) for level in Level] == ["蓝", "黄", "橙", "红"]
    assert [ZH.state(state) for state in IncidentState] == ["待研判", "处置中", "已回应", "观察", "已结"]
    assert [ZH.label(label) for label in Label] == ["负面", "待研判", "中性", "正面"]
    assert ZH.act(IncidentAct.ACKNOWLEDGE) == "认领"


def test_a_level_always_comes_with_its_shape() -> None:
    assert [ZH.level_with_shape(level) for level in Level] == ["● 蓝", "▲ 黄", "◆ 橙", "■ 红"]
    assert set(SHAPES) == set(Level)


def test_platforms_have_names_and_a_strangers_platform_is_a_strangers_text() -> None:
    assert all(EN.platform(name) for name in TIERS)
    assert ZH.platform("weibo") == "微博"
    assert EN.platform("<b>\u202e") == "<b>⟦U+202E⟧"


def test_what_was_not_judged_is_said_to_be_so() -> None:
    assert (EN.label(None), ZH.label(None)) == ("Not judged", "未判定")


def test_a_contact_without_a_name_is_called_by_the_role() -> None:
    assert ZH.contact(Contact(ContactId(1), "", Role.EXECUTIVE)) == "一把手"
    assert ZH.contact(Contact(ContactId(1), "李明", Role.EXECUTIVE)) == "李明（一把手）"
    assert EN.contact(Contact(ContactId(1), "Li Ming", Role.DUTY)) == "Li Ming (Duty officer)"


def test_who_did_it() -> None:
    assert (ZH.actor("machine"), EN.actor("machine"), EN.actor("Li\x00")) == ("系统", "Machine", "Li⟦U+0000⟧")


def test_a_row_of_the_store() -> None:
    assert (EN.row("mention", 12), ZH.row("mention", 12)) == ("mention 12", "提及 12")
