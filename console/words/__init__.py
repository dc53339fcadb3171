"""Words: the only place that makes sentences, for window, notification, export and command line alike.

Built in storeys, each a module: ``strangers`` (others' text made visible), ``speech`` (messages, numbers, times),
``names`` (the glossary), ``failures`` (errors: what to do), ``rulebook`` (rules), ``alarms`` (alerts, notifications),
``stories`` (the timeline's entries).
"""

from console.words.names import SHAPES
from console.words.speech import LANGUAGES, UNKNOWN
from console.words.stories import Words
from console.words.strangers import line, quoted, visible

__all__ = ["LANGUAGES", "SHAPES", "UNKNOWN", "Words", "line", "quoted", "visible"]
