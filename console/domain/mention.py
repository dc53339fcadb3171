"""Mention, Post, Platform and its tier, Sentiment: what was said, where, by whom, and how it reads."""

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, NewType

from console.domain.clock import Instant

MentionId = NewType("MentionId", int)
ConversationId = NewType("ConversationId", str)

TEXT_LIMIT = 1_000_000
"""Characters of one post that are kept; what is longer is rejected as too large, never cut silently."""


class Tier(IntEnum):
    """The rung of a platform on the ladder that a story climbs."""

    SOCIAL = 1
    FORUM = 2
    BLOG = 3
    PORTAL = 4
    PRESS = 5
    OFFLINE = 0


TIERS = {
    "weibo": Tier.SOCIAL,
    "wechat": Tier.SOCIAL,
    "qzone": Tier.SOCIAL,
    "xiaohongshu": Tier.SOCIAL,
    "douyin": Tier.SOCIAL,
    "bilibili": Tier.SOCIAL,
    "mastodon": Tier.SOCIAL,
    "bluesky": Tier.SOCIAL,
    "x": Tier.SOCIAL,
    "forum": Tier.FORUM,
    "tieba": Tier.FORUM,
    "zhihu": Tier.FORUM,
    "reddit": Tier.FORUM,
    "blog": Tier.BLOG,
    "portal": Tier.PORTAL,
    "press": Tier.PRESS,
    "offline": Tier.OFFLINE,
}
"""Platforms by name; one that is not listed counts as social."""


def tier_of(platform: str) -> Tier:
    """The tier of a platform."""
    return TIERS.get(platform, Tier.SOCIAL)


class Label(StrEnum):
    """How a mention reads. Uncertain is a queue of its own and never counts as negative."""

    NEGATIVE = "negative"
    UNCERTAIN = "uncertain"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class ReasonKind(StrEnum):
    """What a reason speaks of."""

    CLAUSE = "clause"
    WORD = "word"
    EMOTICON = "emoticon"
    MASKED = "masked"
    INHERITED = "inherited"
    GIVEN = "given"
    EMPTY = "empty"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that weighed in a judgement: its ``text`` as posted, and the P(negative) it carries, 0..1, if any."""

    kind: ReasonKind
    text: str
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The judgement of one text.

    ``score`` is P(positive) and ``negative`` P(negative), 0..1; both are None for a text that could not be judged, and
    ``unscored`` then says why (a code such as ``awaits_root``, ``poison``, ``too_slow``). ``confidence`` is 0..1.
    ``version`` names the model in force; ``inherited_from`` the external id of the post whose words these are.
    """

    score: float | None
    negative: float | None
    label: Label | None
    confidence: float
    version: str
    unscored: str | None = None
    inherited_from: str | None = None


UNCERTAIN_BAND = (0.4, 0.6)
"""P(negative) inside this band is uncertain: it waits for a person and never counts as negative."""


def label_of(score: float, negative: float) -> Label:
    """The label of a judgement from P(positive) and P(negative)."""
    low, high = UNCERTAIN_BAND
    if negative >= high:
        return Label.NEGATIVE
    if negative >= low:
        return Label.UNCERTAIN
    return Label.POSITIVE if score >= high else Label.NEUTRAL


def given_sentiment(score: float) -> Sentiment:
    """A record's own P(positive), taken as it is: below one half is negative, nothing is uncertain."""
    label = Label.NEGATIVE if score < 0.5 else Label.POSITIVE
    return Sentiment(score, 1.0 - score, label, abs(score - 0.5) * 2, "given")


@dataclass(frozen=True, slots=True)
class Post:
    """One post as a source heard it, before it is matched, scored or stored.

    ``external_id`` is unique within ``platform``. ``root_id`` and ``parent_id`` are external ids of the thread, None
    where the source knows none. ``arrived_at`` is None from a live source (it is now) and the recorded arrival from a
    replayed one. Followers and counts are None when unknown, never 0. ``sentiment`` is P(positive) as a record carries
    it; it is used only where the user trusts it.
    """

    platform: str
    external_id: str
    author: str
    text: str
    published_at: Instant
    author_followers: int | None = None
    root_id: str | None = None
    parent_id: str | None = None
    url: str | None = None
    reposts: int | None = None
    likes: int | None = None
    comments: int | None = None
    arrived_at: Instant | None = None
    sentiment: float | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One post that matched a monitor, as it stands in the store."""

    id: MentionId
    source: str
    post: Post
    conversation: ConversationId
    arrived_at: Instant
    sentiment: Sentiment


_REPOST_TAIL = re.compile(r"//\s*@[^:：\s]{1,40}\s*[:：].*", re.DOTALL)
_NOISE = re.compile(
    r"https?://\S+|@[^\s:：,，。!！?？]{1,40}[:：]?|#[^#\n]{1,60}#|\[[^\[\]\s]{1,8}\]|"
    r"[\W_]|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]"
)
_BARE_WORDS = {"", "转发微博", "转发", "轉發微博", "轉發", "repost", "rt", "转", "mark", "马克", "分享", "via"}


def own_words(text: str) -> str:
    """The poster's own words: what stands before the first ``//@somebody:`` of a repost chain."""
    return _REPOST_TAIL.sub("", text).strip()


def is_bare(text: str) -> bool:
    """Whether a post adds no words of its own ('Repost', a handle, an emoticon), so that it says what it reposts."""
    return _NOISE.sub("", own_words(text)).lower() in _BARE_WORDS


def post_fields(post: Post) -> dict[str, Any]:
    """The fields of a post by name, for exports and records."""
    return {name: getattr(post, name) for name in Post.__slots__}
