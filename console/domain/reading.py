"""Reading: what is measured of a conversation, a monitor or a source at one moment."""

from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.clock import Instant
from console.domain.conversation import Subject
from console.domain.mention import MentionId, Tier


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its range. Unknown is ``value`` None; ``why`` is then a code: ``few``, ``blind``, ``learning``."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str | None = None


class Measure(StrEnum):
    """What a threshold may bound."""

    BURST = "burst"  # GLR of negative posts, max over 10, 30 and 60 min
    BURST_ALL = "burst_all"  # GLR of all posts
    SHARE = "share"  # lower 90 % bound of the negative share, last hour
    NEGATIVE_15 = "negative_15"  # negative posts in the last 15 min
    NEGATIVE_60 = "negative_60"  # negative posts in the last 60 min
    BIG_ACCOUNTS = "big_accounts"  # accounts over 100,000 followers with a negative post, last 60 min
    LARGEST_ACCOUNT = "largest_account"  # followers of the largest account with a negative post, last 60 min
    TIER = "tier"  # highest rung reached by a negative post, last 24 h
    SILENT_MINUTES = "silent_minutes"  # minutes since a source was last heard, beyond its usual gap
    SILENT_SOURCES = "silent_sources"  # share of sources silent, 0..1


@dataclass(frozen=True, slots=True)
class Reading:
    """The numbers of one subject at one moment.

    ``values`` holds what rules compare. ``negatives`` and ``posts`` are counts of what has arrived, by publication
    time, by window in minutes (5, 10, 15, 30, 60). ``velocity`` is negative posts per minute over the last 5 min,
    ``share`` the negative share of the last hour, ``expected_30`` the negative posts usual in 30 minutes at this hour
    of day.
    """

    subject: Subject
    at: Instant
    values: dict[Measure, float] = field(default_factory=dict)
    negatives: dict[int, int] = field(default_factory=dict)
    posts: dict[int, int] = field(default_factory=dict)
    velocity: Estimate = Estimate(None, why="few")
    share: Estimate = Estimate(None, why="few")
    expected_30: float | None = None

    def value(self, measure: Measure) -> float | None:
        """The figure a rule compares, None when it is unknown: an unknown never breaches."""
        return self.values.get(measure)


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest account that posted negatively."""

    author: str
    followers: int
    mention: MentionId


@dataclass(frozen=True, slots=True)
class Summary:
    """What the store holds of one subject, all of it.

    ``title`` is the first words of the first post (strangers' text) or a monitor's title; ``first_post_at`` starts T+.
    ``reach`` sums the known followers of distinct authors, each once: ``known_authors`` of ``authors``, an upper bound.
    ``platforms`` counts negative posts, most first. ``evidence`` are at most three mentions that show what it is about.
    ``spark`` are negative posts per minute in the last 60 minutes, oldest first.
    """

    title: str
    first_post_at: Instant
    total: int
    total_negative: int
    authors: int
    known_authors: int
    reach: int
    tier: Tier
    platforms: tuple[tuple[str, int], ...]
    largest: Largest | None
    evidence: tuple[MentionId, ...]
    spark: tuple[int, ...]
