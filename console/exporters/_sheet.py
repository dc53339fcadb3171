"""Sheet: what every section of the page is written with: the report, the words, the figures and their evidence."""

from collections.abc import Iterable, Sequence
from typing import Final

from console.domain.clock import Instant
from console.domain.ports import Report
from console.domain.rule import Level
from console.exporters._chart import shape
from console.exporters._markup import Child, Element, el
from console.exporters._story import figures, ranges, spread
from console.words import UNKNOWN, Words

_MOST_RANGES: Final = 300


class Sheet:
    """One report in one language. Sections are written in reading order; the evidence they cite is listed last."""

    def __init__(self, report: Report, words: Words) -> None:
        self.report = report
        self.words = words
        self.figures = figures(report)
        self.spread = spread(report, words.offset(report.incident.first_post_at))
        self.notes: list[tuple[str, str]] = []
        first = report.incident.first_post_at
        ends = (first, self.spread.until, *(e.happened_at for e in report.entries))
        self._is_one_day = len({words.date(at) for at in ends}) == 1

    def cite(self, what: str, rows: str) -> Element:
        """A superscript that leads to a note: what a figure counts, and the stored rows it was counted from."""
        note = (what, rows)
        if note not in self.notes:
            self.notes.append(note)
        number = self.notes.index(note) + 1
        return el("sup", el("a", str(number), href=f"#e{number}"))

    def at(self, at: Instant | None) -> str:
        """A time of day where the whole story is of one day, else with its date."""
        if at is None:
            return UNKNOWN
        time = self.words.time_of_day(at)
        return time if self._is_one_day else f"{self.words.date(at)[5:]} {time}"

    def level(self, level: Level) -> Element:
        """Shape, word and colour."""
        return el("span", shape(level), self.words.level(level), class_=f"level {level.code}")

    def rows(self, ids: Sequence[int]) -> str:
        """The mentions behind a figure, in as few words as they allow."""
        words = self.words
        if not ids:
            return words.say("no row")
        runs = ranges(ids)
        shown = words.listed(runs[:_MOST_RANGES])
        if len(runs) > _MOST_RANGES:
            shown = words.say("{rows} and more, all of them in the JSON export", rows=shown)
        return words.count("{n} mention: {rows}", "{n} mentions: {rows}", len(ids), rows=shown)

    def section(self, title: str, *children: Child) -> Element:
        """A titled part of the page."""
        return el("section", el("h2", title), *children)

    def table(self, kind: str, columns: Iterable[tuple[str, str]], rows: Iterable[Element]) -> Element:
        """A table; a column is its name and its class: ``time``, ``number`` or nothing."""
        head = el("tr", *(el("th", name, class_=look or None, scope="col") for name, look in columns))
        return el("table", el("thead", head), el("tbody", *rows), class_=kind)
