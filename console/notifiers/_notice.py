"""What a desktop notification says, in its reader's language, before a platform dresses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from console.domain.clock import Instant
from console.domain.escalation import Contact, Notification, Why
from console.domain.ports import Answer
from console.domain.rule import Level
from console.words import Words, quoted

WordsFor = Callable[[str | None], Words]
"""The words of a contact's language; None is the desk's own, as it is set now."""

TITLE_LIMIT: Final = 160
BODY_LIMIT: Final = 500

ACKNOWLEDGE: Final = "acknowledge"
OPEN: Final = "open"
CLOSED: Final = "closed"

_ADDRESS = re.compile(r"(?<![a-z0-9])(?:[a-z][a-z0-9+.-]*://|www\d{0,3}\.)[!-~]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Notice:
    """Plain text and manner of one notification.

    ``buttons`` are pairs of act and label. ``is_aloud``: it may sound. ``stays``: it does not go away by itself.
    """

    title: str
    body: str
    buttons: tuple[tuple[str, str], ...]
    level: Level
    is_aloud: bool
    stays: bool


def notice(notification: Notification, to: Contact, words: Words, now: Instant) -> Notice:
    """The notice for a contact, addressed by name.

    An all-clear is silent, asks for nothing and may go away. What is renewed in place is silent too, unless it is to
    sound again. ``now`` is when it is shown. An address in a stranger's words is named, not shown: some services would
    make a link of it.
    """
    title, body = words.notification(notification, now)
    address = words.say("To {name}", name=quoted(to.name, 40) or words.role(to.role))
    is_clear = notification.why is Why.CLEAR
    open_ = (OPEN, words.say("Open"))
    return Notice(
        title=unlinked(title, words)[:TITLE_LIMIT],
        body=unlinked(f"{address}\n{body}", words)[:BODY_LIMIT],
        buttons=(open_,) if is_clear else ((ACKNOWLEDGE, words.say("Acknowledge")), open_),
        level=notification.level,
        is_aloud=not is_clear and (notification.delivered == 0 or notification.why is Why.AGAIN),
        stays=not is_clear and notification.level >= Level.SERIOUS,
    )


def unlinked(text: str, words: Words) -> str:
    """The text with every web address replaced by a word for it."""
    return _ADDRESS.sub(lambda _: words.say("[link]"), text)


def answered(notification: Notification, to: Contact, act: str) -> Answer:
    """The answer of the contact, by name; of a role that nobody has been named for, by the role."""
    return Answer(notification.id, act, to.name or to.role.value)
