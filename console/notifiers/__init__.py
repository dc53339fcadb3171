"""The wing of notifiers: channels to a contact, one file each. The list is explicit; nothing is scanned for."""

from collections.abc import Callable

from console.domain.clock import Clock
from console.domain.ports import Notifier, OnAnswer
from console.notifiers import desktop
from console.notifiers._notice import WordsFor

Make = Callable[[WordsFor, OnAnswer, Clock], Notifier]

NOTIFIERS: tuple[Make, ...] = (desktop.make,)
"""Every channel there is, in the order in which they are tried."""
