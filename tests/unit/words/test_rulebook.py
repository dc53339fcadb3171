"""Rules and policies as sentences that a person can check."""

import re

import pytest

from console.domain.clock import MINUTE
from console.domain.escalation import SHIPPED_POLICIES
from console.domain.reading import Measure
from console.domain.rule import SHIPPED_RULES, Rule, Threshold
from console.words import Words
from tests.helpers.builders import a_rule

ZH, EN = Words("zh_CN"), Words("en")


def test_the_gravest_rule() -> None:
    assert EN.rule(a_rule("critical")) == (
        "Critical when the burst score of all posts is at least 56, and at least 40 % of the last hour is surely "
        "negative, and besides there are at least 100 negatives in 60 minutes, or at least 3 accounts over 100,000 "
        "followers posted a negative in 60 minutes, or a negative reached portals or higher. "
        "It clears once the first figure has stayed below 28 for 30 min."
    )
    assert ZH.rule(a_rule("critical")) == (
        "红：全部帖子突发度不低于 56，且近 60 分钟负面占比下限不低于 40 %；并且近 60 分钟负面不少于 100 条，"
        "或近 60 分钟有不少于 3 个 10 万粉以上的大号发了负面，或负面传到门户或更高层级。首项低于 28 满 30 分钟后解除。"
    )


def test_hold_time_is_said() -> None:
    assert "at least 24, for 5 min." in EN.rule(a_rule("watch", hold_for=5 * MINUTE))
    assert "不低于 24，持续 5 分钟。" in ZH.rule(a_rule("watch", hold_for=5 * MINUTE))


def test_a_source_is_heard_again_at_once() -> None:
    assert EN.rule(a_rule("silent")).endswith("It clears as soon as data comes again.")
    assert EN.rule(a_rule("deaf")).startswith("Serious when every source is silent.")


@pytest.mark.parametrize("rule", SHIPPED_RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("words", [EN, ZH])
def test_every_bound_of_a_shipped_rule_stands_in_its_sentence(words: Words, rule: Rule) -> None:
    sentence = words.rule(rule)
    for threshold in (*rule.all_of, *rule.any_of):
        assert words.threshold(threshold) in sentence
    assert not re.search(r"[{}]|  |\.\.|。。", sentence)


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_may_be_bounded_by_any_number(measure: Measure) -> None:
    for bound in (0.0, 0.5, 1.0, 3.0, 7.0, 1e9):
        assert EN.threshold(Threshold(measure, bound))
        assert ZH.threshold(Threshold(measure, bound))
    assert EN.bound(measure, None) == "—"


def test_who_is_told_of_what() -> None:
    assert EN.policy(SHIPPED_POLICIES[0]) == "Nobody is told; it stands in the feed."
    assert EN.policy(SHIPPED_POLICIES[3]) == (
        "Tells at once: Duty officer, Executive; Deputy when nobody has seen it for 10 min; "
        "sounds every 5 min until seen."
    )
    assert ZH.policy(SHIPPED_POLICIES[3]) == (
        "同一刻告知值班员、一把手；10 分钟未看再告知副总；未看时每 5 分钟再响一次。"
    )
