"""The account of the page: the timeline entry by entry, who was told and answered, what the alerts saw."""

from collections.abc import Iterable

from console.domain.reading import Measure
from console.exporters._markup import Element, el
from console.exporters._sheet import Sheet
from console.exporters._story import ranges
from console.words import UNKNOWN


def timeline(sheet: Sheet) -> Element:
    """Every entry with its three times, by when it happened."""
    words = sheet.words
    columns = (
        (words.say("Happened"), "time"),
        (words.say("Known"), "time"),
        (words.say("Recorded"), "time"),
        (words.say("Who"), ""),
        (words.say("What"), "what"),
        (words.say("Entry"), "number"),
    )
    note = words.say("Times are {zone}. Entries are only ever added.", zone=words.zone_name(sheet.report.made_at))
    table = sheet.table("entries", columns, _entries(sheet))
    return sheet.section(words.say("Timeline"), el("p", note, class_="quiet"), table)


def _entries(sheet: Sheet) -> Iterable[Element]:
    words = sheet.words
    day = ""
    for entry in sorted(sheet.report.entries, key=lambda e: (e.happened_at, e.seq)):
        if words.date(entry.happened_at) != day:
            day = words.date(entry.happened_at)
            yield el("tr", el("th", day, colspan=6, scope="rowgroup"), class_="day")
        yield el(
            "tr",
            el("td", words.time_of_day(entry.happened_at), class_="time"),
            el("td", words.instant(entry.known_at, entry.happened_at), class_="time quiet"),
            el("td", words.instant(entry.recorded_at, entry.happened_at), class_="time quiet"),
            el("td", words.actor(entry.actor), class_="who"),
            el("td", words.entry(entry, is_replay=sheet.report.incident.is_replay), class_="what"),
            el("td", f"#{entry.seq}", class_="number quiet"),
            id=f"entry-{entry.seq}",
            data_entry=entry.seq,
        )


def told(sheet: Sheet) -> Element:
    """Each notification: to whom, why, and when it was sent, seen and answered."""
    words = sheet.words
    is_replay = sheet.report.incident.is_replay
    title = words.say("Who would have been told") if is_replay else words.say("Who was told")
    if not sheet.report.notifications:
        return sheet.section(title, el("p", words.say("Nobody: no alert of this incident asks for it.")))
    columns = (
        (words.say("Would be told") if is_replay else words.say("Told"), "time"),
        (words.say("Whom"), ""),
        (words.say("Why"), ""),
        (words.say("Sent"), "time"),
        (words.say("Seen"), "time"),
        (words.say("Answered"), "time"),
        (words.say("Now"), ""),
        (words.say("Row"), "number"),
    )
    return sheet.section(title, sheet.table("told", columns, _notifications(sheet)))


def _notifications(sheet: Sheet) -> Iterable[Element]:
    words = sheet.words
    for note, contact in sorted(sheet.report.notifications, key=lambda item: (item[0].created_at, item[0].id)):
        outcome = words.state(note.state)
        if note.reason:
            outcome = f"{outcome} · {words.reason(note.reason)}"
        yield el(
            "tr",
            el("td", sheet.at(note.created_at), class_="time"),
            el("td", words.contact(contact)),
            el("td", sheet.level(note.level), " ", words.why(note.why)),
            *(el("td", sheet.at(at), class_="time") for at in (note.sent_at, note.seen_at, note.answered_at)),
            el("td", outcome),
            el("td", note.id, class_="number quiet"),
            data_notification=note.id,
        )


def alerts(sheet: Sheet) -> Element:
    """Each alert with the figures it fired on beside their bounds."""
    words = sheet.words
    columns = (
        (words.say("Fired"), "time"),
        (words.say("Rule"), ""),
        (words.say("Figure ≥ bound"), ""),
        (words.say("Cleared"), "time"),
        (words.say("Posts shown"), ""),
        (words.say("Row"), "number"),
    )
    return sheet.table("alerts", columns, _alerts(sheet))


def _alerts(sheet: Sheet) -> Iterable[Element]:
    words = sheet.words
    for alert in sheet.report.alerts:
        met = []
        for breach in alert.facts.get("breaches") or ():
            measure = Measure(breach["measure"])
            value, bound = words.bound(measure, breach["value"]), words.bound(measure, breach["bound"])
            figure = words.say("{name}: {value} ≥ {bound}", name=words.measure(measure), value=value, bound=bound)
            met.append(el("div", figure))
        shown = ranges(alert.facts.get("evidence") or ())
        rule = words.say("{rule}, version {n}", rule=words.rule_name(alert.rule), n=alert.rule_version)
        yield el(
            "tr",
            el("td", sheet.at(alert.fired_at), class_="time"),
            el("td", sheet.level(alert.level), " ", rule),
            el("td", *met),
            el("td", sheet.at(alert.cleared_at), class_="time"),
            el("td", words.row("mention", words.listed(shown)) if shown else UNKNOWN),
            el("td", words.row("alert", alert.id), class_="number quiet"),
            data_alert=alert.id,
        )
