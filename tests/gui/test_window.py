"""The desk as a person meets it: what one panel chooses the others show, acts reach the store, nothing acts alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.domain.clock import MINUTE, SECOND
from console.domain.coverage import SourceHealth, SourceLamp
from console.domain.incident import IncidentAct, IncidentState
from console.domain.mention import Label, MentionId
from console.domain.rule import Level
from console.domain.timeline import EntryKind
from console.store import coverage, feed, incidents, mentions, timeline
from console.store.database import Store
from console.ui.models.feed_rows import Column
from console.ui.panels.feed.table import FeedTable
from console.ui.plain import PlainParagraph
from console.ui.theme import theme
from console.words import Words
from tests.gui.conftest import Open
from tests.helpers.builders import a_scored_post
from tests.helpers.window import STANDS_AT, ZONE, OpenDesk


def lid(desk: OpenDesk) -> MentionId:
    """The first post of the crisis."""
    return desk.store.read(feed.by_external_id, "weibo", ["lid"]).result()["lid"].id


def rows(desk: OpenDesk) -> int:
    return desk.window.feed.model.rowCount()


def settle_on_crisis(qtbot: QtBot, desk: OpenDesk) -> None:
    """Choose the gravest incident, by its row."""
    window = desk.window
    qtbot.waitUntil(lambda: bool(window.incidents.model.rows()))
    window.incidents.list.setFocus()
    qtbot.keyClick(window.incidents.list, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: window.feed.live.scope.incident is not None and window.feed.live.counts is not None)
    qtbot.waitUntil(lambda: bool(window.matter.list.model().rowCount()))


def said(window: QWidget) -> str:
    """Everything the labels and buttons of a widget say."""
    texts = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    texts += [one.text() for one in window.findChildren(QAbstractButton) if one.isVisible()]
    return "\n".join(texts)


def test_the_gravest_incident_stands_on_top_and_is_offered_at_the_right(
    opened: Open, burning_day: Path, qtbot: QtBot
) -> None:
    window = opened(burning_day).window
    qtbot.waitUntil(window.top_bar.block.isEnabled)
    assert "红" in window.top_bar.block.said()
    assert "条负面" in window.top_bar.block.said()
    qtbot.waitUntil(window.matter.isVisible)
    assert [row.incident.level for row in window.incidents.model.rows()] == [Level.CRITICAL, Level.WARNING]


def test_quiet_says_what_it_rests_on(opened: Open, quiet_day: Path, qtbot: QtBot) -> None:
    window = opened(quiet_day).window
    qtbot.waitUntil(lambda: "5 个信源都在听" in window.top_bar.block.said())
    assert not window.top_bar.block.isEnabled()
    assert window.hearing.isVisible()
    assert window.feed.empty.isVisible()
    assert "过去 1 小时没有负面提及" in said(window.feed.empty)
    qtbot.waitUntil(lambda: "上一起" in said(window.incidents))


def test_a_blind_source_is_a_warning_with_its_shape_and_word(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    window = opened(burning_day).window
    qtbot.waitUntil(lambda: bool(window.sources.model.rows()))
    texts = [window.sources.model.index(n).data() for n in range(len(window.sources.model.rows()))]
    assert any("门户" in text and "黄 盲" in text for text in texts)
    assert window.sources.head.hint.whole() == "4 个在听 · 1 个盲区"


def test_an_incident_narrows_the_feed_the_plot_and_the_right(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    window = desk.window
    everything = window.feed.live.counts
    settle_on_crisis(qtbot, desk)
    assert window.feed.live.counts != everything
    assert window.matter.isVisible()
    qtbot.waitUntil(lambda: window.feed.model.rowCount() > 100)
    qtbot.waitUntil(lambda: "松岚电饭煲煮粥" in window.spread.head.hint.whole())
    window.step_back()
    assert window.feed.live.scope.is_all
    qtbot.waitUntil(lambda: window.spread.head.hint.whole() == "全部监测项")


def test_a_monitor_narrows_the_feed(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    window = opened(burning_day).window
    visit = window.monitors.list.visualRect(window.monitors.model.index(2)).center()
    qtbot.mouseClick(window.monitors.list.viewport(), Qt.MouseButton.LeftButton, pos=visit)
    assert window.feed.live.scope.monitor == window.monitors.model.row(2).monitor.id
    qtbot.waitUntil(lambda: window.feed.live.counts is not None)


def test_a_brushed_time_narrows_the_feed_and_escape_goes_back_step_by_step(
    opened: Open, burning_day: Path, qtbot: QtBot
) -> None:
    desk = opened(burning_day)
    window = desk.window
    settle_on_crisis(qtbot, desk)
    window.spread.brushed.emit((STANDS_AT - 20 * MINUTE, STANDS_AT - 10 * MINUTE))
    qtbot.waitUntil(lambda: 0 < rows(desk) < 150)
    for number in range(rows(desk)):
        posted = window.feed.model.row(number).published_at
        assert STANDS_AT - 20 * MINUTE <= posted < STANDS_AT - 10 * MINUTE
    window.read_mention(window.feed.model.row(0).id)
    assert window.post.isVisible()
    window.step_back()
    assert not window.post.isVisible()
    assert window.feed.live.scope.since is not None
    window.step_back()
    assert window.feed.live.scope.since is None
    assert window.feed.live.scope.incident is not None
    window.step_back()
    assert window.feed.live.scope.is_all


def test_a_row_opens_its_post_with_score_reasons_and_conversation(
    opened: Open, burning_day: Path, qtbot: QtBot
) -> None:
    desk = opened(burning_day)
    window = desk.window
    window.read_mention(lid(desk))
    text = window.findChild(QTextEdit, "postText")
    assert isinstance(text, QTextEdit)
    qtbot.waitUntil(lambda: "米汤溅了孩子一胳膊" in text.toPlainText())
    everything = said(window.post)
    for part in (
        "@三餐四季的灶台",
        "微博",
        "3,870粉丝",
        "发布 12:27:07",
        "发现时延 24 秒",
        "情感 0.06",
        "把握高",
        "已带出",
    ):
        assert part in everything
    reasons = window.findChild(QAbstractItemView, "postReasons")
    assert isinstance(reasons, QAbstractItemView)
    qtbot.waitUntil(lambda: reasons.model().rowCount() > 0)
    assert "子句" in reasons.model().index(0, 0).data()
    thread = window.findChild(QAbstractItemView, "postThread")
    assert isinstance(thread, QAbstractItemView)
    assert thread.model().rowCount() == 100


def test_acknowledging_by_key_is_written_once_with_the_officers_name(
    opened: Open, burning_day: Path, qtbot: QtBot
) -> None:
    desk = opened(burning_day)
    window = desk.window
    settle_on_crisis(qtbot, desk)
    worst = window.incidents.model.row(0).incident
    now = desk.clock.now()
    desk.store.write(incidents.move, worst.id, IncidentAct.RESPOND, "值班员乙", "", now).result()
    desk.store.write(incidents.move, worst.id, IncidentAct.REOPEN, "值班员乙", "", now).result()
    acknowledge = window.findChild(QAbstractButton, "matterAcknowledge")
    note = window.findChild(QLineEdit, "matterNote")
    assert isinstance(acknowledge, QAbstractButton)
    assert isinstance(note, QLineEdit)
    qtbot.waitUntil(acknowledge.isVisible)
    note.setFocus()
    qtbot.keyClicks(note, "a ")  # a letter in a note acts on nothing
    note.insert("在查")
    window.incidents.list.setFocus()
    qtbot.keyClick(window.incidents.list, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: not acknowledge.isVisible())
    entries = [e for e in desk.store.read(timeline.entries, worst.id).result() if e.kind is EntryKind.ACKNOWLEDGED]
    assert [(e.actor, e.facts["note"]) for e in entries][-1] == ("值班员甲", "a 在查")
    assert len(entries) == 2
    taken = desk.store.read(incidents.one, worst.id).result()
    assert taken is not None
    assert taken.state is IncidentState.HANDLING
    assert note.text() == ""


def test_a_note_joins_the_timeline_and_what_does_not_fit_is_said(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    window = desk.window
    settle_on_crisis(qtbot, desk)
    worst = window.incidents.model.row(0).incident
    note = window.findChild(QLineEdit, "matterNote")
    assert isinstance(note, QLineEdit)
    before = window.matter.list.model().rowCount()
    note.setFocus()
    note.insert("打过电话")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.matter.list.model().rowCount() == before + 1)
    assert "打过电话" in window.matter.list.model().index(0, 0).data()
    desk.bridge.changed.disconnect(window.hear)  # another seat resolves it, and this one has not heard of it yet
    desk.store.write(incidents.move, worst.id, IncidentAct.RESOLVE, "值班员乙", "", desk.clock.now()).result()
    window.matter.do(IncidentAct.WATCH)
    trouble = window.findChild(QLabel, "matterTrouble")
    assert isinstance(trouble, QLabel)
    qtbot.waitUntil(trouble.isVisible)
    assert trouble.text()


def test_the_offered_incident_does_not_change_under_a_hand_that_writes(
    opened: Open, burning_day: Path, qtbot: QtBot
) -> None:
    desk = opened(burning_day)
    window = desk.window
    qtbot.waitUntil(lambda: window.matter.isVisible() and bool(window.matter.list.model().rowCount()))
    shown = window.matter.incident
    note = window.findChild(QLineEdit, "matterNote")
    assert isinstance(note, QLineEdit)
    note.insert("正在写")
    assert shown is not None
    desk.store.write(
        lambda tx: tx.execute("UPDATE incident SET level = 'notice', is_firing = 0 WHERE id = ?", (shown,))
    ).result()
    window.pulse.read_all()
    qtbot.waitUntil(lambda: window.incidents.model.row(0).incident.id != shown)
    assert window.matter.incident == shown
    assert note.text() == "正在写"


def test_rows_stay_where_they_are_while_one_is_chosen(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    window = desk.window
    table = window.feed.table
    qtbot.waitUntil(lambda: rows(desk) > 100)
    assert table.is_following
    number = rows(desk) - 6
    spot = table.visualRect(window.feed.model.index(number, 4)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    chosen = window.feed.model.row(number).id
    assert window.post.mention == chosen
    flood(desk, 40)
    qtbot.waitUntil(lambda: window.feed.unseen == 40)
    assert row_at(table, spot) == chosen
    assert "40 条新" in said(window.feed)
    assert window.windowTitle() == f"(40 条新) {window.words.say('Crisis Console')}"
    window.step_back()
    flood(desk, 1)
    qtbot.waitUntil(lambda: window.feed.unseen == 0)
    assert table.verticalScrollBar().value() == table.verticalScrollBar().maximum()


def test_space_holds_the_feed_and_goes_on_at_the_marker(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    window = desk.window
    qtbot.waitUntil(lambda: rows(desk) > 100)
    before, last = rows(desk), window.feed.model.last
    window.feed.table.setFocus()
    qtbot.keyClick(window.feed.table, Qt.Key.Key_Space)
    flood(desk, 25)
    qtbot.waitUntil(lambda: window.feed.unseen == 25)
    assert rows(desk) == before
    assert "已暂停 · 25 条新" in said(window.feed)
    qtbot.keyClick(window.feed.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: rows(desk) == before + 25)
    assert window.feed.model.marker == last


def test_the_feed_has_the_keyboard_at_first(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    qtbot.waitUntil(lambda: rows(desk) > 100)
    assert QApplication.focusWidget() is desk.window.feed.table


def test_a_question_mark_shows_all_keys(opened: Open, quiet_day: Path, qtbot: QtBot) -> None:
    window = opened(quiet_day).window
    window.monitors.list.setFocus()
    qtbot.keyClick(window.monitors.list, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    sheet = window.findChild(QDialog, "keySheet")
    assert isinstance(sheet, QDialog)
    assert "认领事件" in said(sheet)
    sheet.close()


def test_taking_the_keyboard_chooses_nothing(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    window = desk.window
    qtbot.waitUntil(lambda: rows(desk) > 100)
    for view in window.findChildren(QAbstractItemView):
        if view.isVisible():
            view.setFocus()
    assert window.post.mention is None
    assert window.feed.live.scope.is_all
    window.feed.table.setFocus()
    qtbot.keyClick(window.feed.table, Qt.Key.Key_J)
    assert window.post.mention is not None
    first = window.post.mention
    qtbot.keyClick(window.feed.table, Qt.Key.Key_J)
    assert window.post.mention > first
    qtbot.keyClick(window.feed.table, Qt.Key.Key_K)
    assert window.post.mention == first


def test_every_widget_that_takes_the_keyboard_has_a_name_in_both_languages(
    opened: Open, burning_day: Path, qtbot: QtBot
) -> None:
    desk = opened(burning_day)
    window = desk.window
    settle_on_crisis(qtbot, desk)
    window.read_mention(lid(desk))
    qtbot.waitUntil(window.post.isVisible)
    for language in ("zh_CN", "en"):
        window.retranslate(Words(language, ZONE))
        for one in window.findChildren(QWidget):
            takes_keys = one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.isVisibleTo(window)
            beside = one.parent()
            is_viewport = isinstance(beside, QAbstractScrollArea) and beside.viewport() is one
            if takes_keys and not isinstance(one, QAbstractSlider) and not is_viewport:
                assert one.accessibleName() or one.property("text"), (one, one.parent())
                assert one.objectName(), one


def test_the_language_changes_while_it_runs(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    desk = opened(burning_day)
    window = desk.window
    settle_on_crisis(qtbot, desk)
    window.retranslate(Words("en", ZONE))
    window.restyle(theme("light", "en"))
    everything = said(window.top_bar) + said(window.feed) + said(window.matter) + window.top_bar.block.said()
    for part in ("Live mentions", "Negative", "Pause", "Incident", "On duty", "Handling", "since first post"):
        assert part in everything
    assert window.incidents.head.title.whole() == "Incidents"
    assert "实时提及" not in everything
    assert window.feed.model.headerData(0, Qt.Orientation.Horizontal) is not None
    window.retranslate(Words("zh_CN", ZONE))
    assert "实时提及" in said(window.feed)


def test_it_takes_light_and_dark_while_it_runs(opened: Open, burning_day: Path, qtbot: QtBot) -> None:
    window = opened(burning_day).window
    colours = []
    for scheme in ("dark", "light"):
        window.restyle(theme(scheme, "zh_CN"))
        QApplication.processEvents()
        colours.append(window.feed.grab().toImage().pixelColor(QPoint(4, 100)).lightness())
    assert colours[0] < 60 < 200 < colours[1]


def test_an_alert_flashes_the_edge_and_opens_nothing(opened: Open, quiet_day: Path, qtbot: QtBot) -> None:
    desk = opened(quiet_day)
    window = desk.window
    qtbot.waitUntil(lambda: "信源" in window.top_bar.block.said())
    resolved = desk.store.read(incidents.list_, True).result()[0]
    assert not window.edge.isVisible()
    focus = QApplication.focusWidget()
    desk.store.write(
        lambda tx: tx.execute(
            "UPDATE incident SET state = 'open', is_firing = 1, resolved_at = NULL WHERE id = ?", (resolved.id,)
        )
    ).result()
    window.pulse.read_all()
    qtbot.waitUntil(window.edge.isVisible)
    assert QApplication.focusWidget() is focus
    assert QApplication.activeModalWidget() is None
    qtbot.waitUntil(lambda: not window.edge.isVisible(), timeout=4_000)


def test_trouble_with_the_store_is_said_until_it_is_over(opened: Open, quiet_day: Path, qtbot: QtBot) -> None:
    desk = opened(quiet_day)
    window = desk.window

    def broken(db: object) -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions():
        desk.query.ask("situation", broken, then=lambda _: None)
        qtbot.waitUntil(lambda: "ZeroDivisionError" in window.strip.trouble)
    window.pulse.read_all()
    qtbot.waitUntil(lambda: window.strip.trouble == "")


def test_a_source_that_falls_silent_changes_its_lamp(opened: Open, quiet_day: Path, qtbot: QtBot) -> None:
    desk = opened(quiet_day)
    window = desk.window
    qtbot.waitUntil(lambda: "5 个信源都在听" in window.top_bar.block.said())
    lost = SourceHealth("微博", SourceLamp.FAILING, desk.clock.now() + 90 * SECOND, "source_unreachable", {})
    desk.store.write(coverage.report, lost).result()
    qtbot.waitUntil(lambda: "5 个信源中 4 个在听" in window.top_bar.block.said())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_small_screen_has_room_for_it(opened: Open, burning_day: Path, qtbot: QtBot, language: str) -> None:
    window = opened(burning_day, language).window
    qtbot.waitUntil(window.matter.isVisible)
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    assert least.width() <= 1280 - 16
    assert least.height() <= 800 - 30 - 40
    window.resize(least)
    for name in ("velocity", "normal", "nearest", "share"):
        number = window.spread.figures.figure(name).number
        assert number.fontMetrics().horizontalAdvance(number.whole()) <= number.contentsRect().width()


@pytest.mark.parametrize("text", ["x" * 300, "<table><tr><td>" * 20, "я" * 300])
def test_an_endless_word_widens_nothing(opened: Open, burning_day: Path, qtbot: QtBot, text: str) -> None:
    desk = opened(burning_day)
    settle_on_crisis(qtbot, desk)
    widths = dock(desk, "rightDock").width(), dock(desk, "leftDock").width(), desk.window.feed.width()
    for paragraph in desk.window.matter.findChildren(PlainParagraph):
        paragraph.set(text)
        assert paragraph.heightForWidth(300) >= 5 * paragraph.fontMetrics().height()
    QApplication.processEvents()
    desk.window.grab()
    assert (dock(desk, "rightDock").width(), dock(desk, "leftDock").width(), desk.window.feed.width()) == widths


def test_before_anything_was_heard_nothing_is_said_of_it(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    Store.open(tmp_path / "new.db", durable=False).close()
    window = opened(tmp_path / "new.db", "en").window
    assert window.spread.foot is not None
    foot = window.spread.foot.left
    qtbot.waitUntil(lambda: foot.whole() == "nothing heard yet")
    assert window.spread.figures.figure("nearest").number.whole() == "—"
    assert "Nothing heard yet" in said(window.feed.empty)
    assert "No negatives" not in said(window.feed.empty)


def test_levels_stand_in_the_feed_only_where_there_are_any(opened: Open, quiet_day: Path, qtbot: QtBot) -> None:
    desk = opened(quiet_day)
    model, table = desk.window.feed.model, desk.window.feed.table
    desk.store.write(mentions.add, [a_scored_post("plain", text="锅盖坏了")], at=desk.clock.now()).result()
    qtbot.waitUntil(lambda: model.rowCount() > 0)
    assert table.isColumnHidden(Column.LEVEL)
    model.start([replace(model.row(0), level=Level.SERIOUS)], has_older=False)
    assert not table.isColumnHidden(Column.LEVEL)
    assert table.columnWidth(Column.LEVEL) > 0


def test_where_the_docks_stood_is_where_they_stand_again(opened: Open, quiet_day: Path) -> None:
    dock(opened(quiet_day), "rightDock").hide()
    again = opened(quiet_day)
    assert not dock(again, "rightDock").isVisible()
    assert dock(again, "leftDock").isVisible()


def dock(desk: OpenDesk, name: str) -> QDockWidget:
    """A dock by its name."""
    found = desk.window.findChild(QDockWidget, name)
    assert isinstance(found, QDockWidget)
    return found


@pytest.mark.parametrize(
    "text", ["<table><tr><td>" * 90, '<img src="file:///etc/hostname">', "\u202egnp\x00" * 40, "x" * 300_000]
)
def test_hostile_posts_are_shown_as_text_everywhere(opened: Open, quiet_day: Path, qtbot: QtBot, text: str) -> None:
    desk = opened(quiet_day)
    window = desk.window
    at = desk.clock.now()
    hostile = a_scored_post("hostile", text=text, author=text[:400], published_at=at, arrived_at=at, source="微博")
    desk.store.write(mentions.add, [hostile], at=at).result()
    qtbot.waitUntil(lambda: rows(desk) == 1)
    window.read_mention(window.feed.model.row(0).id)
    reading = window.findChild(QTextEdit, "postText")
    assert isinstance(reading, QTextEdit)
    qtbot.waitUntil(lambda: reading.toPlainText() != "")
    window.grab()
    for one in window.findChildren(QLabel):
        assert one.textFormat() == Qt.TextFormat.PlainText, one.text()[:80]
    if "<" in text:
        assert text[:30] in reading.toPlainText()
    assert "\u202e" not in reading.toPlainText()


def flood(desk: OpenDesk, count: int) -> None:
    """Commit negative posts of now."""
    at = desk.clock.now()
    batch = [a_scored_post(published_at=at, arrived_at=at, source="微博") for _ in range(count)]
    desk.store.write(mentions.add, batch, at=at).result()


def row_at(table: FeedTable, spot: QPoint) -> MentionId:
    """Which mention stands at a spot of the table."""
    number = table.rowAt(spot.y())
    model = table.model()
    found: MentionId = model.row(number).id  # type: ignore[attr-defined]
    return found


def test_labels_of_the_tabs_are_the_glossarys(opened: Open, quiet_day: Path) -> None:
    window = opened(quiet_day).window
    assert window.feed.live.label is Label.NEGATIVE
    for name, word in (("feedTabNegative", "负面"), ("feedTabUncertain", "待研判"), ("feedTabAll", "全部")):
        tab = window.findChild(QAbstractButton, name)
        assert isinstance(tab, QAbstractButton)
        assert tab.text().startswith(word)
