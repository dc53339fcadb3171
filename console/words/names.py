"""Names: the glossary's words for what the domain only numbers and codes."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from console.domain.coverage import SourceLamp
from console.domain.escalation import Contact, NotificationState, Role, Why
from console.domain.incident import AlertState, IncidentAct, IncidentState
from console.domain.mention import Label, ReasonKind, Tier
from console.domain.reading import Measure
from console.domain.rule import Level, RuleKind
from console.words.speech import UNKNOWN, Speech
from console.words.strangers import quoted


def say(message: str) -> str:
    """Marks a message for the catalogue where it stands in a table and is said later."""
    return message


def term(context: str, message: str) -> tuple[str, str]:
    """The same for a word that is said differently by context: the state ``Open`` is not the button ``Open``."""
    return context, message


ALL_SOURCES: Final = "*"
"""The id of the subject that stands for all sources together."""

SHAPES: Final = {Level.NOTICE: "●", Level.WARNING: "▲", Level.SERIOUS: "◆", Level.CRITICAL: "■"}
"""A level's shape where only text can be shown: shape, word and colour always go together."""

_LEVELS: Final = {
    Level.NOTICE: say("Notice"),
    Level.WARNING: say("Warning"),
    Level.SERIOUS: say("Serious"),
    Level.CRITICAL: say("Critical"),
}
_LABELS: Final = {
    Label.NEGATIVE: say("Negative"),
    Label.UNCERTAIN: say("Uncertain"),
    Label.NEUTRAL: say("Neutral"),
    Label.POSITIVE: say("Positive"),
}
_ROLES: Final = {
    Role.DUTY: say("Duty officer"),
    Role.EXECUTIVE: say("Executive"),
    Role.DEPUTY: say("Deputy"),
}
_INCIDENT_STATES: Final = {
    IncidentState.OPEN: term("state", "Open"),
    IncidentState.HANDLING: term("state", "Handling"),
    IncidentState.RESPONDED: term("state", "Responded"),
    IncidentState.WATCHING: term("state", "Watching"),
    IncidentState.RESOLVED: term("state", "Resolved"),
}
_ACTS: Final = {
    IncidentAct.ACKNOWLEDGE: term("act", "Acknowledge"),
    IncidentAct.RESPOND: term("act", "Mark as responded"),
    IncidentAct.WATCH: term("act", "Watch"),
    IncidentAct.RESOLVE: term("act", "Resolve"),
    IncidentAct.REOPEN: term("act", "Reopen"),
}
_ALERT_STATES: Final = {
    AlertState.PENDING: say("Pending"),
    AlertState.FIRING: say("Firing"),
    AlertState.CLEARED: say("Cleared"),
}
_NOTIFICATION_STATES: Final = {
    NotificationState.PENDING: say("To be sent"),
    NotificationState.DELAYED: say("Delayed"),
    NotificationState.SENT: say("Sent"),
    NotificationState.RECEIVED: say("Received"),
    NotificationState.SEEN: say("Seen"),
    NotificationState.ANSWERED: say("Answered"),
    NotificationState.REFUSED: say("Not delivered"),
    NotificationState.MUTED: say("Muted"),
    NotificationState.CANCELLED: say("Withdrawn"),
}
_TIERS: Final = {
    Tier.OFFLINE: say("offline"),
    Tier.SOCIAL: say("social"),
    Tier.FORUM: say("forums"),
    Tier.BLOG: say("blogs"),
    Tier.PORTAL: say("portals"),
    Tier.PRESS: say("press"),
}
_PLATFORMS: Final = {
    "weibo": say("Weibo"),
    "wechat": say("WeChat"),
    "qzone": say("Qzone"),
    "xiaohongshu": say("Xiaohongshu"),
    "douyin": say("Douyin"),
    "bilibili": say("Bilibili"),
    "mastodon": say("Mastodon"),
    "bluesky": say("Bluesky"),
    "x": say("X"),
    "forum": say("Forum"),
    "tieba": say("Tieba"),
    "zhihu": say("Zhihu"),
    "reddit": say("Reddit"),
    "blog": say("Blog"),
    "portal": say("Portal"),
    "press": say("Press"),
    "offline": say("Offline"),
}
_RULE_KINDS: Final = {
    RuleKind.WATCH: say("Sudden negatives"),
    RuleKind.ESCALATE: say("Fast spread"),
    RuleKind.BIG_ACCOUNT: say("Big account"),
    RuleKind.SILENT: say("Source silent"),
    RuleKind.THRESHOLD: say("Threshold"),
}
_RULES: Final = {
    "watch": say("Sudden negatives"),
    "escalate": say("Fast spread"),
    "big_account": say("Big account"),
    "critical": say("Fast spread, large"),
    "silent": say("Source silent"),
    "deaf": say("All sources silent"),
}
_MEASURES: Final = {
    Measure.BURST: say("Burst score of negatives"),
    Measure.BURST_ALL: say("Burst score of all posts"),
    Measure.SHARE: say("Negative share, lower bound, last hour"),
    Measure.NEGATIVE_15: say("Negatives in 15 minutes"),
    Measure.NEGATIVE_60: say("Negatives in 60 minutes"),
    Measure.BIG_ACCOUNTS: say("Big accounts with a negative, 60 minutes"),
    Measure.LARGEST_ACCOUNT: say("Followers of the largest account with a negative, 60 minutes"),
    Measure.TIER: say("Highest tier reached by a negative, 24 hours"),
    Measure.SILENT_MINUTES: say("Minutes without data beyond the usual gap"),
    Measure.SILENT_SOURCES: say("Share of sources that are silent"),
}
_MEANINGS: Final = {
    Measure.BURST: say(
        "How surprising the number of negative posts is against normal, the largest over 10, 30 and 60 minutes. "
        "24 is about 14 negatives in half an hour where 1 is usual. Lower: earlier, and more often for nothing."
    ),
    Measure.BURST_ALL: say(
        "The same for all posts, negative or not: how fast the whole conversation grows. "
        "56 is about 30 posts in half an hour where 2 are usual."
    ),
    Measure.SHARE: say(
        "How much of the last hour is surely negative: the lower end of the 90 % range, so that a few posts prove "
        "nothing. It keeps harmless bursts, such as a prize draw, from waking anybody."
    ),
    Measure.NEGATIVE_15: say("Negative posts published in the last 15 minutes; uncertain ones do not count."),
    Measure.NEGATIVE_60: say("Negative posts published in the last 60 minutes; uncertain ones do not count."),
    Measure.BIG_ACCOUNTS: say(
        "How many accounts with over 100,000 followers posted a negative that was heard in the last 60 minutes."
    ),
    Measure.LARGEST_ACCOUNT: say(
        "Followers of the largest account whose negative was heard in the last 60 minutes. One such post is enough."
    ),
    Measure.TIER: say(
        "How far the story has climbed within 24 hours: social 1, forums 2, blogs 3, portals 4, press 5."
    ),
    Measure.SILENT_MINUTES: say(
        "How long a source has brought nothing, beyond the time it usually takes. Silence may be blindness."
    ),
    Measure.SILENT_SOURCES: say("100 % means that every source is silent: nothing can be heard at all."),
}
_WHYS: Final = {
    Why.NEW: say("new"),
    Why.RAISED: say("level rose"),
    Why.AGAIN: say("again"),
    Why.UNSEEN: say("not seen by the one before"),
    Why.CLEAR: say("all clear"),
}
_ROWS: Final = {
    "mention": say("mention {id}"),
    "alert": say("alert {id}"),
    "notification": say("notification {id}"),
    "entry": say("entry {id}"),
    "incident": say("incident {id}"),
}
_REASON_KINDS: Final = {
    ReasonKind.CLAUSE: say("clause"),
    ReasonKind.WORD: say("word"),
    ReasonKind.EMOTICON: say("emoticon"),
    ReasonKind.MASKED: say("name, not weighed"),
    ReasonKind.INHERITED: say("from the post it reposts"),
    ReasonKind.GIVEN: say("given by the record"),
    ReasonKind.EMPTY: say("no words"),
    ReasonKind.FOREIGN: say("not Chinese"),
}
_SOURCE_KINDS: Final = {
    "feed": say("Feed"),
    "folder": say("Folder"),
    "file": say("File"),
    "import": say("Import"),
    "file_import": say("Import"),
    "replay": say("Replay"),
    "drill": say("Drill"),
}
_LAMPS: Final = {
    SourceLamp.HEARING: say("Heard"),
    SourceLamp.LATE: say("Late"),
    SourceLamp.FAILING: say("Failing"),
    SourceLamp.REFUSED: say("Needs you"),
    SourceLamp.STOPPED: say("Ended"),
}
_CHANNELS: Final = {
    "desktop": say("desktop notification"),
    "card": say("card"),
    "desk": say("desk"),
    "window": say("desk"),
}


class Names(Speech):
    """Speech that knows the glossary."""

    def level(self, level: Level) -> str:
        """``Critical``, ``红``."""
        return self.say(_LEVELS[level])

    def level_with_shape(self, level: Level) -> str:
        """``■ Critical``, for text where no shape can be drawn."""
        return f"{SHAPES[level]} {self.level(level)}"

    def label(self, label: Label | None) -> str:
        """``Negative``, ``负面``; a mention without a label is ``Not judged``."""
        return self.say("Not judged") if label is None else self.say(_LABELS[label])

    def role(self, role: Role) -> str:
        """``Executive``, ``一把手``."""
        return self.say(_ROLES[role])

    def state(self, state: IncidentState | AlertState | NotificationState) -> str:
        """The word for a state of an incident, an alert or a notification."""
        if isinstance(state, IncidentState):
            return self.term(*_INCIDENT_STATES[state])
        if isinstance(state, AlertState):
            return self.say(_ALERT_STATES[state])
        return self.say(_NOTIFICATION_STATES[state])

    def act(self, act: IncidentAct) -> str:
        """The word on the button."""
        return self.term(*_ACTS[act])

    def platform(self, platform: str) -> str:
        """A platform's name; one that is not known is shown as the source called it."""
        return self.say(_PLATFORMS[platform]) if platform in _PLATFORMS else quoted(platform, 24)

    def tier(self, tier: Tier) -> str:
        """``portals``, ``门户``."""
        return self.say(_TIERS[tier])

    def measure(self, measure: Measure) -> str:
        """What a threshold bounds, as a short name."""
        return self.say(_MEASURES[measure])

    def measure_meaning(self, measure: Measure) -> str:
        """What a threshold bounds, for a person who never heard of it."""
        return self.say(_MEANINGS[measure])

    def rule_kind(self, kind: RuleKind) -> str:
        """The family of a rule."""
        return self.say(_RULE_KINDS[kind])

    def rule_name(self, rule: str) -> str:
        """A rule's name: a shipped one's words, else its own id."""
        return self.say(_RULES[rule]) if rule in _RULES else quoted(rule, 40)

    def reason_kind(self, kind: ReasonKind) -> str:
        """What a reason speaks of."""
        return self.say(_REASON_KINDS[kind])

    def source_kind(self, kind: str) -> str:
        """What sort of source."""
        return self._coded(_SOURCE_KINDS, kind)

    def lamp(self, lamp: SourceLamp | None) -> str:
        """How a source is doing; None: it has not been heard yet."""
        return self.say("Not heard yet") if lamp is None else self.say(_LAMPS[lamp])

    def source_name(self, source: str) -> str:
        """A source's own name; ``*`` is all of them."""
        return self.say("all sources") if source == ALL_SOURCES else quoted(source, 60)

    def channel(self, channel: str) -> str:
        """By what a person was reached or answered."""
        return self._coded(_CHANNELS, channel)

    def why(self, why: Why) -> str:
        """Why a notification was sent."""
        return self.say(_WHYS[why])

    def contact(self, contact: Contact) -> str:
        """A contact's name and role; one that nobody named yet is called by the role."""
        role = self.role(contact.role)
        name = quoted(contact.name, 40)
        return self.say("{name} ({role})", name=name, role=role) if name else role

    def row(self, table: str, number: int | str) -> str:
        """A row of the store: ``mention 12``."""
        return self.say(_ROWS[table], id=number)

    def model(self, version: str) -> str:
        """What judged a text: the scorer's version, or the record itself."""
        if not version:
            return self.say("nothing")
        return self.say("the record's own figure") if version == "given" else quoted(version, 80)

    def actor(self, actor: str) -> str:
        """Who did it: a person's name, or the machine."""
        return self.say("Machine") if actor == "machine" else quoted(actor, 40)

    def _coded(self, table: Mapping[str, str], code: str | Enum) -> str:
        code = code.value if isinstance(code, Enum) else code
        return self.say(table[code]) if code in table else quoted(code, 40) or UNKNOWN
