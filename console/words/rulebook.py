"""Rulebook: what a rule asks and who is told of a level, as sentences with the bounds in plain words."""

import re
from typing import Final

from console.domain.clock import MINUTE
from console.domain.escalation import Policy, due_at_once
from console.domain.mention import Tier
from console.domain.reading import Measure
from console.domain.rule import Rule, RuleKind, Threshold
from console.words.failures import Failures
from console.words.names import say

_BLANK_AMID_CHINESE: Final = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")

_THRESHOLDS: Final = {
    Measure.BURST: say("the burst score of negatives is at least {bound}"),
    Measure.BURST_ALL: say("the burst score of all posts is at least {bound}"),
    Measure.SHARE: say("at least {bound} of the last hour is surely negative"),
    Measure.NEGATIVE_15: say("there are at least {bound} negatives in 15 minutes"),
    Measure.NEGATIVE_60: say("there are at least {bound} negatives in 60 minutes"),
    Measure.BIG_ACCOUNTS: say("at least {bound} accounts over 100,000 followers posted a negative in 60 minutes"),
    Measure.LARGEST_ACCOUNT: say("an account of at least {bound} followers posted a negative"),
    Measure.TIER: say("a negative reached {bound} or higher"),
    Measure.SILENT_MINUTES: say("a source brings nothing for {bound} beyond its usual gap"),
    Measure.SILENT_SOURCES: say("{bound} of the sources are silent"),
}


class Rulebook(Failures):
    """Failures and names, and the rules."""

    def rule(self, rule: Rule) -> str:
        """A rule as a sentence: its bounds in plain words, its hold time, and when it clears."""
        level = self.level(rule.level)
        asked = self.say(", and ").join(self.threshold(t) for t in rule.all_of)
        either = self.say(", or ").join(self.threshold(t) for t in rule.any_of)
        if asked and either:
            what = self.say("{asked}, and besides {either}", asked=asked, either=either)
        else:
            what = asked or either
        if rule.hold_for:
            what = self.say("{what}, for {span}", what=what, span=self.span(rule.hold_for))
        return self.sentence(self.say("{level} when {what}", level=level, what=what)) + self._clears(rule)

    def threshold(self, threshold: Threshold) -> str:
        """One bound in plain words."""
        bound = self.bound(threshold.measure, threshold.bound)
        if threshold.measure is Measure.SILENT_SOURCES and threshold.bound >= 1:
            return self.say("every source is silent")
        return self.say(_THRESHOLDS[threshold.measure], bound=bound)

    def bound(self, measure: Measure, value: float | None) -> str:
        """A figure of a measure with its unit, as a rule or an alert states it."""
        if value is None:
            return self.number(None)
        match measure:
            case Measure.SHARE | Measure.SILENT_SOURCES:
                return self.percent(value)
            case Measure.LARGEST_ACCOUNT:
                return self.followers(int(value))
            case Measure.TIER:
                return self.tier(Tier(int(value))) if 0 <= value <= max(Tier) else self.number(value)
            case Measure.SILENT_MINUTES:
                return self.span(int(value * MINUTE))
            case Measure.BURST | Measure.BURST_ALL:
                return self.number(value, 0 if value == int(value) else 1)
            case _:
                return self.number(value)

    def _clears(self, rule: Rule) -> str:
        if rule.kind is RuleKind.SILENT:
            clears = self.say("It clears as soon as data comes again.")
        else:
            first = (rule.all_of or rule.any_of)[0]
            calm = self.bound(first.measure, first.bound * rule.calm_share)
            clears = self.say(
                "It clears once the first figure has stayed below {calm} for {span}.",
                calm=calm,
                span=self.span(rule.calm_for),
            )
        return _BLANK_AMID_CHINESE.sub("", clears) if self.is_chinese else f" {clears}"

    def policy(self, policy: Policy) -> str:
        """Who is told of a level, when, and how often it sounds, as a sentence."""
        if not policy.steps:
            return self.say("Nobody is told; it stands in the feed.")
        at_once = self.listed(self.role(role) for role in due_at_once(policy))
        parts = [self.say("Tells at once: {roles}", roles=at_once)]
        parts += [
            self.say("{role} when nobody has seen it for {span}", role=self.role(step.role), span=self.span(step.after))
            for step in policy.steps
            if step.after
        ]
        if policy.sound_every:
            parts.append(self.say("sounds every {span} until seen", span=self.span(policy.sound_every)))
        return self.sentence(self.joined(parts))
