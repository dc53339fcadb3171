"""HTML: an incident's timeline as one self-contained page to read, print and hand over. It loads and runs nothing."""

import base64
import hashlib
from datetime import tzinfo
from typing import BinaryIO

from console import __version__, assets
from console.domain.ports import Report
from console.exporters._account import timeline, told
from console.exporters._closing import appendix, curve, limits
from console.exporters._markup import Element, el, html_of
from console.exporters._opening import cover, summary
from console.exporters._posts import posts
from console.exporters._sheet import Sheet
from console.words import Words

_SECTIONS = (cover, summary, timeline, curve, posts, told, limits, appendix)


class Html:
    """Writes a report as HTML, with times local to ``zone`` (None: the machine's own)."""

    suffix = "html"

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the whole page."""
        sheet = Sheet(report, Words(report.language, self._zone))
        body = el("body", _watermark(sheet), el("main", *[section(sheet) for section in _SECTIONS]))
        language = "zh-CN" if sheet.words.is_chinese else "en"
        out.write(html_of(el("html", _head(sheet), body, lang=language)))


def _head(sheet: Sheet) -> Element:
    style = assets.text("templates", "report.css")
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    title = f"{sheet.words.title(sheet.report.incident)} · {sheet.words.say('Incident timeline')}"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="viewport", content="width=device-width"),
        el("meta", name="generator", content=f"crisis-console {__version__}"),
        el("title", title),
        el("style", style),
    )


def _watermark(sheet: Sheet) -> Element | None:
    incident, words = sheet.report.incident, sheet.words
    if incident.is_replay:
        return el("p", words.say("Replay: recorded posts; nobody was notified"), class_="drill")
    if incident.is_drill:
        return el("p", words.say("Drill: recorded posts; nobody outside this machine was told"), class_="drill")
    return None
