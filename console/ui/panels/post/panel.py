"""One post to be read: who, where, when found, its words, how it was judged and why, and its conversation."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.clock import Instant
from console.domain.mention import Mention, MentionId, Reason, tier_of
from console.ui.bridge import Bridge
from console.ui.lists import List
from console.ui.models.desk_reads import Opened, opened
from console.ui.models.rows import RowsModel
from console.ui.panels.post.rows import SMALL, MemberDelegate, Ranked, ReasonDelegate, followers_of
from console.ui.parts import INSET, KeyButton, LevelMark, Panel, hairline, label
from console.ui.plain import PlainText, one_line
from console.ui.query import Query
from console.ui.theme import Theme
from console.words import Words, visible

Explain = Callable[[str], Coroutine[Any, Any, Sequence[Reason]]]
"""As ``Scoring.explain``: what weighed in the judgement of a text, strongest first; runs on the engine's loop."""


class PostPanel(Panel):
    """``mention_wanted`` carries another mention to be read, ``incident_wanted`` the incident this one belongs to."""

    mention_wanted = Signal(object)
    incident_wanted = Signal(object)

    def __init__(
        self,
        words: Words,
        theme: Theme,
        query: Query,
        bridge: Bridge,
        explain: Explain,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, theme, parent=parent)
        self.setObjectName("postPanel")
        self._query, self._bridge, self._explain = query, bridge, explain
        self._wanted: MentionId | None = None
        self._opened: Opened | None = None
        self._now: Instant = 0
        self._level = LevelMark()
        self._open = KeyButton(compact=True)
        self._open.setObjectName("postOpen")
        self._author = label(bold=True)
        self._account = label(tone="2")
        self._times = label(tone="3", size="hint")
        self.text = PlainText()
        self.text.setObjectName("postText")
        self._spread = label(tone="3", size="hint")
        self._judged = label(bold=True)
        self._judgement = label()
        self._why_not = label(tone="3", size="hint")
        self._reason_delegate = ReasonDelegate(words, theme, SMALL)
        self._reasons: RowsModel[Ranked] = RowsModel(lambda row: row.place, self._say_reason, self)
        self._reason_list = List("postReasons", self._reasons, self._reason_delegate, is_choosable=False, fits=True)
        self._thread = label(bold=True)
        self._thread_about = label(tone="2")
        self._member_delegate = MemberDelegate(words, theme, SMALL)
        self._members: RowsModel[Mention] = RowsModel(lambda one: one.id, self._say_member, self)
        self._member_list = List("postThread", self._members, self._member_delegate)
        self._incident = KeyButton(compact=True, gives_way=True)
        self._incident.setObjectName("postIncident")
        self._lay_out()
        for button in (self._open, self._incident):
            button.hide()
        self._open.clicked.connect(self._open_original)
        self._incident.clicked.connect(self._want_incident)
        self._member_list.picked.connect(lambda one: self.mention_wanted.emit(one.id))
        self.restyle(theme)
        self.retranslate(words)

    def _lay_out(self) -> None:
        row = self.head.row
        row.insertWidget(1, self._level)
        self.head.add(self._open)
        who = QHBoxLayout()
        who.setSpacing(8)
        self._author.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        who.addWidget(self._author)
        who.addWidget(self._account, 1)
        top = QVBoxLayout()
        top.setContentsMargins(INSET, 4, INSET, 0)
        top.setSpacing(4)
        top.addLayout(who)
        top.addWidget(self._times)
        top.addSpacing(8)
        reading = QHBoxLayout()
        reading.setContentsMargins(INSET - 2, 0, INSET - 2, 0)
        reading.addWidget(self.text)
        foot = QVBoxLayout()
        foot.setContentsMargins(INSET, 8, INSET, 12)
        foot.addWidget(self._spread)
        self.body.addLayout(top)
        self.body.addLayout(reading)
        self.body.addLayout(foot)
        self.body.addWidget(hairline())
        self.body.addLayout(_titled(self._judged, self._judgement))
        self.body.addWidget(self._why_not)
        self._why_not.setContentsMargins(INSET, 0, INSET, 0)
        self.body.addWidget(self._reason_list)
        self.body.addSpacing(12)
        self.body.addWidget(hairline())
        self.body.addLayout(_titled(self._thread, self._thread_about))
        self.body.addWidget(self._member_list, 1)
        below = QHBoxLayout()
        below.setContentsMargins(INSET, 8, INSET, 8)
        below.addWidget(self._incident, 1)
        self.body.addLayout(below)

    # ── which post ──

    def read(self, mention: MentionId) -> None:
        """Open a post."""
        if mention != self._wanted:
            self._wanted = mention
            self._reasons.show([])
        self._ask()

    def refresh(self) -> None:
        """Read the open post anew: its label or its conversation may have changed."""
        if self._wanted is not None and self.isVisible():
            self._ask()

    @property
    def mention(self) -> MentionId | None:
        """The post that is open."""
        return self._wanted

    def close_post(self) -> None:
        """Open none."""
        self._wanted = self._opened = None

    def focus(self) -> None:
        """Take the keyboard."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _ask(self) -> None:
        if self._wanted is not None:
            self._query.ask("post", opened, self._wanted, then=self._take)

    def _take(self, found: Opened | None) -> None:
        if found is None or found.mention.id != self._wanted:
            return
        before, self._opened = self._opened, found
        self._show()
        text = _words_of(found)
        is_same = before is not None and before.mention.id == found.mention.id and _words_of(before) == text
        if found.mention.sentiment.unscored is None and not (is_same and self._reasons.rowCount()):
            self._bridge.ask(
                lambda: self._explained(found.mention.id, text), then=self._take_reasons, otherwise=self._no_reasons
            )

    async def _explained(self, mention: MentionId, text: str) -> tuple[MentionId, Sequence[Reason]]:
        return mention, await self._explain(text)

    def _take_reasons(self, answer: tuple[MentionId, Sequence[Reason]]) -> None:
        mention, reasons = answer
        if mention == self._wanted:
            self._reasons.show([Ranked(place, reason) for place, reason in enumerate(reasons[:6])])
            self._show_why_not("")

    def _no_reasons(self, error: Exception) -> None:
        self._show_why_not(self.words.say("The reasons cannot be had now: the engine is not running"))

    # ── how it looks ──

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._reason_delegate.words = self._member_delegate.words = words
        self.head.title.set(words.say("Mention"))
        self._judged.set(words.say("Label"))
        self._thread.set(words.say("Conversation"))
        self._open.say(words.say("Original"))
        self.text.setAccessibleName(words.say("Text of the post"))
        self._reason_list.setAccessibleName(words.say("Reasons"))
        self._member_list.setAccessibleName(words.say("Conversation"))
        self._reasons.say_anew(self._say_reason)
        self._members.say_anew(self._say_member)
        self._show()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._reason_delegate.theme = self._member_delegate.theme = theme
        self._open.restyle(theme)
        self._incident.restyle(theme)
        self._show()

    def tick(self, now: Instant) -> None:
        super().tick(now)
        self._now = self._member_delegate.now = now

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_text()

    def _show(self) -> None:
        found = self._opened
        if found is None:
            return
        words, post, now = self.words, found.mention.post, self._now
        incident = found.incident
        self._level.show_level(None if incident is None else incident.level, words, self.theme)
        self._author.set(post.author)
        self._account.set(
            " · ".join(
                [
                    words.platform(post.platform),
                    words.tier(tier_of(post.platform)),
                    followers_of(words, post.author_followers),
                ]
            ),
            "" if post.author_followers is not None else words.say("the source does not say how many followers"),
        )
        arrived = found.mention.arrived_at
        self._times.set(
            " · ".join(
                [
                    words.say("posted {time}", time=words.instant(post.published_at, now)),
                    words.say("found {time}", time=words.instant(arrived, now)),
                    words.say("found delay {span}", span=words.span(arrived - post.published_at)),
                ]
            )
        )
        self.text.set(post.text, 32 if words.is_chinese else 28)
        self._fit_text()
        self._spread.set(self._counts(post.reposts, post.comments, post.likes))
        self._open.setVisible(_address(post.url) is not None)
        self._show_judgement(found)
        self._members.show(found.thread)
        self._member_list.mark(found.mention.id)
        self._thread_about.set(self._about_thread(found))
        self._incident.setVisible(incident is not None)
        if incident is not None:
            self._incident.say(words.say("Incident: {title}", title=words.title(incident)))

    def _show_judgement(self, found: Opened) -> None:
        words, sentiment = self.words, found.mention.sentiment
        if sentiment.score is None:
            self._judgement.set(words.label(None))
            self._show_why_not(words.reason(sentiment.unscored))
            return
        parts = [
            words.label(sentiment.label),
            words.say("sentiment {score}", score=words.number(sentiment.score, 2)),
            _confidence(words, sentiment.confidence),
        ]
        self._judgement.set(" · ".join(parts))
        self._show_why_not(
            ""
            if found.words_of is None
            else words.say("from the words of {author}", author=one_line(found.words_of.post.author))
        )

    def _show_why_not(self, text: str) -> None:
        self._why_not.set(text)
        self._why_not.setVisible(bool(text))

    def _counts(self, reposts: int | None, comments: int | None, likes: int | None) -> str:
        words = self.words
        said = [
            words.say("{n} shares", n=words.number(reposts)),
            words.say("{n} comments", n=words.number(comments)),
            words.say("{n} likes", n=words.number(likes)),
        ]
        return " · ".join(said)

    def _about_thread(self, found: Opened) -> str:
        words, others = self.words, found.thread_total - 1
        if others == 0:
            return words.say("this post alone")
        if found.mention.post.root_id is None and found.mention.post.parent_id is None:
            return words.count("the root, {n} post follows", "the root, {n} posts follow", others)
        if found.thread_total > len(found.thread):
            return words.say("newest {n} of {m}", n=len(found.thread), m=words.number(found.thread_total))
        return words.count("{n} post", "{n} posts", found.thread_total)

    def _fit_text(self) -> None:
        document = self.text.document()
        document.setTextWidth(self.text.viewport().width())
        wanted = round(document.size().height()) + 2 * self.text.frameWidth() + 6
        most = max(96, int(self.height() * 0.36))
        self.text.setFixedHeight(min(wanted, most))
        policy = Qt.ScrollBarPolicy
        self.text.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if wanted > most else policy.ScrollBarAlwaysOff)

    def _open_original(self) -> None:
        address = None if self._opened is None else _address(self._opened.mention.post.url)
        if address is not None:
            QDesktopServices.openUrl(address)

    def _want_incident(self) -> None:
        if self._opened is not None and self._opened.incident is not None:
            self.incident_wanted.emit(self._opened.incident)

    def _say_reason(self, row: Ranked) -> str:
        words, reason = self.words, row.reason
        return f"{one_line(reason.text)} · {words.reason_kind(reason.kind)} · {words.number(reason.weight, 2)}"

    def _say_member(self, one: Mention) -> str:
        words = self.words
        return " · ".join([one_line(one.post.author), words.label(one.sentiment.label), one_line(one.post.text)])


def _titled(title: QWidget, about: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(INSET, 12, INSET, 4)
    row.setSpacing(16)
    title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    row.addWidget(title)
    row.addWidget(about, 1)
    return row


def _words_of(found: Opened) -> str:
    return (found.words_of or found.mention).post.text


def _confidence(words: Words, confidence: float) -> str:
    if confidence >= 2 / 3:
        return words.say("sure")
    return words.say("fairly sure") if confidence >= 1 / 3 else words.say("unsure")


def _address(url: str | None) -> QUrl | None:
    """A stranger's address, if it is one of the web: nothing else is ever handed to the system."""
    if url is None or visible(url) != url:
        return None
    address = QUrl(url, QUrl.ParsingMode.StrictMode)
    return address if address.isValid() and address.scheme() in {"http", "https"} and address.host() else None
