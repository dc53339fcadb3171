"""The opening of the page: what it is about, the four numbers, and the way from the first post to the answer."""

from collections.abc import Iterable

from console import __version__
from console.domain.clock import Instant
from console.exporters._markup import Element, add, el
from console.exporters._sheet import Sheet
from console.exporters._story import milestones
from console.words import UNKNOWN, quoted


def cover(sheet: Sheet) -> Element:
    """Kind of document, period, title, level, state, and who made it when."""
    report, words = sheet.report, sheet.words
    incident = report.incident
    age = words.elapsed((incident.resolved_at or report.as_of) - incident.first_post_at)
    state = words.say("{state} · {elapsed} since the first post", state=words.state(incident.state), elapsed=age)
    made = words.say(
        "Made {at} by {name} · crisis-console {version} · accounts shown as posted",
        at=words.date_time(report.made_at),
        name=words.actor(report.made_by),
        version=__version__,
    )
    return el(
        "header",
        el("p", el("span", words.say("Incident timeline")), el("span", _period(sheet)), class_="kicker"),
        el("h1", words.title(incident)),
        el("p", sheet.level(incident.level), el("span", state), class_="standing"),
        el("p", made, class_="quiet"),
    )


def summary(sheet: Sheet) -> Element:
    """The four numbers and the stations."""
    return sheet.section(sheet.words.say("Summary"), el("dl", *_numbers(sheet), class_="numbers"), _stations(sheet))


def _period(sheet: Sheet) -> str:
    words, first, last = sheet.words, sheet.report.incident.first_post_at, sheet.spread.until
    until = words.minute_of_day(last)
    if words.date(first) != words.date(last):
        until = f"{words.date(last)} {until}"
    return f"{words.date(first)} {words.minute_of_day(first)} – {until} {words.zone_name(first)}"


def _numbers(sheet: Sheet) -> Iterable[Element]:
    words, found = sheet.words, sheet.figures
    yield _number(
        sheet,
        words.number(len(found.negative)),
        words.say("negative posts"),
        words.say("of {n} that were heard", n=words.number(len(found.total))),
        (words.say("Negative posts of the incident"), sheet.rows(found.negative)),
    )
    subject = quoted(sheet.report.incident.subject.id, 60)
    yield _number(
        sheet,
        words.number(None if found.peak_from is None else found.peak / 5, 1),
        words.say("negatives a minute at the peak"),
        words.say("five minutes from {at}", at=sheet.at(found.peak_from)),
        (
            words.say("Most negatives within five minutes, by the time of publication"),
            words.say("minute counts of {subject}", subject=subject),
        ),
    )
    yield _number(
        sheet,
        words.followers(found.reach if found.known_authors else None),
        words.say("reach, known authors only"),
        words.say(
            "{known} of {all} authors known",
            known=words.number(found.known_authors),
            all=words.number(found.authors),
        ),
        (words.say("Known followers of distinct authors, each once"), sheet.rows(found.reach_rows)),
    )
    judged = len(found.total) - len(found.unjudged)
    few = words.say("too few posts to say")
    yield _number(
        sheet,
        words.percent(found.share),
        words.say("are negative"),
        few if found.share is None else words.say("of {n} judged posts", n=words.number(judged)),
        (words.say("Negative posts among all that were judged, the uncertain ones included"), sheet.rows(found.total)),
    )


def _number(sheet: Sheet, value: str, name: str, beside: str, evidence: tuple[str, str]) -> Element:
    cited = None if value == UNKNOWN else sheet.cite(*evidence)
    return add(el("div"), el("dt", name), el("dd", el("b", value), cited), el("dd", beside, class_="quiet"))


def _stations(sheet: Sheet) -> Element:
    words, first = sheet.words, sheet.report.incident.first_post_at
    names = {
        "first_post": words.say("First post"),
        "heard": words.say("We heard it"),
        "alert": words.say("First alert"),
        "told": words.say("Executive told"),
        "seen": words.say("Seen by the executive"),
        "acknowledged": words.say("Acknowledged by"),
        "all_clear": words.say("All clear"),
        "resolved": words.say("Incident resolved"),
    }

    def rows() -> Iterable[Element]:
        before: Instant | None = None
        for station in milestones(sheet.report):
            name = names[station.code]
            cited = sheet.cite(name, words.row(station.table, station.row))
            yield el(
                "tr",
                el("td", sheet.at(station.at), class_="time"),
                el("td", name, cited, class_="what"),
                el("td", words.actor(station.who) if station.who else "", class_="who"),
                el("td", "" if before is None else f"+{words.span(station.at - before)}", class_="number"),
                el("td", words.elapsed(station.at - first), class_="number"),
            )
            before = station.at

    columns = (
        (words.say("Time"), "time"),
        (words.say("From the first post to the answer"), "what"),
        (words.say("Who"), ""),
        (words.say("Step"), "number"),
        (words.say("Since the first post"), "number"),
    )
    return sheet.table("stations", columns, rows())
