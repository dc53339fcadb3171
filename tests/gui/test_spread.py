"""The spread panel over a real store: what is drawn is what is stored; blind is hatched; a brush has exact bounds."""

from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from console.domain.changes import Changes
from console.domain.clock import HOUR, MINUTE, SECOND, ReplayClock
from console.domain.conversation import Subject, SubjectKind
from console.domain.mention import ConversationId, Label, MentionId
from console.domain.monitor import MonitorId
from console.domain.rule import Level
from console.measures.counts import wilson
from console.store import coverage, incidents, mentions, watchlist
from console.store.connection import Tx
from console.store.database import Store
from console.ui.panels.spread import SpreadPanel
from console.ui.panels.spread.canvas import Canvas
from console.ui.query import Query
from console.ui.theme import apply, theme
from console.words import Words
from tests.helpers.builders import a_monitor, a_scored_post, a_store, a_verdict

ZONE = timezone(timedelta(hours=8))
NOW = 1_740_974_400_000 + 41 * MINUTE + 7 * SECOND
MINUTE_NOW = NOW - NOW % MINUTE
ROOT = Subject(SubjectKind.CONVERSATION, "root")
MONITOR = Subject(SubjectKind.MONITOR, "1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_store(tmp_path / "console.db", ReplayClock(NOW))
    store.write(watchlist.save_monitor, a_monitor(0), "officer", NOW - 30 * HOUR).result()
    yield store
    store.close()


def put(store: Store, *minutes: float, threaded: bool = True, **changes: object) -> None:
    """Posts published so many minutes before the running one."""
    root = {"root_id": "root"} if threaded else {}
    posts = [
        a_scored_post(**{"published_at": MINUTE_NOW - round(back * MINUTE) + SECOND, **root, **changes})  # type: ignore[arg-type]
        for back in minutes
    ]
    store.write(mentions.add, posts, None, None, {"stream": 60.0}).result()


@pytest.fixture
def story(store: Store) -> Store:
    """A day of quiet, then a conversation: negatives, uncertain ones, three platforms, a late post."""
    for hour in range(26 * 60, 120, -20):
        put(store, hour, threaded=False, negative=0.9 if hour % 100 == 0 else 0.1)
    put(store, 95, author_followers=8_400)
    put(store, *[back / 4 for back in range(0, 240, 3)])
    put(store, *[back / 2 for back in range(0, 60, 7)], platform="forum", negative=0.8)
    put(store, 3.5, 4.5, 4.6, platform="portal")
    put(store, 2, 6, 6.2, 9, negative=0.5)
    put(store, 8, 8.1, negative=0.1)
    return store


Shown = tuple[SpreadPanel, Canvas]


def show(
    qtbot: QtBot, store: Store, subjects: list[Subject], level: Level | None = Level.CRITICAL, **look: str
) -> Shown:
    words = Words(look.get("language", "en"), ZONE)
    dress = theme(look.get("scheme", "dark"), words.language)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply(application, dress)
    panel = SpreadPanel(words, dress, Query(store.read))
    qtbot.addWidget(panel)
    panel.resize(950, 372)
    panel.tick(NOW)
    panel.show_subjects(subjects, "The door does not close", level)
    panel.show()
    qtbot.waitUntil(lambda: panel.canvas is not None)
    assert panel.canvas is not None
    settle(qtbot, panel)
    return panel, panel.canvas


def settle(qtbot: QtBot, panel: SpreadPanel) -> None:
    """Until all is laid out, nothing is being read and what was read is shown."""
    canvas = panel.canvas
    assert canvas is not None
    qtbot.waitUntil(lambda: canvas.width() == panel.width() and canvas.view.size() == canvas.size())
    qtbot.waitUntil(lambda: panel.foot is not None and canvas.geometry().bottom() + 1 == panel.foot.y())
    qtbot.waitUntil(lambda: not panel.query.is_busy("spread") and not panel.query.is_busy("spread.normal"))
    qtbot.waitUntil(lambda: panel.picture is not None)


def image(canvas: Canvas) -> QImage:
    return canvas.view.grab().toImage()


def colours(canvas: Canvas) -> set[str]:
    """All colours in the plot."""
    box, picture = canvas.view.plot_box().toRect(), image(canvas)
    return {
        picture.pixelColor(x, y).name()
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom(), 3)
    }


def x_of(canvas: Canvas, at: int) -> int:
    return round(canvas.view.plot_box().left() + canvas.scale.x(at, canvas.now))


def column(picture: QImage, x: int, top: int, bottom: int) -> list[str]:
    return [picture.pixelColor(x, y).name() for y in range(top, bottom)]


@pytest.mark.parametrize("minutes", [1, 5, 15])
def test_bars_sum_to_what_is_stored(qtbot: QtBot, story: Store, minutes: int) -> None:
    panel, canvas = show(qtbot, story, [ROOT])
    qtbot.mouseClick(panel.findChild(QToolButton, f"spreadBins{minutes}"), Qt.MouseButton.LeftButton)
    settle(qtbot, panel)
    assert panel.picture is not None
    bars = panel.picture.bars
    assert bars.minutes == canvas.scale.minutes == minutes
    stored = story.read(mentions.latest, limit=1000, conversations=[ConversationId("root")]).result()
    negative = [one for one in stored if one.sentiment.label is Label.NEGATIVE]
    assert bars.negative.sum() == len(negative) > 90
    for column_, platform in enumerate(bars.platforms):
        assert bars.negative[:, column_].sum() == sum(one.post.platform == platform for one in negative)
    assert bars.uncertain.sum() == sum(one.sentiment.label is Label.UNCERTAIN for one in stored) == 4
    assert bars.platforms == ("weibo", "forum", "portal")
    for one in negative:
        place = bars.at(one.post.published_at)
        assert place is not None
        assert bars.starts[place] <= one.post.published_at < bars.starts[place] + minutes * MINUTE


def test_a_late_post_falls_into_its_own_bin(qtbot: QtBot, story: Store) -> None:
    panel, _ = show(qtbot, story, [ROOT])
    assert panel.picture is not None
    late = MINUTE_NOW - 70 * MINUTE
    assert panel.picture.bars.at(late) is None
    put(story, 70)
    panel.refresh(Changes(mention=MentionId(10_000)))
    qtbot.waitUntil(lambda: panel.picture is not None and panel.picture.bars.at(late) is not None)
    assert panel.picture is not None
    place = panel.picture.bars.at(late)
    assert place is not None
    assert panel.picture.bars.negative[place].sum() == 1


def test_bars_are_painted_where_their_minute_stands(qtbot: QtBot, store: Store) -> None:
    put(store, 120)
    put(store, 30, 29.9, 29.8, 29.7)
    _, canvas = show(qtbot, store, [ROOT])
    box = canvas.view.plot_box().toRect()
    picture = image(canvas)
    bar = theme("dark", "en").burning[0].name()
    painted = [x for x in range(box.left(), box.right()) if picture.pixelColor(x, box.top() + 20).name() == bar]
    start = x_of(canvas, MINUTE_NOW - 30 * MINUTE)
    assert [x for x in painted if abs(x - start) < 8] == [start, start + 1, start + 2]


def test_the_row_of_figures_reads_the_store(qtbot: QtBot, story: Store) -> None:
    panel, _ = show(qtbot, story, [ROOT])

    def said(name: str) -> str:
        return panel.figures.figure(name).accessibleName()

    stored = story.read(
        mentions.latest, limit=1000, conversations=[ConversationId("root")], since=MINUTE_NOW - 4 * MINUTE
    ).result()
    recent = sum(one.sentiment.label is Label.NEGATIVE for one in stored)
    assert panel.figures.figure("velocity").number.whole() == f"{recent / (4 + 7.001 / 60):.1f}"
    assert "Velocity · last 5 min" in said("velocity")
    assert panel.figures.figure("normal").number.whole().startswith("×")
    assert "normal 0.0–" in said("normal")
    assert panel.figures.figure("nearest").number.whole() == "91 / 100"
    assert panel.figures.figure("nearest").mark.accessibleName() == "Critical"
    share = panel.figures.figure("share")
    hour = story.read(mentions.latest, limit=1000, monitor=MonitorId(1), since=MINUTE_NOW - 59 * MINUTE).result()
    negative = sum(one.sentiment.label is Label.NEGATIVE for one in hour)
    low, high = wilson(negative, len(hour))
    assert share.number.whole() == f"{100 * negative / len(hour):.0f}"
    assert share.range.whole() == f"{100 * low:.0f}–{100 * high:.0f}"
    assert said("reach") == "Reach, at most 8,400 known 1/3"


def test_too_little_is_unknown_and_says_why(qtbot: QtBot, store: Store) -> None:
    put(store, 90)
    put(store, 3)
    panel, _ = show(qtbot, store, [ROOT], None)
    assert panel.figures.figure("share").number.whole() == "—"
    assert "only 1 post" in panel.figures.figure("share").accessibleName()
    assert panel.figures.figure("normal").number.whole() == "—"
    assert "learning: needs 6 h" in panel.figures.figure("normal").accessibleName()


def test_a_brush_carries_exact_bounds_and_is_cleared_by_a_click(qtbot: QtBot, story: Store) -> None:
    panel, canvas = show(qtbot, story, [ROOT])
    heard: list[object] = []
    panel.brushed.connect(heard.append)
    since, until = MINUTE_NOW - 40 * MINUTE, MINUTE_NOW - 30 * MINUTE
    viewport = canvas.view.viewport()
    y = canvas.view.plot_box().toRect().center().y()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x_of(canvas, since), y))
    qtbot.mouseMove(viewport, QPoint(x_of(canvas, until) - 12, y))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x_of(canvas, until), y))
    assert heard == [(since, until)]
    rows = story.read(mentions.latest, limit=1000, since=since, until=until).result()
    assert rows
    assert all(since <= row.post.published_at < until for row in rows)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x_of(canvas, until) + 60, y))
    assert heard == [(since, until), None]
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x_of(canvas, until), y))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x_of(canvas, since), y))
    qtbot.keyClick(canvas.view, Qt.Key.Key_Escape)
    assert heard == [(since, until), None, (since, until), None]


def test_another_subject_is_not_brushed(qtbot: QtBot, story: Store) -> None:
    panel, canvas = show(qtbot, story, [ROOT])
    canvas.set_brush((MINUTE_NOW - HOUR, MINUTE_NOW))
    with qtbot.waitSignal(panel.brushed) as cleared:
        panel.show_subjects([MONITOR], "all monitors", None)
    assert cleared.args == [None]


def test_only_what_was_not_heard_is_hatched(qtbot: QtBot, story: Store) -> None:
    since, until = MINUTE_NOW - 150 * MINUTE, MINUTE_NOW - 130 * MINUTE

    def a_gap(tx: Tx) -> None:
        coverage.heard(tx, "forum", since, 60.0)
        coverage.heard(tx, "forum", until, 60.0)

    story.write(a_gap).result()
    panel, canvas = show(qtbot, story, [ROOT])
    assert panel.picture is not None
    assert panel.picture.blind == ((since, until),)
    box = canvas.view.plot_box().toRect()
    picture = image(canvas)
    colours = {x: set(column(picture, x, box.top() + 4, box.top() + 60)) for x in range(box.left(), box.right())}
    plain = colours[x_of(canvas, MINUTE_NOW - 170 * MINUTE)]
    left, right = x_of(canvas, since), x_of(canvas, until)
    assert right - left == 80
    assert all(len(colours[x] - plain) >= 2 for x in range(left, right))
    marks = {x_of(canvas, mark.at) for mark in panel.picture.marks}
    first_bar = x_of(canvas, MINUTE_NOW - 96 * MINUTE)
    assert all(colours[x] <= plain for x in range(box.left() + 1, left) if x not in marks)
    assert all(colours[x] <= plain for x in range(right, first_bar) if x not in marks)
    assert any("forum blind 20 minutes" in mark.text for mark in panel.picture.marks)
    assert panel.foot is not None
    assert "blind 20 minutes" in panel.foot.left.whole()
    assert panel.figures.figure("velocity").number.whole() != "—"


def test_a_source_that_is_silent_now_leaves_the_speed_unknown(qtbot: QtBot, story: Store) -> None:
    story.write(coverage.heard, "forum", NOW - 10 * MINUTE, 30.0).result()

    def dark(tx: Tx) -> None:
        tx.insert("gap", source="forum", since=NOW - 10 * MINUTE, until=None, reason="not_heard")

    story.write(dark).result()
    panel, _ = show(qtbot, story, [ROOT])
    figure = panel.figures.figure("velocity")
    assert figure.number.whole() == "—"
    assert "not heard in full" in figure.accessibleName()
    assert panel.picture is not None
    assert panel.picture.blind[-1] == (NOW - 10 * MINUTE, NOW)


def test_before_anything_was_heard_is_blind(qtbot: QtBot, store: Store) -> None:
    put(store, 60)
    panel, _ = show(qtbot, store, [ROOT])
    assert panel.picture is not None
    began = MINUTE_NOW - 60 * MINUTE + SECOND + 20 * SECOND
    assert [end for _, end in panel.picture.blind] == [began]
    assert panel.foot is not None
    assert panel.foot.left.whole().startswith("heard since 11:41")


def test_a_drill_stands_behind_its_plot(qtbot: QtBot, story: Store) -> None:
    panel, canvas = show(qtbot, story, [ROOT])
    plain = image(canvas)
    panel.set_drill(is_drill=True)
    assert image(canvas) != plain
    panel.set_drill(is_drill=False)
    assert image(canvas) == plain


def test_alerts_and_the_first_post_stand_on_the_rails(qtbot: QtBot, story: Store) -> None:
    for rule, back in (("watch", 80), ("escalate", 45), ("critical", 10)):
        story.write(incidents.raise_, [a_verdict(rule, ROOT)], MINUTE_NOW - back * MINUTE).result()
    panel, canvas = show(qtbot, story, [ROOT])
    assert panel.picture is not None
    labels = [one.mark.text for one in canvas.view.rails(panel.picture).labels()]
    assert {"Warning 11:21", "Serious 11:56", "Critical 12:31", "first post 11:06"} <= set(labels)
    assert any(mark.text == "reached portals 12:36" for mark in panel.picture.marks)
    boxes = [one.box for one in canvas.view.rails(panel.picture).labels()]
    assert not any(a.intersects(b) for number, a in enumerate(boxes) for b in boxes[:number])


def test_it_follows_the_time_until_it_is_moved_and_again_when_asked(qtbot: QtBot, story: Store) -> None:
    panel, canvas = show(qtbot, story, [ROOT])
    right = canvas.scale.edges(canvas.now)[1]
    assert right == MINUTE_NOW + MINUTE
    panel.tick(NOW + 2 * MINUTE)
    assert canvas.scale.edges(canvas.now)[1] == right + 2 * MINUTE
    qtbot.keyClick(canvas.view, Qt.Key.Key_Left)
    moved = canvas.scale.edges(canvas.now)
    assert moved[1] < right
    panel.tick(NOW + 5 * MINUTE)
    assert canvas.scale.edges(canvas.now) == moved
    qtbot.mouseClick(panel.findChild(QPushButton, "spreadFollow"), Qt.MouseButton.LeftButton)
    assert canvas.scale.edges(canvas.now)[1] == right + 5 * MINUTE


def test_the_crosshair_reads_the_bin_it_stands_on(qtbot: QtBot, store: Store) -> None:
    put(store, 100)
    put(store, 20, 20.1, 20.2)
    put(store, 20.3, platform="forum")
    put(store, 20.4, negative=0.5)
    panel, canvas = show(qtbot, store, [ROOT])
    x = x_of(canvas, MINUTE_NOW - 21 * MINUTE) + 1
    box = canvas.view.plot_box().toRect()
    qtbot.mouseMove(canvas.view.viewport(), QPoint(x, box.center().y()))
    assert canvas.readout.isVisible()
    assert (
        canvas.readout.accessibleDescription() == "12:20–12:21; Weibo 2; Forum 1; uncertain 1; velocity, 5 min 0.0/min"
    )
    assert panel.isVisible()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_languages_and_looks_change_live(qtbot: QtBot, story: Store, scheme: str, language: str) -> None:
    panel, canvas = show(qtbot, story, [ROOT], language="en", scheme="dark" if scheme == "light" else "light")
    panel.retranslate(Words(language, ZONE))
    panel.restyle(theme(scheme, language))
    settle(qtbot, panel)
    chinese = language == "zh_CN"
    assert panel.head.title.whole() == ("扩散" if chinese else "Spread")
    assert panel.figures.figure("share").caption.whole() == (
        "负面占比 · 近 60 分" if chinese else "Negative share · 60 min"
    )
    assert panel.picture is not None
    assert panel.picture.limit is not None
    assert panel.picture.limit.text == ("阈值 1.7" if chinese else "threshold 1.7")
    picture = image(canvas)
    assert picture.pixelColor(2, 2) == theme(scheme, language).panel
    seen = colours(canvas)
    assert theme(scheme, language).burning[0].name() in seen
    other = theme("light" if scheme == "dark" else "dark", language)
    assert other.burning[0].name() not in seen


def test_nothing_burns_without_a_rule(qtbot: QtBot, story: Store) -> None:
    panel, canvas = show(qtbot, story, [MONITOR], None)
    assert panel.picture is not None
    assert panel.picture.bars.negative.sum() > 90
    seen = colours(canvas)
    assert QColor(theme("dark", "en").calm[0]).name() in seen
    assert not seen & {colour.name() for colour in theme("dark", "en").burning}


def test_the_plot_comes_after_the_first_paint(qtbot: QtBot, store: Store) -> None:
    panel = SpreadPanel(Words("en", ZONE), theme("dark", "en"), Query(store.read))
    qtbot.addWidget(panel)
    panel.tick(NOW)
    panel.show_subjects([ROOT], "", None)
    assert panel.canvas is None
    panel.show()
    qtbot.waitUntil(lambda: panel.canvas is not None)
    panel.refresh(Changes())


def test_markup_in_names_is_only_text(qtbot: QtBot, store: Store) -> None:
    hostile = "<img src=x><b>bold</b>\u202e"
    put(store, 90)
    put(store, 3, 4, platform=hostile, source=hostile)
    panel, canvas = show(qtbot, store, [ROOT])
    panel.show_subjects([ROOT], hostile * 20, Level.CRITICAL)
    settle(qtbot, panel)
    assert panel.head.hint.textFormat() is Qt.TextFormat.PlainText
    assert "<img" in panel.legend.accessibleName()
    assert "\u202e" not in panel.legend.accessibleName()
    qtbot.mouseMove(canvas.view.viewport(), QPoint(x_of(canvas, MINUTE_NOW - 4 * MINUTE), 150))
    assert MonitorId(1) in [one.id for one in store.read(watchlist.monitors).result()]
