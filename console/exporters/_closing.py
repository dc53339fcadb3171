"""The closing of the page: the curve and its counts, what is not known, and how every figure can be checked."""

from collections.abc import Iterable

from console.domain.clock import MINUTE
from console.exporters import _account, _chart
from console.exporters._markup import Element, el
from console.exporters._sheet import Sheet
from console.words import UNKNOWN, quoted


def curve(sheet: Sheet) -> Element:
    """The plot, and the very numbers it is drawn from."""
    words, found = sheet.words, sheet.spread
    caption = words.say("Negative posts a minute, by the time they were published.")
    if found.width > MINUTE:
        caption = words.say("Negative posts per {span}, by the time they were published.", span=words.span(found.width))
    caption += words.say(" Hatched: nothing was heard, which is not zero.")
    subject = quoted(sheet.report.incident.subject.id, 60)
    cited = sheet.cite(words.say("Posts over time"), words.say("minute counts of {subject}", subject=subject))
    figure = el(
        "figure",
        el("figcaption", caption, cited),
        el("ul", *_chart.legend(found, words), class_="legend"),
        _chart.chart(sheet.report, found, words),
    )
    columns = (
        (words.say("From"), "time"),
        *((words.platform(p), "number") for p in found.platforms),
        (words.say("Negative"), "number"),
        (words.say("Uncertain"), "number"),
        (words.say("All posts"), "number"),
    )
    counts = sheet.table("counts", columns, _counts(sheet))
    return sheet.section(
        words.say("Spread"), figure, el("div", counts, class_="columns" if len(found.platforms) <= 3 else None)
    )


def _counts(sheet: Sheet) -> Iterable[Element]:
    for column in sheet.spread.bins:
        if column.total:
            platforms = [column.negative.get(p, 0) for p in sheet.spread.platforms]
            numbers = (*platforms, column.negatives, column.uncertain, column.total)
            yield el(
                "tr",
                el("td", sheet.at(column.at)[:-3], class_="time"),
                *(el("td", str(n) if n else "·", class_="number") for n in numbers),
                data_from=column.at,
            )


def limits(sheet: Sheet) -> Element:
    """What was not heard, what could not be judged, and by what it was judged."""
    words, found = sheet.words, sheet.figures
    items = [el("li", gap, class_="gap") for gap in _gaps(sheet)]
    if not items:
        items.append(el("li", words.say("No gap is recorded for any source in this time.")))
    uncertain = words.count(
        "{n} post is uncertain and waits for a person; it is not counted as negative.",
        "{n} posts are uncertain and wait for a person; they are not counted as negative.",
        len(found.uncertain),
    )
    items.append(el("li", uncertain, sheet.cite(words.say("Uncertain posts"), sheet.rows(found.uncertain))))
    unjudged = words.count("{n} post could not be judged.", "{n} posts could not be judged.", len(found.unjudged))
    items.append(el("li", unjudged, sheet.cite(words.say("Posts not judged"), sheet.rows(found.unjudged))))
    models = sorted({m.sentiment.version for m in sheet.report.mentions})
    judged_by = words.listed(map(words.model, models)) or UNKNOWN
    items.append(el("li", words.say("Judged by: {models}", models=judged_by)))
    return sheet.section(words.say("Gaps and limits"), el("ul", *items))


def _gaps(sheet: Sheet) -> Iterable[str]:
    words = sheet.words
    for gap in sheet.report.gaps:
        until = sheet.report.made_at if gap.until is None else gap.until
        yield words.say(
            "{source} was not heard from {since} to {until} ({span}): {reason}. Posts of that time may be missing.",
            source=quoted(gap.source, 40),
            since=sheet.at(gap.since),
            until=words.say("now") if gap.until is None else sheet.at(gap.until),
            span=words.span(until - gap.since),
            reason=words.reason(gap.reason),
        )


def appendix(sheet: Sheet) -> Element:
    """The alerts' figures, the evidence numbers with their rows, the head of the chain and how to check it."""
    words, report = sheet.words, sheet.report
    notes = (
        el("li", el("span", what), " ", el("span", rows, class_="rows"), id=f"e{number}")
        for number, (what, rows) in enumerate(sheet.notes, start=1)
    )
    anchors = [
        (words.say("Store"), report.store_id),
        (words.say("Newest entry of the store"), f"#{report.head[0]} {report.head[1]}"),
    ]
    if report.entries:
        own = report.entries[-1]
        anchors.append((words.say("Newest entry of this incident"), f"#{own.seq} {own.hash}"))
    how = words.say(
        "Keep this file's .sha256 beside it and run: crisis-console verify FILE. The same digest stands in the store's "
        "timeline. The JSON export carries the entries themselves, each sealed by the one before."
    )
    return sheet.section(
        words.say("Appendix"),
        el("h3", words.say("What the alerts saw")),
        _account.alerts(sheet),
        el("h3", words.say("Evidence: the stored rows behind each number")),
        el("ol", *notes, class_="evidence"),
        el("h3", words.say("How to check this document")),
        el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in anchors), class_="chain"),
        el("p", how),
    )
