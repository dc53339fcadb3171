"""Stories: facts -> sentences: what an alert saw, a notification tells, an entry records, a rule asks."""

import re
from collections.abc import Mapping
from typing import Any, Final

from console.domain.clock import MINUTE, Instant
from console.domain.conversation import SubjectKind
from console.domain.escalation import Notification, Policy, Why, due_at_once
from console.domain.incident import Incident
from console.domain.mention import Tier
from console.domain.reading import Measure
from console.domain.rule import Level, Rule, RuleKind, Threshold
from console.domain.timeline import Entry, EntryKind
from console.words.failures import Failures
from console.words.names import SHAPES, say
from console.words.strangers import line, quoted

Facts = Mapping[str, Any]

ALL_SOURCES: Final = "*"
_TITLE: Final = 60
_BLANK_AMID_CHINESE: Final = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


class Words(Failures):
    """Everything the console says, in one language and one zone; made once and handed around."""

    def title(self, incident: Incident) -> str:
        """An incident's title on one line; one without words of its own is named by its number."""
        return line(incident.title, _TITLE) or self.say("Incident {id}", id=incident.id)

    # what an alert saw

    def alert_sentence(self, facts: Facts) -> str:
        """What an alert saw: ``23 negative posts in 30 minutes where 2 are usual; 71 % negative; 3 big accounts``."""
        if _subject(facts) is SubjectKind.SOURCE:
            return self._silence(facts)
        parts = [self._largest(facts)] if facts.get("kind") == RuleKind.BIG_ACCOUNT else []
        parts += [self._counts(facts), self._share(facts), self._big_accounts(facts), self._reached(facts)]
        return self.joined(parts)

    def _counts(self, facts: Facts) -> str:
        n = (facts.get("negatives") or {}).get("30")
        if n is None:
            return ""
        usual = facts.get("expected_30")
        window = self.minutes(30)
        if usual is None:
            return self.count("{n} negative post in {window}", "{n} negative posts in {window}", n, window=window)
        if usual < 1:
            return self.count(
                "{n} negative post in {window} where fewer than 1 is usual",
                "{n} negative posts in {window} where fewer than 1 is usual",
                n,
                window=window,
            )
        return self.count(
            "{n} negative post in {window} where {usual} are usual",
            "{n} negative posts in {window} where {usual} are usual",
            n,
            window=window,
            usual=self.number(round(usual)),
        )

    def _share(self, facts: Facts) -> str:
        share = facts.get("share")
        return self.say("{share} negative", share=self.percent(share[0])) if share else ""

    def _big_accounts(self, facts: Facts) -> str:
        n = _figure(facts, Measure.BIG_ACCOUNTS)
        return self.count("{n} big account", "{n} big accounts", int(n)) if n else ""

    def _reached(self, facts: Facts) -> str:
        tier = facts.get("tier") or 0
        return self.say("reached {tier}", tier=self.tier(Tier(tier))) if tier >= Tier.BLOG else ""

    def _largest(self, facts: Facts) -> str:
        largest = facts.get("largest")
        if not largest:
            return ""
        return self.say(
            "a negative by {author} with {followers} followers",
            author=quoted(str(largest.get("author") or ""), 40),
            followers=self.followers(largest.get("followers")),
        )

    def _silence(self, facts: Facts) -> str:
        if facts["subject"]["id"] == ALL_SOURCES:
            return self.say("every source is silent: nothing can be heard")
        minutes = _figure(facts, Measure.SILENT_MINUTES)
        source = quoted(str(facts.get("title") or facts["subject"]["id"]), 40)
        if minutes is None:
            return self.say("nothing heard from {source}", source=source)
        return self.say(
            "nothing heard from {source} for {span} beyond its usual gap",
            source=source,
            span=self.span(int(minutes * MINUTE)),
        )

    # what a notification tells

    def notification(self, notification: Notification, now: Instant | None = None) -> tuple[str, str]:
        """Title and body, plain text of one line and at most two. ``now`` is when it is shown."""
        facts = notification.facts
        if notification.why is Why.CLEAR:
            return self._clear(facts)
        return self._headline(notification.level, facts), self._body(notification, facts, now)

    def _headline(self, level: Level, facts: Facts) -> str:
        if _subject(facts) is SubjectKind.SOURCE:
            what = self._silence(facts)
        else:
            n = facts.get("total_negative")
            what = quoted(str(facts.get("title") or ""), _TITLE)
            if n is not None:
                what = self.count("{title}, {n} negative", "{title}, {n} negatives", n, title=what)
        headline = self.say("{shape} {level}: {what}", shape=SHAPES[level], level=self.level(level), what=what)
        return self.say("Drill · {headline}", headline=headline) if facts.get("is_drill") else headline

    def _body(self, notification: Notification, facts: Facts, now: Instant | None) -> str:
        waited = (now or facts.get("at") or notification.created_at) - notification.created_at
        first = self.alert_sentence(facts) if _subject(facts) is not SubjectKind.SOURCE else ""
        if notification.why is Why.UNSEEN:
            first = self.joined([self.say("the executive has not seen it; please step in"), first])
        elif waited >= MINUTE and notification.answered_at is None:
            first = self.joined([self.say("waiting for you {span}", span=self.span(waited - waited % MINUTE)), first])
        lines = [self.sentence(_capital(first)), self.sentence(self._context(facts))]
        return "\n".join(part for part in lines if part)

    def _context(self, facts: Facts) -> str:
        if _subject(facts) is SubjectKind.SOURCE:
            return self.say("Posts may be missing: quiet is not safe. Check the source")
        parts = []
        largest = facts.get("largest")
        if largest and facts.get("kind") != RuleKind.BIG_ACCOUNT:
            parts.append(self.say("largest author {followers}", followers=self.followers(largest.get("followers"))))
        if facts.get("first_post_at") is not None and facts.get("at") is not None:
            since = self.elapsed(facts["at"] - facts["first_post_at"])
            parts.append(self.say("first post {elapsed} ago", elapsed=since))
        return _capital(self._commas(parts))

    def _clear(self, facts: Facts) -> tuple[str, str]:
        title = quoted(str(facts.get("title") or ""), _TITLE)
        if _subject(facts) is SubjectKind.SOURCE:
            heard = self.say("heard again")
            return self.say("All clear: {title}", title=title), self.sentence(_capital(heard))
        parts = [self.say("below the threshold")]
        if facts.get("calm_for"):
            parts = [self.say("below the threshold for {span}", span=self.span(facts["calm_for"]))]
        if facts.get("total_negative") is not None:
            parts.append(self.count("{n} negative in all", "{n} negatives in all", facts["total_negative"]))
        return self.say("All clear: {title}", title=title), self.sentence(_capital(self._commas(parts)))

    def _commas(self, parts: list[str]) -> str:
        return ("，" if self.is_chinese else ", ").join(parts)

    # what an entry records

    def entry(self, entry: Entry) -> str:
        """One line of the timeline, without times and actor."""
        facts = entry.facts
        match entry.kind:
            case EntryKind.FIRST_POST:
                return self.say(
                    "First post, {author} on {platform}: {text}",
                    author=quoted(str(facts.get("author") or ""), 40),
                    platform=self.platform(str(facts.get("platform") or "")),
                    text=quoted(str(facts.get("text") or facts.get("title") or ""), 120),
                )
            case EntryKind.ALERT_FIRED:
                return self.say("{level} · {rule}: {what}", **self._alert(facts), what=self.alert_sentence(facts))
            case EntryKind.ALERT_CLEARED:
                return self.say("Alert cleared: {level} · {rule}", **self._alert(facts))
            case EntryKind.NOTE:
                return quoted(str(facts.get("text") or ""), 2_000)
            case _:
                return self._coded({}, entry.kind.value)

    def _alert(self, facts: Facts) -> dict[str, str]:
        return {"level": self._level_of(facts), "rule": self.rule_name(str(facts.get("rule") or ""))}

    def _level_of(self, facts: Facts, key: str = "level") -> str:
        return self.level_with_shape(level_by_code(facts.get(key)))

    # what a rule asks

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


def level_by_code(code: Any) -> Level:
    """The level a file or a row names; one that is not known counts as a notice."""
    return next((level for level in Level if level.code == code), Level.NOTICE)


def _subject(facts: Facts) -> SubjectKind | None:
    kind = (facts.get("subject") or {}).get("kind")
    return SubjectKind(kind) if kind in tuple(SubjectKind) else None


def _figure(facts: Facts, measure: Measure) -> float | None:
    value = (facts.get("values") or {}).get(measure.value)
    return None if value is None else float(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
