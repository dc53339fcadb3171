"""Alarms: what an alert saw and what a notification tells, from their facts."""

from collections.abc import Mapping
from typing import Any, Final

from console.domain.clock import MINUTE, Instant
from console.domain.conversation import SubjectKind
from console.domain.escalation import Notification, Why
from console.domain.incident import Incident
from console.domain.mention import Tier
from console.domain.reading import Measure
from console.domain.rule import Level, RuleKind
from console.words.names import ALL_SOURCES, SHAPES
from console.words.rulebook import Rulebook
from console.words.strangers import line, quoted

Facts = Mapping[str, Any]

_TITLE: Final = 60


class Alarms(Rulebook):
    """The rules, and what came of them."""

    def title(self, incident: Incident) -> str:
        """An incident's title on one line; one without words of its own is named by its number."""
        return line(incident.title, _TITLE) or self.say("Incident {id}", id=incident.id)

    def alert_sentence(self, facts: Facts) -> str:
        """What an alert saw: ``23 negative posts in 30 minutes where 2 are usual; 71 % negative; 3 big accounts``."""
        if subject_kind(facts) is SubjectKind.SOURCE:
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
            "{n} negative post in {window} where {usual}",
            "{n} negative posts in {window} where {usual}",
            n,
            window=window,
            usual=self.count("{n} is usual", "{n} are usual", round(usual)),
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

    def notification(self, notification: Notification, now: Instant | None = None) -> tuple[str, str]:
        """Title and body, plain text of one line and at most two. ``now`` is when it is shown."""
        facts = notification.facts
        if notification.why is Why.CLEAR:
            title, body = self.say("All clear: {title}", title=self._matter(facts)), self._over(facts)
        else:
            title, body = self._headline(notification.level, facts), self._body(notification, facts, now)
        return self.say("Drill · {headline}", headline=title) if facts.get("is_drill") else title, body

    def _headline(self, level: Level, facts: Facts) -> str:
        if subject_kind(facts) is SubjectKind.SOURCE:
            what = self._silence(facts)
        else:
            n = facts.get("total_negative")
            what = self._matter(facts)
            if n is not None:
                what = self.count("{title}, {n} negative", "{title}, {n} negatives", n, title=what)
        return self.say("{shape} {level}: {what}", shape=SHAPES[level], level=self.level(level), what=what)

    def _matter(self, facts: Facts) -> str:
        """What it is about: a conversation's first words, a monitor's or a source's name."""
        title = str(facts.get("title") or "")
        return self.source_name(title) if title == ALL_SOURCES else quoted(title, _TITLE)

    def _body(self, notification: Notification, facts: Facts, now: Instant | None) -> str:
        waited = (now or facts.get("at") or notification.created_at) - notification.created_at
        first = self.alert_sentence(facts) if subject_kind(facts) is not SubjectKind.SOURCE else ""
        if notification.why is Why.UNSEEN:
            first = self.joined([self.say("the executive has not seen it; please step in"), first])
        elif waited >= MINUTE and notification.answered_at is None:
            first = self.joined([self.say("waiting for you {span}", span=self.span(waited - waited % MINUTE)), first])
        lines = [self.sentence(capital(first)), self.sentence(self._context(facts))]
        return "\n".join(part for part in lines if part)

    def _context(self, facts: Facts) -> str:
        if subject_kind(facts) is SubjectKind.SOURCE:
            return self.say("Posts may be missing: quiet is not safe. Check the source")
        parts = []
        largest = facts.get("largest")
        if largest and facts.get("kind") != RuleKind.BIG_ACCOUNT:
            parts.append(self.say("largest author {followers}", followers=self.followers(largest.get("followers"))))
        if facts.get("first_post_at") is not None and facts.get("at") is not None:
            since = self.elapsed(facts["at"] - facts["first_post_at"])
            parts.append(self.say("first post {elapsed} ago", elapsed=since))
        return capital(self._commas(parts))

    def _over(self, facts: Facts) -> str:
        if subject_kind(facts) is SubjectKind.SOURCE:
            return self.sentence(capital(self.say("heard again")))
        parts = [self.say("below the threshold")]
        if facts.get("calm_for"):
            parts = [self.say("below the threshold for {span}", span=self.span(facts["calm_for"]))]
        if facts.get("total_negative") is not None:
            parts.append(self.count("{n} negative in all", "{n} negatives in all", facts["total_negative"]))
        return self.sentence(capital(self._commas(parts)))

    def _commas(self, parts: list[str]) -> str:
        return ("，" if self.is_chinese else ", ").join(parts)


def subject_kind(facts: Facts) -> SubjectKind | None:
    """What the facts are about."""
    kind = (facts.get("subject") or {}).get("kind")
    return SubjectKind(kind) if kind in tuple(SubjectKind) else None


def _figure(facts: Facts, measure: Measure) -> float | None:
    value = (facts.get("values") or {}).get(measure.value)
    return None if value is None else float(value)


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
