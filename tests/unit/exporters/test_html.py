"""The page says what the store says, shows strangers' text as text, and reaches for nothing."""

import base64
import hashlib
import io
import re
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from console.domain.clock import DAY, HOUR, MINUTE
from console.domain.escalation import NotificationState
from console.domain.mention import Label
from console.domain.ports import Gap, MinuteCount, Report
from console.domain.timeline import EntryKind
from console.exporters._rail import wide_of
from console.exporters.html import Html
from console.words import visible
from tests.helpers.builders import NOON, a_mention, a_sentiment
from tests.helpers.page import Element, Page
from tests.helpers.reports import a_report, chained

SHANGHAI = timezone(timedelta(hours=8))

HOSTILE = [
    "<table>" * 30 + "deep",
    "<img src='file:///etc/passwd' onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</blockquote></main></body></html><style>*{display:none}</style>",
    "&lt;b&gt; &amp; &#60;",
    "\u202eright to left\u2066 \u200b\u200d\ufeff",
    "a\x00b\x07\x1b[31m\x85\r\n\u2028line",
    "\ud800 lone \udfff",
    "\U000e0041\U000e0042 tags",
    "{0} %s {author} ${x} {{",
    "]]> --> <!-- <![CDATA[",
    "é" + "\u0301" * 200,
]


def page(report: Report) -> Page:
    out = io.BytesIO()
    Html(SHANGHAI).write(report, out)
    return Page(out.getvalue())


def with_texts(texts: list[str], **changes: Any) -> Report:
    posts = [a_mention(n, text=text, author=text[:60], url=text[:200]) for n, text in enumerate(texts, start=1)]
    return a_report(posts, **changes)


def table(found: Page, kind: str) -> list[list[str]]:
    (wanted,) = found.root.all("table", class_=kind)
    return [[cell.text for cell in row.all("td")] for row in wanted.all("tr") if list(row.all("td"))]


def quotes(found: Page) -> list[str]:
    return [quote.text for quote in found.root.all("blockquote")]


def test_hostile_text_is_text() -> None:
    plain = page(with_texts(["plain"] * len(HOSTILE), title="plain", note="plain"))
    hostile = page(with_texts(HOSTILE, title=HOSTILE[1], note=HOSTILE[2]))
    assert quotes(hostile) == [visible(text) for text in HOSTILE]
    assert hostile.tags() == plain.tags()


def test_the_naughty_strings_come_through_whole(data_dir: Path) -> None:
    lines = (data_dir / "corpora" / "blns" / "blns.txt").read_text(encoding="utf-8").split("\n")
    texts = [line for line in lines if line.strip() and not line.startswith("#")]
    assert len(texts) > 400
    for start in range(0, len(texts), 12):
        some = texts[start : start + 12]
        assert quotes(page(with_texts(some, title=some[0], note=some[-1]))) == [visible(text) for text in some]


def test_a_megabyte_is_quoted_in_part_and_says_so() -> None:
    found = page(with_texts(["<b>" * 330_000]))
    (quote,) = quotes(found)
    assert quote == ("<b>" * 330_000)[:20_000]
    assert "970,000 more characters" in found.root.text


def test_a_post_without_words_has_no_empty_quote() -> None:
    found = page(with_texts([" \n "]))
    assert quotes(found) == []
    assert "no words" in found.root.text


def test_nothing_is_loaded_or_run() -> None:
    found = page(with_texts(HOSTILE))
    assert not {"script", "img", "iframe", "link", "object", "embed", "form", "input", "video"} & set(found.tags())
    for element in found.root.all():
        assert not {name for name in element.attributes if name.startswith("on") or name in ("src", "style")}
    (style,) = found.root.all("style")
    assert "url(" not in style.text
    assert "@import" not in style.text
    (policy,) = found.root.all("meta", http_equiv="Content-Security-Policy")
    allowed = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy.attributes["content"].startswith(f"default-src 'none'; style-src 'sha256-{allowed}';")


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.org/a?b=1&c=<d>", True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://example.org/\u202egpj.exe", False),
        ("https://exa mple.org/", False),
        ("https://[::1", False),
        ("data:text/html,<b>", False),
        ("//example.org/", False),
    ],
)
def test_only_a_plain_web_address_is_a_link_and_tells_nobody(url: str, is_link: bool) -> None:
    found = page(a_report([a_mention(1, url=url)]))
    links = [a for a in found.root.all("a") if not a.attributes["href"].startswith("#")]
    assert visible(url) in found.root.text
    assert [a.attributes["href"] for a in links] == ([url] if is_link else [])
    assert all(a.attributes["rel"] == "noreferrer noopener nofollow" for a in links)


def figure(found: Page, name: str) -> tuple[str, str]:
    """The number of that name, and the rows that its evidence note names."""
    (numbers,) = found.root.all("dl", class_="numbers")
    (block,) = (div for div in numbers.all("div") if next(iter(div.all("dt"))).text == name)
    (value,) = block.all("b")
    (link,) = block.all("a")
    (note,) = found.root.all("li", id=link.attributes["href"].removeprefix("#"))
    (rows,) = note.all("span", class_="rows")
    return value.text, rows.text


def a_mixed_report() -> Report:
    posts = [
        a_mention(
            n, negative=0.5 if n % 5 == 0 else 0.9, published_at=NOON + n * MINUTE // 2, author_followers=n * 1000
        )
        for n in range(1, 31)
    ]
    return a_report(
        [*posts, a_mention(40, judged=a_sentiment(label=None, score=None, negative=None, unscored="poison"))]
    )


def test_every_number_names_the_rows_it_was_counted_from() -> None:
    report = a_mixed_report()
    found = page(report)
    negative = [m.id for m in report.mentions if m.sentiment.label is Label.NEGATIVE]
    value, rows = figure(found, "negative posts")
    assert value == str(len(negative)) == "24"
    assert rows == "24 mentions: 1–4, 6–9, 11–14, 16–19, 21–24, 26–29"
    assert figure(found, "are negative")[0] == "80 %"
    assert figure(found, "reach, known authors only")[0] == "30K"
    assert figure(found, "negatives a minute at the peak")[0] == "1.6"


def test_the_table_is_the_plot_and_adds_up_to_the_store() -> None:
    report = a_mixed_report()
    rows = table(page(report), "counts")
    assert sum(int(row[2].replace("·", "0")) for row in rows) == sum(count.negative for count in report.counts)
    assert sum(int(row[-1]) for row in rows) == sum(count.total for count in report.counts) == 31


def test_every_entry_stands_there_with_its_three_times_and_its_number() -> None:
    report = a_report()
    rows = table(page(report), "entries")
    assert [row[-1] for row in rows] == ["#1", "#4", "#7"]
    assert rows[2] == ["12:14:00", "12:14:00", "12:14:00", "Officer B", "Acknowledged (card): We look", "#7"]


def test_what_was_written_down_later_stands_where_it_happened() -> None:
    report = a_report()
    early = replace(report.entries[2], happened_at=NOON + MINUTE, known_at=NOON + DAY, seq=9)
    rows = table(page(replace(report, entries=(*report.entries[:2], early))), "entries")
    assert [row[-1] for row in rows] == ["#1", "#9", "#4"]
    assert rows[1][:2] == ["12:01:00", "03-04 12:00"]


def test_who_was_told_and_when_they_saw_it() -> None:
    ((told, whom, why, sent, seen, answered, now, row),) = table(page(a_report()), "told")
    assert (told, whom, why) == ("12:10:00", "The Boss (Executive)", "Critical new")
    assert (sent, seen, answered, now, row) == ("—", "12:12:00", "—", "Answered", "1-2-1")


def test_the_way_to_the_answer_has_no_station_that_nobody_passed() -> None:
    report = a_report()
    stations = [row[1] for row in table(page(report), "stations")]
    assert [re.sub(r"\d+$", "", name) for name in stations] == [
        "First post",
        "We heard it",
        "First alert",
        "Executive told",
        "Seen by the executive",
        "Acknowledged by",
    ]
    ((note, contact),) = report.notifications
    muted = replace(note, state=NotificationState.MUTED, seen_at=None, reason="replay")
    replayed = [row[1] for row in table(page(replace(report, notifications=((muted, contact),))), "stations")]
    assert not [name for name in replayed if "xecutive" in name]


def test_a_gap_is_hatched_and_stated() -> None:
    found = page(a_report())
    (hatched,) = found.root.all("rect", class_="gap")
    assert hatched.attributes["fill"] == "url(#deaf)"
    (stated,) = found.root.all("li", class_="gap")
    assert stated.text.startswith("board was not heard from 12:03:00 to 12:09:00 (6 min): ")


def test_a_gap_that_lasts_is_said_to_last() -> None:
    still = (Gap("board", NOON + 3 * MINUTE, None, "http_status"),)
    found = page(a_report(gaps=still))
    assert "from 12:03:00 to now" in found.root.text
    assert len(list(found.root.all("rect", class_="gap"))) == 1


def test_no_gap_is_said_too() -> None:
    found = page(a_report(gaps=()))
    assert not list(found.root.all("rect", class_="gap"))
    assert "No gap is recorded" in found.root.text


def bars(found: Page) -> list[Element]:
    (plot,) = found.root.all("svg", class_="chart")
    (group,) = plot.all("g")
    return list(group.all("rect"))


def test_bars_stand_on_the_axis_one_per_minute_and_platform() -> None:
    counts = [MinuteCount(NOON + n * MINUTE, p, 3, 1, 5) for n in range(4) for p in ("weibo", "portal")]
    found = page(a_report(counts=tuple(counts)))
    drawn = bars(found)
    assert len(drawn) == 4 * 3  # two platforms, and the uncertain of both
    bottoms = sorted({float(b.attributes["y"]) + float(b.attributes["height"]) for b in drawn})
    heights = [float(b.attributes["height"]) for b in drawn]
    assert bottoms[-1] == 239.0
    assert heights[0] == pytest.approx(heights[1])
    assert heights[2] == pytest.approx(heights[0] * 2 / 3, abs=0.2)


@pytest.mark.parametrize("span", [MINUTE, HOUR, 5 * HOUR, DAY, 30 * DAY, 400 * DAY, 4000 * DAY])
def test_a_story_of_any_length_is_drawn_in_few_bars_on_the_wall_clock(span: int) -> None:
    counts = (MinuteCount(NOON, "weibo", 1, 0, 1), MinuteCount(NOON + span // MINUTE * MINUTE, "weibo", 1, 0, 1))
    found = page(a_report(counts=counts))
    assert 1 <= len(table(found, "counts")) <= 2
    assert len(bars(found)) <= 2
    assert sum(int(row[-1]) for row in table(found, "counts")) == 2


def test_labels_on_the_plot_do_not_touch() -> None:
    base = a_report()
    alerts = tuple(replace(base.alerts[0], fired_at=NOON + n * 20_000) for n in range(8))
    (plot,) = page(replace(base, alerts=alerts)).root.all("svg", class_="chart")
    rail = [t for t in plot.all("text") if float(t.attributes["y"]) == 13.0]
    spans = []
    for text in rail:
        x, wide = float(text.attributes["x"]), 6.2 * len(text.text)
        spans.append((x - wide, x) if text.attributes["text-anchor"] == "end" else (x, x + wide))
    assert spans
    assert all(a[1] <= b[0] for a, b in zip(sorted(spans), sorted(spans)[1:], strict=False))


def test_a_drill_says_so_on_top() -> None:
    assert [p.text for p in page(a_report(is_drill=True)).root.all("p", class_="drill")]
    assert not list(page(a_report()).root.all("p", class_="drill"))


def test_a_replay_claims_no_telling() -> None:
    said = {"role": "executive", "name": "The Boss", "level": "serious", "why": "new"}
    entries = chained((EntryKind.TOLD, "machine", said), (EntryKind.TOLD, "machine", {**said, "why": "clear"}))
    live, replay = (page(a_report(is_replay=is_replay, entries=entries)) for is_replay in (False, True))
    assert not list(live.root.all("p", class_="drill"))
    assert [p.text for p in replay.root.all("p", class_="drill")] == ["Replay: recorded posts; nobody was notified"]
    assert "told to The Boss" in live.root.text
    assert "would have been told to The Boss" in replay.root.text
    assert "All-clear would have gone to The Boss" in replay.root.text
    assert "◆ Serious told to" not in replay.root.text


def test_the_age_is_as_of_the_end_of_the_story() -> None:
    (standing,) = page(a_report(as_of=NOON + 30 * MINUTE, made_at=NOON + 600 * DAY)).root.all("p", class_="standing")
    assert "600" not in standing.text
    assert "30" in standing.text


def test_acts_close_to_an_alert_are_named_beside_its_line_and_not_across() -> None:
    entries = chained(
        *((EntryKind.ACKNOWLEDGED, f"Officer {name}", {"note": "", "via": "card"}) for name in ("A", "B")),
        (EntryKind.ALL_CLEAR, "machine", {"level": "critical"}),
    )
    report = a_report(entries=entries)
    (plot,) = page(report).root.all("svg", class_="chart")
    fired = [float(a.attributes["x1"]) for a in plot.all("line") if a.attributes.get("y1") == "16"]
    assert fired
    labels = [t for t in plot.all("text") if 24 <= float(t.attributes["y"]) <= 48]
    assert labels
    for label in labels:
        x, wide = float(label.attributes["x"]), wide_of(label.text)
        start = x - wide if label.attributes["text-anchor"] == "end" else x
        assert not [at for at in fired if start < at < start + wide]


def test_a_small_usual_is_not_shown_as_nothing() -> None:
    facts = {**a_report().alerts[0].facts, "expected_30": 0.9}
    report = a_report()
    found = page(replace(report, alerts=(replace(report.alerts[0], facts=facts),)))
    assert "usual 0.030" in found.root.text


def test_what_is_unknown_is_a_dash_with_its_reason() -> None:
    (numbers,) = page(a_report()).root.all("dl", class_="numbers")
    assert [value.text for value in numbers.all("b")] == ["3", "0.6", "—", "—"]
    assert "0 of 1 authors known" in numbers.text
    assert "too few posts to say" in numbers.text


def test_an_incident_without_posts_is_told_without_them() -> None:
    found = page(a_report([], counts=(), gaps=(), notifications=()))
    assert quotes(found) == []
    assert "Nobody: no alert of this incident asks for it." in found.root.text


def test_the_page_speaks_chinese() -> None:
    found = page(a_report(language="zh_CN"))
    (root,) = found.root.all("html")
    assert root.attributes["lang"] == "zh-CN"
    headings = [h.text for h in found.root.all("h2")]
    assert headings == ["摘要", "时间线", "扩散", "关键帖", "上报与回执", "盲区与局限", "附录"]
    assert "认领（上报卡片）：We look" in found.root.text


def test_the_appendix_anchors_the_chain() -> None:
    report = a_report()
    (chain,) = page(report).root.all("dl", class_="chain")
    assert f"#12 {report.head[1]}" in chain.text
    assert f"#7 {report.entries[-1].hash}" in chain.text


def test_each_cited_number_has_its_note_and_each_note_is_cited() -> None:
    found = page(a_mixed_report())
    cited = {a.attributes["href"] for a in found.root.all("a") if re.fullmatch(r"#e\d+", a.attributes["href"])}
    notes = {f"#{li.attributes['id']}" for li in found.root.all("li") if "id" in li.attributes}
    assert cited == notes


def test_a_bound_on_counts_is_drawn_at_the_height_it_asks_for() -> None:
    counts = tuple(MinuteCount(NOON + n * MINUTE, "weibo", 4, 0, 4) for n in range(10))
    (plot,) = page(a_report(counts=counts, gaps=())).root.all("svg", class_="chart")
    (bound,) = (x for x in plot.all("line") if x.attributes.get("stroke-dasharray") == "4 3")
    assert float(bound.attributes["y1"]) == pytest.approx(239 - 180 * (100 / 60) / 4, abs=0.1)
    assert "100 in 1 h" in plot.text


def test_the_speed_line_breaks_where_its_window_was_not_heard() -> None:
    counts = tuple(MinuteCount(NOON + n * MINUTE, "weibo", 1, 0, 1) for n in range(40))
    for gaps, pieces in (((), 1), ((Gap("board", NOON + 20 * MINUTE, NOON + 22 * MINUTE, "late"),), 2)):
        (plot,) = page(a_report(counts=counts, gaps=gaps)).root.all("svg", class_="chart")
        (curve,) = (path for path in plot.all("path") if path.attributes.get("stroke-width") == "1.5")
        assert curve.attributes["d"].count("M") == pieces
