"""Compose: what was gathered -> the picture and its figures, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.clock import HOUR, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.rule import Level
from console.measures import burst
from console.measures.normal import Normal
from console.ui.panels.spread import series
from console.ui.panels.spread.figures import Figures, read
from console.ui.panels.spread.gather import Gathered
from console.ui.panels.spread.nearest import WINDOWS, Nearest, nearest
from console.ui.panels.spread.picture import Limit, Mark, MarkKind, Picture
from console.words import Words, line

_NAME = 16


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes pictures of ``subjects`` in ``words``; ``level`` is what burns, ``utc_offset`` the market's hour."""

    words: Words
    subjects: tuple[Subject, ...]
    level: Level | None
    utc_offset: int

    def blind(self, gathered: Gathered, now: Instant, since: Instant) -> list[tuple[Instant, Instant]]:
        """The times between ``since`` and now in which something was not heard, the time before the first post too."""
        spans = series.blind(gathered.gaps, since, now)
        began = now if gathered.began_at is None else min(gathered.began_at, now)
        if began > since:
            spans = [(since, began), *((max(a, began), b) for a, b in spans if b > began)]
        return spans

    def figures(self, gathered: Gathered, normal: Normal | None, now: Instant) -> Figures:
        """The readings at ``now``."""
        spans = self.blind(gathered, now, now - 2 * HOUR)
        near = self._nearest(gathered, now)
        return read(
            gathered.counts,
            spans,
            normal,
            near,
            gathered.summary,
            now,
            self.utc_offset,
            has_heard=gathered.began_at is not None,
        )

    def picture(
        self, gathered: Gathered, normal: Normal | None, minutes: int, now: Instant, edges: tuple[Instant, Instant]
    ) -> Picture:
        """The picture with bars of ``minutes``, its line and band between two instants."""
        since, until = edges[0], min(edges[1], now)
        spans = self.blind(gathered, now, since)
        near = self._nearest(gathered, now)
        usual = None if normal is None else series.band(normal, since, edges[1], self.utc_offset)
        return Picture(
            bars=series.bars(gathered.counts, minutes),
            line=series.velocity_line(gathered.counts, spans, self._begin(gathered, since), until),
            band=usual,
            band_text="" if usual is None else self._usual(float(usual[1][-1]), float(usual[2][-1])),
            blind=tuple(spans),
            marks=tuple(self._marks(gathered, now)),
            limit=None if near is None else self._limit(near),
            is_burning=self.level is not None,
        )

    def _begin(self, gathered: Gathered, since: Instant) -> Instant:
        """From when there is a speed to draw: a conversation has none before its first post."""
        return since if gathered.summary is None else max(since, gathered.summary.first_post_at)

    def foot(self, gathered: Gathered, now: Instant, edges: tuple[Instant, Instant]) -> str:
        """How long nothing was heard of the time that is shown, and the newest gap."""
        if gathered.began_at is None:
            return self.words.say("nothing heard yet")
        since, until = edges[0], min(edges[1], now)
        began = gathered.began_at
        heard_since = max(since, min(began, until))
        spans = series.blind(gathered.gaps, heard_since, until)
        blind = sum(end - begin for begin, end in spans)
        words = self.words
        said = words.say("past {span}: blind {blind}", span=words.span(until - since), blind=words.minutes(_up(blind)))
        if began > since:
            said = words.say(
                "heard since {time}: blind {blind}", time=words.minute_of_day(began), blind=words.minutes(_up(blind))
            )
        if spans:
            begin, end = (words.minute_of_day(at) for at in spans[-1])
            said = words.joined([said, words.say("last {begin}–{end}", begin=begin, end=end)])
        return said

    def _nearest(self, gathered: Gathered, now: Instant) -> Nearest | None:
        kinds = {subject.kind for subject in self.subjects}
        kind = SubjectKind.CONVERSATION if SubjectKind.CONVERSATION in kinds else SubjectKind.MONITOR
        negatives = {minutes: series.within(gathered.counts, now, minutes)[0] for minutes in WINDOWS}
        return nearest(gathered.rules, kind, negatives, burst.hour_factor(now, self.utc_offset))

    def _limit(self, near: Nearest) -> Limit:
        rate = self.words.number(near.rate, 1)
        return Limit(near.rate, self.words.say("threshold {rate}", rate=rate), near.rule.level)

    def _usual(self, low: float, high: float) -> str:
        figure = self.words.figure
        return self.words.say("normal {range}", range=f"{figure(low)}–{figure(high)}")

    def _marks(self, gathered: Gathered, now: Instant) -> Iterable[Mark]:
        words = self.words
        for alert in gathered.alerts:
            if alert.fired_at is not None:
                text = f"{words.level(alert.level)} {words.minute_of_day(alert.fired_at)}"
                yield Mark(alert.fired_at, MarkKind.ALERT, text, alert.level)
        for gap in gathered.gaps:
            until = now if gap.until is None else gap.until
            text = words.say(
                "{source} blind {span}", source=line(gap.source, _NAME), span=words.minutes(_up(until - gap.since))
            )
            yield Mark((gap.since + until) // 2, MarkKind.GAP, text)
        if gathered.summary is not None:
            first = gathered.summary.first_post_at
            yield Mark(first, MarkKind.EVENT, words.say("first post {time}", time=words.minute_of_day(first)))
            for tier, at in series.climbed(gathered.counts):
                text = words.say("reached {tier} {time}", tier=words.tier(tier), time=words.minute_of_day(at))
                yield Mark(at, MarkKind.EVENT, text)


def _up(length: int) -> int:
    """Whole minutes, rounded up: a blind second is not nothing."""
    return -(-length // 60_000)
