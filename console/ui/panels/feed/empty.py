"""What stands where the feed has no rows: not a blank, but what that proves."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.clock import Instant
from console.domain.coverage import SourceLamp
from console.domain.mention import Label
from console.ui.models.feed_pages import Counts, Scope
from console.ui.parts import KeyButton, label
from console.ui.plain import PlainParagraph
from console.ui.theme import Theme
from console.words import Words


class EmptyFeed(QWidget):
    """Says that there is nothing, since when, and by whom we know; ``tab_wanted`` carries a label that has some."""

    tab_wanted = Signal(object)
    earlier_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("feedEmpty")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 64, 16, 16)
        column.setSpacing(4)
        self._title = PlainParagraph()
        self._title.setProperty("type", "reading")
        self._lines = [label(tone="2") for _ in range(3)]
        self._uncertain = KeyButton()
        self._all = KeyButton()
        self._earlier = KeyButton()
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 20, 0, 0)
        buttons.setSpacing(8)
        for button in (self._uncertain, self._all, self._earlier):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addWidget(self._title)
        column.addSpacing(4)
        for line in self._lines:
            column.addWidget(line)
        column.addLayout(buttons)
        column.addStretch(1)
        self.setMaximumWidth(552)
        self._uncertain.setObjectName("feedShowUncertain")
        self._all.setObjectName("feedShowAll")
        self._earlier.setObjectName("feedShowEarlier")
        self._uncertain.clicked.connect(lambda: self.tab_wanted.emit(Label.UNCERTAIN))
        self._all.clicked.connect(lambda: self.tab_wanted.emit(None))
        self._earlier.clicked.connect(self.earlier_wanted)

    def restyle(self, theme: Theme) -> None:
        """Take the look."""
        for button in (self._uncertain, self._all, self._earlier):
            button.restyle(theme)

    def show_proof(
        self, words: Words, scope: Scope, wanted: Label | None, found: Counts | None, now: Instant, *, has_older: bool
    ) -> None:
        """Say what the emptiness of a tab proves."""
        self._title.set(_title(words, scope, wanted, found))
        lines = ["", "", ""] if found is None else [_judged(words, found), _heard(words, found, now), ""]
        if found is not None and wanted is Label.NEGATIVE and found.last_negative is not None:
            lines[2] = words.sentence(
                words.say("The last negative was posted {time}", time=words.instant(found.last_negative, now))
            )
        for line, text in zip(self._lines, lines, strict=True):
            line.set(text[:1].upper() + text[1:])
            line.setVisible(bool(text))
        uncertain = 0 if found is None else found.by_label.get(Label.UNCERTAIN, 0)
        total = 0 if found is None else found.total
        self._uncertain.say(words.count("See {n} uncertain", "See {n} uncertain", uncertain))
        self._uncertain.setVisible(bool(uncertain) and wanted is not Label.UNCERTAIN)
        self._all.say(words.count("See the {n} mention", "See all {n} mentions", total))
        self._all.setVisible(bool(total) and wanted is not None)
        self._earlier.say(words.say("See earlier ones"))
        is_there_any = found is not None and found.newest is not None
        self._earlier.setVisible(has_older and is_there_any and scope.since is None)


def _title(words: Words, scope: Scope, wanted: Label | None, found: Counts | None) -> str:
    if scope.since is not None or scope.incident is not None:
        return {
            Label.NEGATIVE: words.say("No negatives in what is chosen"),
            Label.UNCERTAIN: words.say("Nothing uncertain in what is chosen"),
        }.get(wanted or Label.NEUTRAL, words.say("No mentions in what is chosen"))
    if found is not None and found.newest is None and not any(one.last_heard_at for one in found.sources):
        return words.say("Nothing heard yet")
    return {
        Label.NEGATIVE: words.say("No negatives in the last hour"),
        Label.UNCERTAIN: words.say("Nothing uncertain in the last hour"),
    }.get(wanted or Label.NEUTRAL, words.say("No mentions in the last hour"))


def _judged(words: Words, found: Counts) -> str:
    unjudged = found.by_label.get(None, 0)
    parts = [
        f"{words.label(each)} {words.number(found.by_label[each])}" for each in Label if found.by_label.get(each, 0)
    ]
    read = words.count("{n} mention was read", "{n} mentions were read", found.total)
    if not found.total:
        return words.sentence(words.say("No mention was read in this time"))
    judged = (
        words.say("all judged: {labels}", labels=words.listed(parts))
        if not unjudged
        else words.count(
            "{n} not judged yet; {labels}", "{n} not judged yet; {labels}", unjudged, labels=words.listed(parts)
        )
    )
    return words.sentence(words.say("{read}, {judged}", read=read, judged=judged))


def _heard(words: Words, found: Counts, now: Instant) -> str:
    listened = [source for source in found.sources if source.is_enabled]
    hearing = sum(source.lamp is SourceLamp.HEARING for source in listened)
    parts = []
    if found.newest is not None:
        parts.append(
            words.say(
                "The newest came {time} from {platform}",
                time=words.instant(found.newest.arrived_at, now),
                platform=words.platform(found.newest.post.platform),
            )
        )
    if listened:
        parts.append(words.say("{n} of {m} sources heard", n=hearing, m=len(listened)))
    else:
        parts.append(words.say("no source is connected: quiet proves nothing"))
    return words.sentence(words.joined(parts))
