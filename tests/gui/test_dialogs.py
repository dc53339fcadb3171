"""The dialogs as a person uses them, on a real store, with an engine that only lends its loop."""

from argparse import Namespace
from collections.abc import Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console import settings as machine
from console.app import Call, plugins
from console.app.dialogs import Dialogs
from console.app.screen import Screen
from console.domain.clock import ReplayClock, WallClock
from console.domain.escalation import Role
from console.domain.incident import IncidentId
from console.domain.mention import Post
from console.domain.rule import RuleId
from console.domain.timeline import EntryKind
from console.services import report
from console.services.desk import Desk
from console.store import incidents, timeline, watchlist
from console.store.database import Store
from console.ui.dialogs.add_source import AddSourceDialog
from console.ui.dialogs.export import ExportDialog
from console.ui.dialogs.first_run import FirstRun
from console.ui.dialogs.frame import Dialog, Hands
from console.ui.dialogs.settings import PAGES, SettingsDialog
from console.ui.theme import theme
from console.wire import Wire
from console.words import Words
from tests.gui.conftest import Open
from tests.helpers.server import Answer, ScriptedServer, serving
from tests.helpers.window import STANDS_AT, ZONE, OpenDesk

FEED = (
    "<rss version='2.0'><channel><title>t</title>"
    + "".join(
        f"<item><guid>{n}</guid><title>Post {n} &lt;b&gt;bold&lt;/b&gt;</title>"
        f"<pubDate>Fri, 20 Nov 2026 0{n}:00:00 GMT</pubDate></item>"
        for n in range(1, 8)
    )
    + "</channel></rss>"
).encode()


def read_once(kind: str, options: dict[str, Any]) -> Coroutine[Any, Any, list[Post]]:
    """As the runtime has it."""
    clock = WallClock()
    return plugins.sample_source(kind, options, Wire(clock), clock)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as one:
        yield one


@pytest.fixture
def english(opened: Open, quiet_day: Path) -> OpenDesk:
    return opened(quiet_day, "en", "light")


def hands(desk: OpenDesk) -> Hands:
    return Hands(desk.query, desk.bridge, Desk(desk.store, desk.clock), desk.clock)


def settings(desk: OpenDesk, qtbot: QtBot, page: str = "people") -> SettingsDialog:
    dialog = SettingsDialog(desk.window.words, desk.window.theme, hands(desk), desk.window)
    dialog.open_page(page)
    qtbot.waitUntil(lambda: dialog.rules.list.count() > 0)
    return dialog


def first_run(desk: OpenDesk) -> FirstRun:
    return FirstRun(desk.window.words, desk.window.theme, hands(desk), read_once, plugins.source_options, desk.window)


def press(qtbot: QtBot, dialog: QWidget, name: str) -> None:
    one = dialog.findChild(QAbstractButton, name)
    assert one is not None, name
    assert one.isEnabled(), name
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton)


def write(qtbot: QtBot, dialog: QWidget, name: str, text: str) -> None:
    field = dialog.findChild(QLineEdit, name)
    assert field is not None, name
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    if text.isascii():
        qtbot.keyClicks(field, text)
    else:  # no key of the test's keyboard gives these
        QApplication.clipboard().setText(text)
        field.paste()
        field.textEdited.emit(text)


def said(widget: QWidget) -> str:
    labels = [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]
    return "\n".join(labels + [one.text() for one in widget.findChildren(QAbstractButton) if one.isVisible()])


def test_names_are_saved_and_the_change_is_signed_with_the_new_name(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot)
    qtbot.waitUntil(lambda: dialog.people.form.names[Role.DUTY].text() != "")
    assert not dialog.people.save.isEnabled()
    write(qtbot, dialog, "officerName", "Ada")
    write(qtbot, dialog, "deputyName", "Grace")
    press(qtbot, dialog, "savePeople")
    qtbot.waitUntil(dialog.people.answer.isVisible)
    names = {one.role: one.name for one in english.store.read(watchlist.contacts).result()}
    assert (names[Role.DUTY], names[Role.DEPUTY]) == ("Ada", "Grace")
    entry = english.store.read(timeline.entries, None).result()[-1]
    assert (entry.kind, entry.actor) == (EntryKind.WATCH_CHANGED, "Ada")


def test_a_threshold_gets_its_next_dated_signed_version(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot, "rules")
    officer = dialog.rules._watched.officer("")
    form = dialog.rules.forms[RuleId("watch")]
    before = form.rule
    assert "Burst score of negatives" in said(form)
    assert "usual" in said(form)
    press(qtbot, form, "more-watch-burst")
    assert f"at least {before.all_of[0].bound + 1:.0f}" in said(form)
    press(qtbot, dialog, "saveRules")
    qtbot.waitUntil(lambda: form.rule.version == before.version + 1)
    kept = next(rule for rule in english.store.read(watchlist.rules).result() if rule.id == before.id)
    assert kept.all_of[0].bound == before.all_of[0].bound + 1
    assert (kept.changed_by, kept.changed_at) == (officer, english.clock.now())
    assert f"changed by {officer}" in said(form)
    press(qtbot, form, "shipped-watch")
    press(qtbot, dialog, "saveRules")
    qtbot.waitUntil(lambda: form.rule.version == before.version + 2)
    assert form.rule.all_of == before.all_of


def test_a_share_is_edited_in_percent(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot, "rules")
    form = next(form for form in dialog.rules.forms.values() if form.rule.id == "escalate")
    share = form.fields[1]
    assert share.value() == 40
    share.setValue(55)
    assert [rule.all_of[1].bound for rule in dialog.rules.drafts()] == [0.55]
    dialog.rules.list.setCurrentRow(1)
    press(qtbot, dialog, "dropRules")
    assert dialog.rules.drafts() == []


def test_another_language_and_look_keep_what_is_being_typed(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot, "rules")
    dialog.rules.forms[next(iter(dialog.rules.forms))].fields[0].setValue(99)
    write(qtbot, dialog, "officerName", "Ada")
    before = said(dialog)
    dialog.retranslate(Words("zh_CN", ZONE))
    dialog.restyle(theme("dark", "zh_CN"))
    assert "启用并写入历史" in said(dialog)
    assert not set(before.split("\n")) & set(said(dialog).split("\n")) - {"简体中文", "English", "%", "−", "+"}
    assert dialog.rules.forms[next(iter(dialog.rules.forms))].fields[0].value() == 99
    assert dialog.people.form.names[Role.DUTY].text() == "Ada"


@pytest.mark.parametrize("page", PAGES)
def test_every_field_has_a_name_for_those_who_do_not_see_it(english: OpenDesk, qtbot: QtBot, page: str) -> None:
    dialog = settings(english, qtbot, page)
    for field in dialog.findChildren(QLineEdit):
        if field.isVisible() and field.objectName() != "qt_spinbox_lineedit":
            assert field.accessibleName(), field.objectName()


def test_language_and_look_are_asked_for_at_once(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot)
    with qtbot.waitSignal(dialog.language_chosen) as language:
        press(qtbot, dialog, "language-zh_CN")
    with qtbot.waitSignal(dialog.scheme_chosen) as scheme:
        press(qtbot, dialog, "scheme-dark")
    assert (language.args, scheme.args) == (["zh_CN"], ["dark"])


def test_a_monitor_is_tried_on_stored_posts_saved_and_removed(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot, "monitors")
    page = dialog.monitors
    qtbot.waitUntil(lambda: page.list.currentRow() == 0)
    press(qtbot, dialog, "newMonitor")
    write(qtbot, dialog, "monitorTitle", "Lids")
    write(qtbot, dialog, "monitorNames", "no such word, 松岚")
    qtbot.waitUntil(lambda: "Takes" in said(page.form) and len(page.form.posts.lines[0][1].whole()) > 0)
    assert all("松岚" in text.whole() for _, text in page.form.posts.lines if text.isVisible())
    press(qtbot, dialog, "saveMonitor")
    qtbot.waitUntil(lambda: "Lids" in [page.list.item(n).text() for n in range(page.list.count())])
    kept = english.store.read(watchlist.monitors).result()[-1]
    assert (kept.title, kept.names) == ("Lids", ("no such word", "松岚"))
    press(qtbot, dialog, "removeMonitor")
    assert "Remove “Lids”?" in said(page)
    assert kept in english.store.read(watchlist.monitors).result()
    press(qtbot, dialog, "sureMonitorYes")
    qtbot.waitUntil(lambda: kept not in english.store.read(watchlist.monitors).result())


def test_a_source_is_removed_only_after_a_question(english: OpenDesk, qtbot: QtBot) -> None:
    dialog = settings(english, qtbot, "sources")
    before = english.store.read(watchlist.sources).result()
    press(qtbot, dialog, "removeSource")
    press(qtbot, dialog, "sureSourceNo")
    assert english.store.read(watchlist.sources).result() == before
    press(qtbot, dialog, "removeSource")
    press(qtbot, dialog, "sureSourceYes")
    qtbot.waitUntil(lambda: english.store.read(watchlist.sources).result() == before[1:])


def test_a_feed_is_tried_and_then_listened_to(english: OpenDesk, qtbot: QtBot, server: ScriptedServer) -> None:
    dialog = AddSourceDialog(
        english.window.words, english.window.theme, hands(english), read_once, plugins.source_options, english.window
    )
    dialog.begin()
    assert not dialog.add.isEnabled()
    url = server.on("/feed", Answer(FEED, headers={"Content-Type": "application/rss+xml"}))
    write(qtbot, dialog, "sourceUrl", url)
    press(qtbot, dialog, "testSource")
    qtbot.waitUntil(lambda: "Allow private addresses" in said(dialog.form), timeout=15_000)
    dialog.form.private.click()
    press(qtbot, dialog, "testSource")
    qtbot.waitUntil(lambda: "newest 5 posts" in said(dialog.form), timeout=15_000)
    assert next(text.whole() for _, text in dialog.form.posts.lines).startswith("Post 7")
    with qtbot.waitSignal(dialog.added):
        press(qtbot, dialog, "addSourceNow")
    kept = next(row for row in english.store.read(watchlist.sources).result() if row.options.get("url") == url)
    assert (kept.name, kept.kind, kept.options["interval"]) == ("127.0.0.1", "feed", 300.0)
    assert not dialog.isVisible()
    dialog.begin()
    qtbot.waitUntil(lambda: "127.0.0.1" in [source.name for source in dialog._watched.sources])
    write(qtbot, dialog, "sourceUrl", url)
    press(qtbot, dialog, "addSourceNow")
    assert "The name “127.0.0.1” is taken" in dialog.answer.text()


def test_a_folder_that_is_not_there_is_said_with_what_to_do(english: OpenDesk, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = AddSourceDialog(
        english.window.words, english.window.theme, hands(english), read_once, plugins.source_options, english.window
    )
    dialog.begin()
    press(qtbot, dialog, "kind-folder")
    write(qtbot, dialog, "sourcePath", str(tmp_path / "absent"))
    press(qtbot, dialog, "testSource")
    qtbot.waitUntil(lambda: "There is no folder" in said(dialog.form), timeout=15_000)


def test_the_first_run_comes_only_where_nothing_is_watched(english: OpenDesk, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = first_run(english)
    dialog.offer()
    qtbot.waitUntil(lambda: bool(dialog._watched.monitors))
    assert not dialog.isVisible()
    for monitor in english.store.read(watchlist.monitors).result():
        english.store.write(watchlist.remove_monitor, monitor.id, "test", STANDS_AT).result()
    dialog.offer()
    qtbot.waitUntil(dialog.isVisible)
    assert "everything that is heard is watched" in dialog.skipped.text()
    write(qtbot, dialog, "watchName", "Borealis")
    write(qtbot, dialog, "watchAliases", "Boreal, Borealys")
    press(qtbot, dialog, "kind-folder")
    write(qtbot, dialog, "sourcePath", str(tmp_path))
    write(qtbot, dialog, "officerName", "Ada")
    write(qtbot, dialog, "executiveName", "Grace")
    assert not dialog.skipped.isVisible()
    with qtbot.waitSignal(dialog.drill_wanted):
        press(qtbot, dialog, "drillFirst")
    press(qtbot, dialog, "startWatching")
    qtbot.waitUntil(lambda: not dialog.isVisible())
    (monitor,) = english.store.read(watchlist.monitors).result()
    assert monitor.names == ("Borealis", "Boreal", "Borealys")
    assert str(tmp_path) in [row.options.get("path") for row in english.store.read(watchlist.sources).result()]
    names = {one.role: one.name for one in english.store.read(watchlist.contacts).result()}
    assert (names[Role.DUTY], names[Role.EXECUTIVE]) == ("Ada", "Grace")


def test_an_export_is_opened_and_never_replaces_a_file_unasked(
    opened: Open, burning_day: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = opened(burning_day, "en", "light")

    async def export(
        incident: IncidentId, formats: list[str], folder: Path, code: str, *, force: bool = False
    ) -> list[Path]:
        return [
            path
            for name in formats
            for path in report.export(
                desk.store, incident, plugins.exporter(name), folder, language=code, at=STANDS_AT, by="Ada", force=force
            )
        ]

    opened_urls: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened_urls.append(url)
        return True

    dialog = ExportDialog(desk.window.words, desk.window.theme, hands(desk), export, desk.window, open_url)
    dialog.begin(desk.store.read(incidents.list_).result()[0])
    write(qtbot, dialog, "exportFolder", str(tmp_path / "out"))
    press(qtbot, dialog, "exportNow")
    qtbot.waitUntil(dialog.open_file.isVisible, timeout=15_000)
    press(qtbot, dialog, "openExport")
    press(qtbot, dialog, "showFolder")
    html = next((tmp_path / "out").glob("*.html"))
    assert [url.toLocalFile() for url in opened_urls] == [str(html), str(tmp_path / "out")]
    html.write_text("mine")
    press(qtbot, dialog, "exportNow")
    qtbot.waitUntil(lambda: "is there already. Replace it?" in said(dialog), timeout=15_000)
    assert html.read_text() == "mine"
    press(qtbot, dialog, "replaceExportYes")
    qtbot.waitUntil(dialog.open_file.isVisible, timeout=15_000)
    assert html.read_text("utf-8") != "mine"
    dialog.html.click()
    dialog.json.click()
    assert not dialog.export.isEnabled()


def test_the_desk_opens_them_all(qtbot: QtBot, qapp: QApplication, home: Path, tmp_path: Path) -> None:
    clock = ReplayClock(STANDS_AT)
    store = Store.open(tmp_path / "s.db", durable=False, clock=clock)
    call = Call(Namespace(theme="dark"), machine.home(), machine.Settings(), Words("en"))
    screen = Screen(call, qapp, store, clock)
    qtbot.addWidget(screen.window, before_close_func=lambda _: screen.presence.let_close())
    dialogs = Dialogs(screen)
    screen.window.show()
    titles = {action.text(): action for action in screen.window.menu.actions()}
    titles["Settings…"].trigger()
    titles["Add source…"].trigger()
    dialogs.begin()

    def shown(name: str) -> bool:
        dialog = screen.window.findChild(Dialog, name)
        return dialog is not None and dialog.isVisible()

    for name in ("settingsDialog", "addSourceDialog", "firstRun"):
        qtbot.waitUntil(partial(shown, name))
    dialog = screen.window.findChild(SettingsDialog, "settingsDialog")
    assert dialog is not None
    press(qtbot, dialog, "language-zh_CN")
    assert dialog.windowTitle() == "设置"
    assert machine.load(machine.home().settings).language == "zh_CN"
    screen.window.scheme_chosen.emit("system")
    assert dialog.people.scheme.current == 0
    press(qtbot, dialog, "scheme-light")
    assert not dialog.theme.is_dark
    press(qtbot, dialog, "language-system")
    assert machine.load(machine.home().settings).language == "system"
    screen.bridge.stop()
    store.close()
