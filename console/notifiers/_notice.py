"""What a desktop notification says, in its reader's language, before a platform dresses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from console.domain.clock import Instant
from console.domain.escalation import Contact, Notification, Why
from console.domain.rule import Level
from console.words import Words, quoted

WordsFor = Callable[[str | None], Words]
"""The words of a contact's language; None is the desk's own, as it is set now."""

TITLE_LIMIT: Final = 160
BODY_LIMIT: Final = 500

ACKNOWLEDGE: Final = "acknowledge"
OPEN: Final = "open"

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

    An all-clear is silent, asks for nothing and may go away. What is renewed in place is silent too, until it is due to
    sound again. An address in a stranger's words is named, not shown: some services would make a link of it.
    """
    title, body = words.notification(notification, now)
    address = words.say("To {name}", name=quoted(to.name, 40))
    is_clear = notification.why is Why.CLEAR
    open_ = (OPEN, words.say("Open"))
    return Notice(
        title=unlinked(title, words)[:TITLE_LIMIT],
        body=unlinked(f"{address}\n{body}", words)[:BODY_LIMIT],
        buttons=(open_,) if is_clear else ((ACKNOWLEDGE, words.say("Acknowledge")), open_),
        level=notification.level,
        is_aloud=not is_clear and is_aloud(notification, now),
        stays=not is_clear and notification.level >= Level.SERIOUS,
    )


def is_aloud(notification: Notification, now: Instant) -> bool:
    """Whether this showing sounds: the first one does, and each that has become due to sound again."""
    return notification.delivered == 0 or (notification.sound_at is not None and notification.sound_at <= now)


def unlinked(text: str, words: Words) -> str:
    """The text with every web address replaced by a word for it."""
    return _ADDRESS.sub(lambda _: words.say("[link]"), text)
