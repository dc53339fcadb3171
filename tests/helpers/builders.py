"""Builders: each gives a whole, plausible value, of which a test names only what it is about.

Posts are of an invented brand of cold rooms. ``NOON`` is a Monday noon in Shanghai; unless told otherwise a post was
published then and arrived a moment later.
"""

import itertools
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from console.domain.clock import MINUTE, SECOND, Clock, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.incident import AlertState
from console.domain.judgement import Verdict
from console.domain.mention import ConversationId, Mention, MentionId, Post, Sentiment, label_of
from console.domain.monitor import Monitor, MonitorId
from console.domain.reading import Measure, Reading
from console.domain.rule import SHIPPED_RULES, Level, Rule, RuleId, RuleKind, Threshold
from console.store.database import Store
from console.store.mentions import ScoredPost

NOON: Instant = 1_740_974_400_000

TEXT = "The door of my Borealis cold room does not close, and nobody answers."

_numbers = itertools.count(1)


def a_post(external_id: str | None = None, /, **changes: Any) -> Post:
    """A loose post on weibo; its id is new unless given."""
    known: dict[str, Any] = {
        "platform": "weibo",
        "external_id": external_id or f"post-{next(_numbers)}",
        "author": "frost",
        "text": TEXT,
        "published_at": NOON,
        **changes,
    }
    known.setdefault("arrived_at", known["published_at"] + 20 * SECOND)
    return Post(**known)


def a_sentiment(negative: float = 0.9, /, **changes: Any) -> Sentiment:
    """A judgement by P(negative)."""
    score = 1.0 - negative
    known: dict[str, Any] = {
        "score": score,
        "negative": negative,
        "label": label_of(score, negative),
        "confidence": abs(score - negative),
        "version": "test",
        **changes,
    }
    return Sentiment(**known)


POISON = Sentiment(None, None, None, 0.0, "test", unscored="poison")
"""The judgement of a text that no scorer survived."""


def a_scored_post(external_id: str | None = None, /, negative: float | None = 0.9, **changes: Any) -> ScoredPost:
    """A post on its way into the store, of source ``stream`` and monitor 1. ``negative`` None: it has no words."""
    source = changes.pop("source", "stream")
    monitors = tuple(MonitorId(number) for number in changes.pop("monitors", (1,)))
    sentiment = changes.pop("judged", None if negative is None else a_sentiment(negative))
    return ScoredPost(source, a_post(external_id, **changes), monitors, sentiment)


def a_mention(number: int | None = None, /, negative: float = 0.9, **changes: Any) -> Mention:
    """A stored post; its id is new unless given."""
    number = number or next(_numbers)
    source = changes.pop("source", "stream")
    sentiment = changes.pop("judged", None) or a_sentiment(negative)
    post = a_post(changes.pop("external_id", f"post-{number}"), **changes)
    assert post.arrived_at is not None
    conversation = ConversationId(post.root_id or post.external_id)
    return Mention(MentionId(number), source, post, conversation, post.arrived_at, sentiment)


def a_monitor(number: int = 1, /, **changes: Any) -> Monitor:
    """A monitor of the invented brand."""
    return Monitor(MonitorId(number), **{"title": "Borealis", "names": ("Borealis",), **changes})


def a_subject(name: str = "root", kind: SubjectKind = SubjectKind.CONVERSATION) -> Subject:
    """A conversation, unless another kind is named."""
    return Subject(kind, name)


def a_rule(name: str | None = None, /, **changes: Any) -> Rule:
    """The shipped rule of that name; without one, a rule that fires at ten negatives in 15 minutes."""
    shipped = {rule.id: rule for rule in SHIPPED_RULES}.get(RuleId(name or ""))
    known: dict[str, Any] = {
        "id": RuleId(name or "ten"),
        "kind": RuleKind.THRESHOLD,
        "level": Level.WARNING,
        "subject_kinds": (SubjectKind.CONVERSATION, SubjectKind.MONITOR),
        "all_of": (Threshold(Measure.NEGATIVE_15, 10.0),),
    }
    if shipped is not None:
        known = {name: getattr(shipped, name) for name in Rule.__slots__}
    return Rule(**{**known, **changes})


def a_reading(subject: Subject | None = None, /, at: Instant = NOON, **values: float) -> Reading:
    """A reading with these figures by the names of their measures, such as ``burst=30``."""
    return Reading(subject or a_subject(), at, {Measure(name): value for name, value in values.items()})


def a_store(path: Path, clock: Clock) -> Store:
    """A new store at ``path``. Its file is a copy: making each anew would take most of a test's time."""
    path.write_bytes(_new_store())
    return Store.open(path, clock=clock, durable=False)


@cache
def _new_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "console.db"
        Store.open(path).close()
        return path.read_bytes()


def a_verdict(
    rule: Rule | str = "critical",
    subject: Subject | None = None,
    state: AlertState = AlertState.FIRING,
    **changes: Any,
) -> Verdict:
    """A verdict of a rule, named or given; it fires unless told otherwise."""
    rule = a_rule(rule) if isinstance(rule, str) else rule
    subject = subject or a_subject()
    facts = {
        "rule": rule.id,
        "rule_version": rule.version,
        "kind": rule.kind.value,
        "level": rule.level.code,
        "subject": {"kind": subject.kind.value, "id": subject.id},
        "title": "The door does not close",
        "total_negative": 40,
        **changes.pop("facts", {}),
    }
    known = {"title": "The door does not close", "first_post_at": NOON - 10 * MINUTE, **changes}
    return Verdict(state, rule, subject, facts, **known)
