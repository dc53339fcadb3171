"""A story: one invented crisis from its first post to the all-clear, told to a real store as the engine does."""

from collections.abc import Sequence
from typing import Any

from console.domain.clock import MINUTE, SECOND, Clock, Instant
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.escalation import NotificationEvent, Role
from console.domain.incident import AlertState, IncidentId
from console.domain.mention import MentionId
from console.store import coverage, incidents, mentions, notifications
from console.store.database import Store
from console.store.mentions import ScoredPost
from tests.helpers.builders import NOON, a_scored_post, a_subject, a_verdict

PLATFORMS = ("weibo", "weibo", "weibo", "forum", "weibo", "blog", "portal")


def tell(store: Store, clock: Clock, *, texts: Sequence[str] = (), is_drill: bool = False) -> IncidentId:
    """Write the whole story from NOON on; the incident's id. ``texts`` are of its first posts, the root's first."""
    step(clock, NOON)
    store.write(mentions.add, _posts(texts), None, None, {"stream": 60.0}).result()
    store.write(coverage.report, SourceHealth("board", SourceLamp.HEARING, NOON)).result()
    store.write(coverage.report, SourceHealth("board", SourceLamp.FAILING, NOON + 8 * MINUTE, "http_status")).result()
    store.write(coverage.report, SourceHealth("board", SourceLamp.HEARING, NOON + 17 * MINUTE)).result()
    _fire(store, clock, "watch", NOON + 12 * MINUTE, is_drill=is_drill)
    _fire(store, clock, "critical", NOON + 21 * MINUTE, is_drill=is_drill)
    (incident,) = store.read(incidents.list_).result()
    step(clock, NOON + 23 * MINUTE)
    for one in store.read(notifications.open_for, Role.EXECUTIVE).result():
        store.write(notifications.mark, one.id, NotificationEvent.SEND, clock.now(), "desktop").result()
        store.write(notifications.mark, one.id, NotificationEvent.SEE, clock.now() + 30 * SECOND).result()
    step(clock, NOON + 25 * MINUTE)
    store.write(incidents.acknowledge, incident.id, "Officer B", "We look at the hinges", clock.now(), "card").result()
    store.write(
        incidents.note, incident.id, "Officer B", "The shop called", clock.now() + 1, NOON + 5 * MINUTE
    ).result()
    step(clock, NOON + 90 * MINUTE)
    cleared = [a_verdict(rule, state=AlertState.CLEARED) for rule in ("watch", "critical")]
    store.write(incidents.raise_, cleared, clock.now(), is_drill).result()
    return incident.id


def step(clock: Clock, at: Instant) -> None:
    """Let a clock that stands still stand at ``at``."""
    clock.until(at)


def _posts(texts: Sequence[str]) -> list[ScoredPost]:
    posts = []
    for number in range(60):
        at = NOON + int((number / 60) ** 0.5 * 40 * MINUTE)
        posts.append(
            a_scored_post(
                "root" if number == 0 else f"reply-{number}",
                negative=0.5 if number % 10 == 9 else 0.1 if number % 10 == 7 else 0.9,
                root_id=None if number == 0 else "root",
                platform=PLATFORMS[number % len(PLATFORMS)] if number else "weibo",
                author=f"author-{number % 50}",
                author_followers=None if number % 3 else 1000 * number,
                published_at=at,
                url=f"https://example.org/{number}",
                **({"text": texts[number]} if number < len(texts) else {}),
            )
        )
    return posts


def _fire(store: Store, clock: Clock, rule: str, at: Instant, *, is_drill: bool) -> None:
    step(clock, at)
    facts: dict[str, Any] = {
        "at": at,
        "first_post_at": NOON,
        "negatives": {"30": 23},
        "expected_30": 1.8,
        "share": [0.71, 0.62, 0.8],
        "values": {"big_accounts": 3.0},
        "breaches": [{"measure": "burst_all", "value": 58.25, "bound": 56.0}],
        "tier": 4,
        "evidence": [MentionId(1), MentionId(2)],
    }
    verdict = a_verdict(rule, a_subject("root"), first_post_at=NOON, facts=facts)
    store.write(incidents.raise_, [verdict], at, is_drill).result()
