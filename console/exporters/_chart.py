"""The plot of a report as SVG: negatives by platform over the wall clock, what was not heard, and when alerts fired."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from console.domain.clock import DAY, HOUR, MINUTE, Instant, Millis
from console.domain.ports import Gap, Report
from console.domain.reading import Measure
from console.domain.rule import Level
from console.domain.timeline import EntryKind
from console.exporters._markup import Element, SubElement, el
from console.exporters._rail import INK, ROW, SOFT, WIDTH, Mark, is_free, line, rail, text, two_rows, wide_of
from console.exporters._story import Spread, rung
from console.words import Words, quoted

_LEFT, _RIGHT, _TOP, _HEIGHT, _BOTTOM = 36, 78, 44 + ROW, 180, 28
_FLOOR: Final = _TOP + _HEIGHT
RAMP: Final = ("#d97b6d", "#bc4835", "#8a2a1b", "#4a0f08")
"""Social, forums, blogs, portals and press: darker the higher the rung, so that it also reads in grey."""

LEVEL_INK: Final = {
    Level.NOTICE: "#1762c4",
    Level.WARNING: "#7a5600",
    Level.SERIOUS: "#a84300",
    Level.CRITICAL: "#c3242b",
}
_LINE = "#d3dae2"
_SHAPES: Final = {
    Level.NOTICE: "M5 0a5 5 0 1 0 .01 0z",
    Level.WARNING: "M5 0 10 10H0z",
    Level.SERIOUS: "M5-.5 10.5 5 5 10.5-.5 5z",
    Level.CRITICAL: "M.5.5h9v9h-9z",
}
_TICKS: Final[tuple[Millis, ...]] = (
    *(n * MINUTE for n in (5, 10, 20, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 91, 365)),
)
_WINDOWS: Final = {Measure.NEGATIVE_15: 15, Measure.NEGATIVE_60: 60}


@dataclass(frozen=True, slots=True)
class _Scale:
    since: Instant
    until: Instant
    top: int

    def x(self, at: Instant) -> float:
        share = (at - self.since) / (self.until - self.since)
        return round(_LEFT + min(1.0, max(0.0, share)) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, n: float) -> float:
        return round(_FLOOR - min(n, self.top) / self.top * _HEIGHT, 1)


def shape(level: Level, ink: str | None = None) -> Element:
    """The level's shape, 10 pixels, to stand before its word."""
    return el(
        "svg",
        el("path", d=_SHAPES[level], fill=ink or LEVEL_INK[level]),
        class_="shape",
        width=11,
        height=11,
        viewBox="-.5 -.5 11 11",
        aria_hidden="true",
    )


def chart(report: Report, spread: Spread, words: Words) -> Element:
    """The plot. It is drawn from the same bins as the table beside it, and says in words what it shows."""
    highest = max((b.negatives + b.uncertain for b in spread.bins), default=0)
    usual = _usual(report, spread.width)
    scale = _Scale(spread.since, spread.until, _nice(max(highest, usual or 0, 4)))
    svg = el(
        "svg",
        el("title", words.say("Negative posts over time")),
        el("defs", _hatch()),
        viewBox=f"0 0 {WIDTH} {_FLOOR + _BOTTOM}",
        role="img",
        class_="chart",
    )
    _grid(svg, scale)
    if usual:
        _band(svg, scale, usual, words)
    _bars(svg, spread, scale)
    if spread.width == MINUTE:
        _velocity(svg, report, spread, scale)
    _thresholds(svg, report, spread, scale, words)
    _clock(svg, spread, scale, words)
    _alerts(svg, report, scale, words)
    _events(svg, report, scale, words)
    _gaps(svg, report, scale, words)
    return svg


def _grid(svg: Element, scale: _Scale) -> None:
    step = scale.top // 4
    for n in range(0, scale.top + 1, step):
        y = scale.y(n)
        ink = SOFT if n == 0 else _LINE
        line(svg, _LEFT, y, WIDTH - _RIGHT, y, ink)
        text(svg, _LEFT - 6, y + 4, str(n), "end")


def _hatch() -> Element:
    """45-degree hatching, which means that nothing was heard and nothing else."""
    return el(
        "pattern",
        el("path", d="M-1 7 7-1M5 7 7 5M-1 1 1-1", stroke=SOFT, stroke_width=1, stroke_opacity=".75"),
        id="deaf",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    )


def _gaps(svg: Element, report: Report, scale: _Scale, words: Words) -> None:
    taken: list[tuple[float, float]] = []
    for gap in _shown_gaps(report, scale):
        until = scale.until if gap.until is None else gap.until
        x = scale.x(gap.since)
        width = max(scale.x(until) - x, 3)
        svg.append(el("rect", x=x, y=_TOP, width=round(width, 1), height=_HEIGHT, fill="url(#deaf)", class_="gap"))
        span = words.span(until - gap.since)
        label = words.say("{source} unheard {span}", source=quoted(gap.source, 12), span=span)
        wide = wide_of(label)
        if is_free(x, x + wide, taken):
            taken.append((x, x + wide + 4))
            # a white edge keeps the words legible over the hatching
            text(svg, x + 2, _TOP + 14, label, paint_order="stroke", stroke="#fff", stroke_width=4)


def _shown_gaps(report: Report, scale: _Scale) -> list[Gap]:
    return [g for g in report.gaps if g.since < scale.until and (g.until is None or g.until > scale.since)]


def _band(svg: Element, scale: _Scale, usual: float, words: Words) -> None:
    y = scale.y(usual)
    svg.append(
        el(
            "rect",
            x=_LEFT,
            y=y,
            width=WIDTH - _LEFT - _RIGHT,
            height=round(_FLOOR - y, 1),
            fill=SOFT,
            fill_opacity=".2",
        )
    )
    text(svg, WIDTH - _RIGHT + 6, _FLOOR - 2, words.say("usual {n}", n=words.figure(usual)))


def _bars(svg: Element, spread: Spread, scale: _Scale) -> None:
    group = SubElement(svg, "g", {"shape-rendering": "crispEdges"})
    pitch = (WIDTH - _LEFT - _RIGHT) / len(spread.bins)
    gap = 1 if pitch >= 3 else 0
    for number, column in enumerate(spread.bins):
        left = round(_LEFT + number * pitch)
        width = max(1, round(_LEFT + (number + 1) * pitch) - left - gap)
        height = 0
        for platform in spread.platforms:
            n = column.negative.get(platform, 0)
            if n:
                group.append(_bar(left, width, height, n, scale, fill=RAMP[rung(platform)]))
                height += n
        if column.uncertain:
            group.append(_bar(left, width, height, column.uncertain, scale, fill=RAMP[1], fill_opacity=".4"))


def _bar(x: int, width: int, base: int, n: int, scale: _Scale, **ink: object) -> Element:
    top, bottom = scale.y(base + n), scale.y(base)
    return el("rect", x=x, y=top, width=width, height=round(bottom - top, 1), **ink)


def _velocity(svg: Element, report: Report, spread: Spread, scale: _Scale) -> None:
    """Negatives per minute over the last five; it breaks where its window was not wholly heard."""
    deaf = [(g.since, g.until if g.until is not None else spread.until) for g in report.gaps]
    points: list[str] = []
    pen = "M"
    for last in range(4, len(spread.bins)):
        window = spread.bins[last - 4 : last + 1]
        end = window[-1].at + MINUTE
        if any(since < end and until > window[0].at for since, until in deaf):
            pen = "M"
            continue
        points.append(f"{pen}{scale.x(end)} {scale.y(sum(b.negatives for b in window) / 5)}")
        pen = "L"
    if points:
        svg.append(el("path", d="".join(points), fill="none", stroke=INK, stroke_width=1.5, stroke_linejoin="round"))


def _thresholds(svg: Element, report: Report, spread: Spread, scale: _Scale, words: Words) -> None:
    """Bounds in force that are counts per time, as the mean height they ask for."""
    bounds: dict[tuple[Measure, float], Level] = {}
    for alert in report.alerts:
        for breach in alert.facts.get("breaches") or ():
            if breach["measure"] in (m.value for m in _WINDOWS):
                bounds[Measure(breach["measure"]), float(breach["bound"])] = alert.level
    for (measure, bound), level in sorted(bounds.items(), key=lambda item: item[0][1]):
        height = bound / (_WINDOWS[measure] * MINUTE) * spread.width
        if height > scale.top:
            continue
        y = scale.y(height)
        line(svg, _LEFT, y, WIDTH - _RIGHT, y, LEVEL_INK[level], stroke_dasharray="4 3")
        label = words.say("{n} in {span}", n=words.number(bound), span=words.span(_WINDOWS[measure] * MINUTE))
        text(svg, WIDTH - _RIGHT + 6, y + 4, label, fill=LEVEL_INK[level])


def _clock(svg: Element, spread: Spread, scale: _Scale, words: Words) -> None:
    span = spread.until - spread.since
    step = next((t for t in _TICKS if span / t <= 9), _TICKS[-1])
    at = spread.since + _to_next_tick(spread.since, step, words)
    day = words.date(spread.since)
    is_first = True
    while at <= spread.until:
        x = scale.x(at)
        line(svg, x, _FLOOR, x, _FLOOR + 4, SOFT)
        label = words.minute_of_day(at)
        if step >= DAY:
            label = words.date(at)
        elif is_first or words.date(at) != day:
            label = f"{words.date(at)[5:]} {label}"
        text(svg, x, _FLOOR + 18, label, "middle")
        day, is_first = words.date(at), False
        at += step


def _to_next_tick(at: Instant, step: Millis, words: Words) -> Millis:
    """How far it is from ``at`` to the next round time of the wall clock."""
    return -(at + words.offset(at)) % step


def _alerts(svg: Element, report: Report, scale: _Scale, words: Words) -> None:
    """Upper rail: each alert's shape, word and time, over a line down to the axis."""
    marks = []
    for at, level in sorted((a.fired_at, a.level) for a in report.alerts if a.fired_at is not None):
        x, ink = scale.x(at), LEVEL_INK[level]
        line(svg, x, 16, x, _FLOOR, ink)
        marks.append(Mark(x, f"{words.level(level)} {words.minute_of_day(at)}", _SHAPES[level], ink))
    rail(svg, marks, 4, weight=600)


def _events(svg: Element, report: Report, scale: _Scale, words: Words) -> None:
    """Lower rail: the first post, who took it, the all-clear."""
    moments = [(report.incident.first_post_at, words.say("first post"))]
    for entry in report.entries:
        if entry.kind is EntryKind.ACKNOWLEDGED:
            moments.append((entry.happened_at, words.say("taken by {name}", name=words.actor(entry.actor))))
        elif entry.kind is EntryKind.ALL_CLEAR:
            moments.append((entry.happened_at, words.say("all clear")))
    marks = []
    for at, name in moments:
        if scale.since <= at <= scale.until:
            x = scale.x(at)
            line(svg, x, 32, x, _FLOOR, SOFT, stroke_dasharray="1 3")
            marks.append(Mark(x, f"{name} {words.minute_of_day(at)}", "M1 2h8L5 7z", INK))
    fired = [scale.x(a.fired_at) for a in report.alerts if a.fired_at is not None]
    two_rows(svg, marks, 22, fired)


def _usual(report: Report, width: Millis) -> float | None:
    """The negatives usual in one bin, as the first alert knew it."""
    for alert in report.alerts:
        expected = alert.facts.get("expected_30")
        if expected is not None:
            return float(expected) * width / (30 * MINUTE)
    return None


def _nice(highest: float) -> int:
    """The top of the axis: four equal whole steps of 1, 2 or 5 that hold ``highest``."""
    step, lead = 1, 1
    while step * lead * 4 < highest:
        step, lead = (step * 10, 1) if lead == 5 else (step, 2 * lead if lead == 1 else 5)
    return step * lead * 4


def legend(spread: Spread, words: Words) -> Iterable[Element]:
    """What the colours are: the platforms of each rung that were seen, the uncertain, the unheard."""
    for step, ink in enumerate(RAMP):
        names = [words.platform(p) for p in spread.platforms if rung(p) == step]
        if names:
            yield el("li", _swatch(el("rect", width=10, height=10, fill=ink)), words.listed(names))
    if any(b.uncertain for b in spread.bins):
        mark = el("rect", width=10, height=10, fill=RAMP[1], fill_opacity=".4")
        yield el("li", _swatch(mark), words.say("uncertain"))
    mark = el("path", d="M0 10 10 0M0 4 4 0M6 10 10 6", stroke=SOFT, stroke_width=1)
    yield el("li", _swatch(mark), words.say("not heard"))


def _swatch(mark: Element) -> Element:
    return el("svg", mark, class_="shape", width=10, height=10, viewBox="0 0 10 10", aria_hidden="true")
