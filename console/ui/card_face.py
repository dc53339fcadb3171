"""What the card shows of one incident: read from the store, then put into words. No widget here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from console.domain.clock import MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.escalation import Contact, Notification, NotificationId, NotificationState, Role, Why
from console.domain.incident import Incident, IncidentId
from console.domain.rule import Level
from console.store import incidents, notifications, watchlist
from console.store.database import Db
from console.words import UNKNOWN, Words, line
from console.words.names import ALL_SOURCES

Facts = Mapping[str, Any]

ROLES: Final = (Role.EXECUTIVE, Role.DEPUTY)
"""Whose notifications the card shows: the duty officer has the desk."""

_TITLE, _NAME = 80, 24
_PLATFORMS = 3
_ENDED = (NotificationState.ANSWERED, NotificationState.CANCELLED, NotificationState.MUTED)


class Stage(Enum):
    """Where a page of the card is: to be answered, answered by somebody, or over."""

    OPEN = "open"
    TAKEN = "taken"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told of an incident last."""

    notification: Notification
    to: Contact
    incident: Incident
    stage: Stage


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what it names; ``whole`` is said on hover where that says more."""

    label: str
    text: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """One page of the card, in words. Strangers' text in it is plain, visible and short.

    ``speed_why`` and the ``whole`` of a line are said on hover. ``spark`` are negatives a minute of the last 60, empty
    where nothing was heard. ``sounds_at`` moves each time it is to be heard again. ``mark`` stands across a drill.
    """

    incident: IncidentId
    notification: NotificationId
    stage: Stage
    level: Level
    heading: str
    title: str
    time: str
    number: str
    unit: str
    since: str
    speed: str
    speed_range: str
    speed_why: str
    spark: tuple[int, ...]
    lines: tuple[Line, ...]
    why: str
    taken: str
    taken_by: str
    by: str
    to: str
    as_of: str
    mark: str
    acknowledge: str
    open_: str
    close: str
    next_: str
    sounds_at: Instant | None


def read(db: Db, kept: frozenset[IncidentId]) -> tuple[Told, ...]:
    """What the card is to show: all that is unanswered, or over and not yet seen; of ``kept`` also what was answered.

    ``kept`` are the incidents on the card now, so that who looks at one sees by whom it was taken.
    """
    contacts = {contact.id: contact for contact in watchlist.contacts(db)}
    newest: dict[IncidentId, Notification] = {}
    for role in ROLES:
        for one in notifications.inbox(db, role=role):
            other = newest.get(one.incident)
            if other is None or one.created_at > other.created_at:
                newest[one.incident] = one
    told = []
    for number, notification in newest.items():
        incident, to = incidents.one(db, number), contacts.get(notification.contact)
        if incident is None or to is None:
            continue
        stage = _stage(notification, incident, is_kept=number in kept)
        if stage is not None:
            told.append(Told(notification, to, incident, stage))
    return tuple(sorted(told, key=_rank))


def _stage(notification: Notification, incident: Incident, *, is_kept: bool) -> Stage | None:
    """The stage of a page, None where there is nothing to show any more."""
    is_over = notification.state in _ENDED
    if notification.why is Why.CLEAR:
        return Stage.CLEAR if not is_over and (is_kept or notification.seen_at is None) else None
    is_undelivered = notification.state is NotificationState.REFUSED
    if not is_over and not (is_undelivered and incident.acknowledged_by is not None):
        return Stage.OPEN
    return Stage.TAKEN if is_kept and incident.acknowledged_by is not None else None


def _rank(told: Told) -> tuple[bool, int, int, int]:
    """What is unanswered first, then the gravest, then the newest."""
    one = told.notification
    return (told.stage is not Stage.OPEN, -one.level, -one.created_at, -one.incident)


def face(told: Told, words: Words, now: Instant) -> Face:
    """The page of an incident in the words of its reader."""
    notification, facts = told.notification, told.notification.facts
    is_clear = told.stage is Stage.CLEAR
    is_source = (facts.get("subject") or {}).get("kind") == SubjectKind.SOURCE
    sentence = words.notification(notification, now)[1] if is_clear else words.alert_sentence(facts)
    number, unit, since = _silence(facts, words, now) if is_source else _count(facts, words, now)
    speed, speed_range, speed_why = ("", "", "") if is_source or is_clear else _speed(facts, words)
    to = line(told.to.name, _NAME) or words.role(told.to.role)
    return Face(
        incident=told.incident.id,
        notification=notification.id,
        stage=told.stage,
        level=notification.level,
        heading=words.say("All clear") if is_clear else words.level(notification.level),
        title=_title(told, words),
        time=words.minute_of_day(notification.created_at),
        number=number,
        unit=unit,
        since=since,
        speed=speed,
        speed_range=speed_range,
        speed_why=speed_why,
        spark=() if is_source else tuple(int(n) for n in facts.get("spark") or ()),
        lines=_blind(words) if is_source else (_spread(facts, words), _reach(facts, words)),
        why=words.sentence(sentence if words.is_chinese else sentence[:1].upper() + sentence[1:]),
        taken=words.say("Acknowledged at {time}", time=words.minute_of_day(told.incident.acknowledged_at)),
        taken_by=words.say("by {name}", name=words.actor(told.incident.acknowledged_by or "")),
        by=told.to.name or told.to.role.value,
        to=_addressed(told, to, words, now),
        as_of=words.say("as of {time}", time=words.instant(facts.get("at"), now)),
        mark=words.say("DRILL") if facts.get("is_drill") or told.incident.is_drill else "",
        acknowledge=words.say("Acknowledge"),
        open_=words.say("Open"),
        close=words.say("Close"),
        next_=words.say("Next incident"),
        sounds_at=notification.sound_at,
    )


def _title(told: Told, words: Words) -> str:
    subject = told.incident.subject
    if subject == Subject(SubjectKind.SOURCE, ALL_SOURCES):
        return words.say("All sources silent")
    return line(str(told.notification.facts.get("title") or told.incident.title), _TITLE)


def _count(facts: Facts, words: Words, now: Instant) -> tuple[str, str, str]:
    n = facts.get("total_negative")
    since = words.say("{elapsed} since first post", elapsed=words.elapsed(_since(facts.get("first_post_at"), now)))
    unit = words.count("negative", "negatives", n or 0)
    return words.number(n), unit, since


def _silence(facts: Facts, words: Words, now: Instant) -> tuple[str, str, str]:
    """Blind never looks quiet: the number is unknown, and since when stands beside it."""
    since = words.say("{span} without data", span=words.span(_since(facts.get("first_post_at"), now)))
    return UNKNOWN, words.say("negatives unknown"), since


def _since(at: Instant | None, now: Instant) -> Instant | None:
    """Whole minutes that have passed, None when it is unknown since when."""
    return None if at is None else max(0, now - at) // MINUTE * MINUTE


def _speed(facts: Facts, words: Words) -> tuple[str, str, str]:
    velocity = facts.get("velocity")
    if not velocity:
        return words.rate(None), words.say("last {span}", span=words.span(5 * MINUTE)), words.reason("few")
    value, low, high = velocity
    shown = words.say(
        "{low}–{high} · {span}", low=words.number(low, 1), high=words.number(high, 1), span=words.span(5 * MINUTE)
    )
    return (
        words.rate(value),
        shown,
        words.say("negatives per minute over the last 5 minutes, with the 90 % range of chance"),
    )


def _spread(facts: Facts, words: Words) -> Line:
    share = facts.get("share")
    if share:
        shown = words.say(
            "{share} negative ({low}–{high})",
            share=words.percent(share[0]),
            low=words.number(share[1] * 100),
            high=words.percent(share[2]),
        )
        explained = words.say("share of the last hour's posts, with its 90 % range")
    else:
        shown = words.say("negative share {share}", share=UNKNOWN)
        explained = words.reason("few")
    platforms = [(str(name), int(n)) for name, n in facts.get("platforms") or ()]
    named = [words.say("{platform} {n}", platform=words.platform(name), n=words.number(n)) for name, n in platforms]
    text = words.joined([shown, words.listed(named[:_PLATFORMS])])
    return Line(words.say("Impact"), text, words.joined([shown, explained, words.listed(named)]))


def _reach(facts: Facts, words: Words) -> Line:
    known, authors, largest = facts.get("known_authors"), facts.get("authors"), facts.get("largest") or {}
    reach = words.say("at most {reach}", reach=words.followers(facts.get("reach") if known else None))
    of = words.say("{known} of {all} authors known", known=words.number(known), all=words.number(authors))
    text = [
        words.say("{reach} ({known} of {all} known)", reach=reach, known=words.number(known), all=words.number(authors))
    ]
    whole = [reach, of]
    if largest:
        followers = words.followers(largest.get("followers"))
        text.append(words.say("largest {followers}", followers=followers))
        name = line(str(largest.get("author") or ""), 40)
        whole.append(words.say("largest author {name}, {followers} followers", name=name, followers=followers))
    return Line(words.say("Reach"), words.joined(text), words.joined(whole))


def _blind(words: Words) -> tuple[Line, ...]:
    return (
        Line(words.say("Impact"), words.say("Posts may be missing: quiet is not safe.")),
        Line(words.say("To do"), words.say("Check the source.")),
    )


def _addressed(told: Told, to: str, words: Words, now: Instant) -> str:
    waited = _since(told.notification.created_at, now) or 0
    parts = [words.say("To {name}", name=to)]
    if told.notification.why is Why.UNSEEN:
        parts.append(words.say("the executive has not seen it"))
    elif told.stage is Stage.OPEN and waited:
        parts.append(words.say("waiting for you {span}", span=words.span(waited)))
    return " · ".join(parts)
