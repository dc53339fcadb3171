"""Reading: what is measured of a conversation, a monitor or a source at one moment."""

from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.clock import Instant, Millis
from console.domain.conversation import Subject
from console.domain.mention import Tier


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its range. Unknown is ``value`` None, and ``why`` is then a code: ``few``, ``blind``, ``learning``."""

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

    ``negatives`` and ``posts`` are counts by window in minutes (5, 10, 15, 30, 60), by publication time, of what has
    arrived. ``velocity`` is negative posts per minute over the last 5 min. ``values`` holds what rules compare.
    ``since`` is the first post of the subject; ``total_negative`` and ``total`` count all of it; ``reach`` sums the known
    followers of distinct authors, ``known_authors`` of ``authors``.
    """

    subject: Subject
    at: Instant
    values: dict[Measure, float] = field(default_factory=dict)
    negatives: dict[int, int] = field(default_factory=dict)
    posts: dict[int, int] = field(default_factory=dict)
    velocity: Estimate = Estimate(None, why="few")
    share: Estimate = Estimate(None, why="few")
    expected: float | None = None
    since: Instant | None = None
    total_negative: int = 0
    total: int = 0
    reach: int = 0
    authors: int = 0
    known_authors: int = 0
    tier: Tier = Tier.OFFLINE
    platforms: tuple[tuple[str, int], ...] = ()
    heard_for: Millis | None = None

    def value(self, measure: Measure) -> float | None:
        """The figure a rule compares, None when it is unknown: an unknown never breaches."""
        return self.values.get(measure)
