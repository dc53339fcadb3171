"""The executive's card, by clicking: it stays, it never takes the keyboard, and each button means its own incident."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCloseEvent, QColor, QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.escalation import NotificationId
from console.domain.incident import IncidentId
from console.domain.rule import Level
from console.ui import theme
from console.ui.card import Card
from console.ui.card_face import Face, Line, Stage
from console.ui.card_parts import Spark

LOOK = theme.theme("dark", "en")


def a_face(number: int = 1, /, **changes: Any) -> Face:
    """A page that waits to be answered."""
    known: dict[str, Any] = {
        "incident": IncidentId(number),
        "notification": NotificationId(f"{number}-2-1"),
        "stage": Stage.OPEN,
        "level": Level.CRITICAL,
        "heading": "Critical",
        "title": f"Cold room {number}",
        "time": "14:22",
        "number": "110",
        "unit": "negatives",
        "since": "1:55 since first post",
        "speed": "9.8/min",
        "speed_range": "7.6–12.4 · 5 min",
        "speed_why": "",
        "spark": tuple(range(60)),
        "lines": (Line("Impact", "71 % negative"), Line("Reach", "at most 1.8M")),
        "why": "40 negative posts in 30 minutes where 2 are usual.",
        "taken": "Acknowledged at 14:31",
        "taken_by": "by Lin",
        "by": "Zhou",
        "to": "To Zhou",
        "as_of": "as of 14:22:07",
        "mark": "",
        "acknowledge": "Acknowledge",
        "open_": "Open",
        "close": "Close",
        "next_": "Next incident",
        "sounds_at": 1000,
    }
    return Face(**known | changes)


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> Iterator[Card]:
    theme.apply(qapp, LOOK)
    QCursor.setPos(0, 0)
    card = Card(LOOK)
    qtbot.addWidget(card)
    yield card
    qapp.setStyleSheet("")


def button(card: Card, name: str) -> QPushButton:
    found = card.findChild(QWidget, name)
    assert found is not None
    return found  # type: ignore[return-value]


def click(qtbot: QtBot, card: Card, name: str) -> None:
    qtbot.mouseClick(button(card, name), Qt.MouseButton.LeftButton)


def texts(card: Card) -> str:
    """All words that the card shows now."""
    return "\n".join(one.text() for one in card.findChildren(QLabel) if one.isVisible())


def somewhere_else(qtbot: QtBot) -> QLineEdit:
    """A person works in another window."""
    editor = QLineEdit()
    qtbot.addWidget(editor)
    editor.show()
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    return editor


def test_nothing_to_show_is_no_window(card: Card) -> None:
    card.show_faces([])
    assert not card.isVisible()


def test_it_lies_at_the_bottom_right_of_the_screen_on_top_and_takes_no_focus(card: Card) -> None:
    card.show_faces([a_face()])
    area = card.screen().availableGeometry()
    assert (card.width(), card.height()) == (440, 260)
    assert (area.right() + 1 - card.geometry().right(), area.bottom() + 1 - card.geometry().bottom()) == (9, 9)
    assert card.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    for flag in (
        Qt.WindowType.WindowStaysOnTopHint,
        Qt.WindowType.FramelessWindowHint,
        Qt.WindowType.WindowDoesNotAcceptFocus,
    ):
        assert card.windowFlags() & flag


def test_every_figure_is_on_it(card: Card) -> None:
    card.show_faces([a_face()])
    shown = texts(card)
    for words in ("110", "negatives", "1:55 since first post", "9.8/min", "71 % negative", "at most 1.8M", "To Zhou"):
        assert words in shown
    assert card.windowTitle() == "Critical: Cold room 1"


def test_acknowledging_tells_once_by_whom_and_waits_for_the_store(card: Card, qtbot: QtBot) -> None:
    told: list[tuple[int, str]] = []
    card.acknowledged.connect(lambda incident, by: told.append((incident, by)))
    card.show_faces([a_face()])
    click(qtbot, card, "cardAcknowledge")
    click(qtbot, card, "cardAcknowledge")
    assert told == [(1, "Zhou")]
    assert not button(card, "cardAcknowledge").isEnabled()
    assert card.isVisible()
    card.show_faces([a_face(stage=Stage.TAKEN)])
    assert "Acknowledged at 14:31" in texts(card)
    assert "by Lin" in texts(card)
    assert not button(card, "cardAcknowledge").isVisible()


def test_an_acknowledgement_that_was_not_taken_says_so_and_may_be_tried_again(card: Card, qtbot: QtBot) -> None:
    card.show_faces([a_face()])
    click(qtbot, card, "cardAcknowledge")
    card.refuse(IncidentId(1), "Lin already has it.")
    assert "Lin already has it." in texts(card)
    assert button(card, "cardAcknowledge").isEnabled()


def test_opening_tells_which_incident_and_leaves_the_card(card: Card, qtbot: QtBot) -> None:
    card.show_faces([a_face(7)])
    with qtbot.waitSignal(card.opened) as opened:
        click(qtbot, card, "cardOpen")
    assert opened.args == [7]
    assert card.isVisible()


def test_each_page_s_button_acts_on_its_own_incident(card: Card, qtbot: QtBot) -> None:
    told: list[int] = []
    card.acknowledged.connect(lambda incident, _: told.append(incident))
    card.show_faces([a_face(1), a_face(2), a_face(3)])
    for _ in range(3):
        click(qtbot, card, "cardAcknowledge")
        click(qtbot, card, "cardPager")
    assert told == [1, 2, 3]
    assert card.face is not None
    assert card.face.incident == 1


def test_a_newcomer_is_shown_at_once_but_never_under_a_person_s_hand(card: Card, qtbot: QtBot) -> None:
    somewhere_else(qtbot)
    card.show_faces([a_face(1)])
    card.show_faces([a_face(2), a_face(1)])
    assert card.face is not None
    assert card.face.incident == 2
    move_pointer(card, QPoint(100, 100))
    card.show_faces([a_face(3), a_face(2), a_face(1)])
    assert card.face.incident == 2
    assert button(card, "cardPager").text() == "2 / 3"


def test_updates_come_in_place(card: Card) -> None:
    card.show_faces([a_face(1), a_face(2)])
    card.show_faces([a_face(1, number="246"), a_face(2)])
    assert "246" in texts(card)
    card.show_faces([a_face(2)])
    assert card.face is not None
    assert card.face.incident == 2


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_is_the_primary_button(card: Card, qtbot: QtBot, key: Qt.Key) -> None:
    card.show_faces([a_face()])
    with qtbot.waitSignal(card.acknowledged):
        qtbot.keyClick(card, key)


def test_tab_reaches_every_button_and_enter_presses_it(card: Card, qtbot: QtBot) -> None:
    card.show_faces([a_face(1), a_face(2)])
    click(qtbot, card, "cardPager")
    qtbot.waitUntil(card.isActiveWindow)
    button(card, "cardAcknowledge").setFocus()
    qtbot.keyClick(button(card, "cardAcknowledge"), Qt.Key.Key_Tab)
    assert card.focusWidget() is button(card, "cardOpen")
    with qtbot.waitSignal(card.opened):
        qtbot.keyClick(button(card, "cardOpen"), Qt.Key.Key_Return)
    qtbot.keyClick(button(card, "cardOpen"), Qt.Key.Key_Tab)
    assert card.focusWidget() is button(card, "cardPager")


def test_arrows_turn_the_pages(card: Card, qtbot: QtBot) -> None:
    card.show_faces([a_face(1), a_face(2), a_face(3)])
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(button(card, "cardAcknowledge"), key)
        assert card.face is not None
        seen.append(card.face.incident)
    assert seen == [2, 3, 2]


def test_neither_escape_nor_the_window_s_close_makes_it_go_away(card: Card, qtbot: QtBot) -> None:
    class Asked(QCloseEvent):
        def spontaneous(self) -> bool:
            return True

    card.show_faces([a_face()])
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    asked = Asked()
    card.closeEvent(asked)
    assert not asked.isAccepted()
    assert card.isVisible()


@pytest.mark.parametrize("stage", [Stage.TAKEN, Stage.CLEAR])
def test_what_is_answered_or_over_stays_until_put_away_and_does_not_come_back(
    card: Card, qtbot: QtBot, stage: Stage
) -> None:
    over = a_face(stage=stage)
    card.show_faces([over])
    assert card.isVisible()
    with qtbot.waitSignal(card.dismissed) as dismissed:
        click(qtbot, card, "cardClose")
    assert dismissed.args == ["1-2-1"]
    assert not card.isVisible()
    card.show_faces([replace(over, number="111")])
    assert not card.isVisible()
    card.show_faces([a_face(notification=NotificationId("1-2-2"))])
    assert card.isVisible()


def test_what_waits_for_an_answer_cannot_be_put_away(card: Card) -> None:
    card.show_faces([a_face()])
    assert not button(card, "cardClose").isVisible()


# ── seen ──────────────────────────────────────────────────────────────────────────────────────────


def move_pointer(card: Card, to: QPoint) -> None:
    """As a hand does: the pointer goes there, and the card hears of it."""
    where = card.mapToGlobal(to)
    QCursor.setPos(where)
    buttons = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(to), QPointF(where), buttons, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(card, event)


@pytest.fixture
def seen(card: Card) -> list[str]:
    told: list[str] = []
    card.seen.connect(told.append)
    return told


def test_lying_on_the_screen_is_not_being_seen(card: Card, qtbot: QtBot, seen: list[str]) -> None:
    card.show_faces([a_face()])
    qtbot.wait(1_100)
    assert seen == []


def test_a_pointer_that_comes_over_it_after_a_second_has_seen_it_once(
    card: Card, qtbot: QtBot, seen: list[str]
) -> None:
    card.show_faces([a_face()])
    move_pointer(card, QPoint(100, 100))
    assert seen == []
    qtbot.wait(1_050)
    move_pointer(card, QPoint(120, 100))
    move_pointer(card, QPoint(140, 100))
    assert seen == ["1-2-1"]


def test_a_pointer_on_which_the_card_came_to_lie_proves_nothing(card: Card, qtbot: QtBot, seen: list[str]) -> None:
    area = QApplication.primaryScreen().availableGeometry()
    QCursor.setPos(area.right() - 100, area.bottom() - 100)
    card.show_faces([a_face()])
    qtbot.wait(1_050)
    move_pointer(card, card.mapFromGlobal(QCursor.pos()))
    assert seen == []


def test_a_click_or_a_key_has_seen_the_page_at_once_and_only_that_page(
    card: Card, qtbot: QtBot, seen: list[str]
) -> None:
    card.show_faces([a_face(1), a_face(2), a_face(3)])
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(100, 130))
    assert seen == ["1-2-1"]
    click(qtbot, card, "cardPager")
    assert seen == ["1-2-1", "2-2-1"]
    card.show_faces([a_face(1), a_face(2, notification=NotificationId("2-2-2")), a_face(3)])
    qtbot.keyClick(card, Qt.Key.Key_A)
    assert seen == ["1-2-1", "2-2-1", "2-2-2"]


# ── focus ─────────────────────────────────────────────────────────────────────────────────────────


def test_it_accepts_the_keyboard_only_between_a_click_and_the_next_window(card: Card, qtbot: QtBot) -> None:
    editor = somewhere_else(qtbot)
    card.show_faces([a_face()])
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    window = card.windowHandle()
    refuses = Qt.WindowType.WindowDoesNotAcceptFocus
    assert window.flags() & refuses
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(100, 130))
    assert not window.flags() & refuses
    qtbot.waitUntil(card.isActiveWindow)
    editor.activateWindow()
    qtbot.waitUntil(lambda: bool(window.flags() & refuses))


# ── what rings ────────────────────────────────────────────────────────────────────────────────────


def test_news_light_up_the_edge_and_what_is_only_renewed_does_not(card: Card, qtbot: QtBot) -> None:
    card.show_faces([a_face()])
    assert card.is_lit
    card.settle()
    for changed, is_news in (
        ({"number": "111"}, False),
        ({"number": "112", "sounds_at": None}, False),
        ({"sounds_at": 2000}, False),
        ({"sounds_at": 3000}, True),
        ({"sounds_at": 3000, "stage": Stage.CLEAR, "level": Level.CRITICAL}, False),
    ):
        card.show_faces([a_face(**changed)])
        assert card.is_lit is is_news, changed
        card.settle()


def test_a_rise_of_the_level_is_news(card: Card) -> None:
    card.show_faces([a_face(level=Level.SERIOUS)])
    card.settle()
    card.show_faces([a_face()])
    assert card.is_lit


# ── what it looks like ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_head_is_filled_with_the_level_s_colour_and_an_all_clear_has_none(card: Card, scheme: str) -> None:
    look = theme.theme(scheme, "en")
    card.restyle(look)
    for face, colour in (
        (a_face(), look.critical),
        (a_face(level=Level.SERIOUS), look.serious),
        (a_face(stage=Stage.CLEAR), look.raised),
    ):
        card.show_faces([face])
        card.settle()
        assert card.grab().toImage().pixelColor(12, 26) == colour


def test_a_drill_is_marked_across_the_card(card: Card) -> None:
    card.show_faces([a_face()])
    card.settle()
    before = card.grab().toImage()
    card.show_faces([a_face(mark="DRILL")])
    after = card.grab().toImage()
    marked = sum(
        before.pixelColor(x, y) != after.pixelColor(x, y) for x in range(20, 420, 4) for y in range(60, 240, 4)
    )
    assert marked > 100


def test_the_curve_has_a_bar_a_minute(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    spark = Spark(parent)
    spark.resize(120, 36)
    ink = QColor("#ff0000")
    spark.show_bars((*[0] * 58, 1, 2), ink)
    image = spark.grab().toImage()
    filled = [[y for y in range(35) if image.pixelColor(x, y) == ink] for x in (0, 116, 117, 118, 119)]
    assert [len(column) for column in filled] == [0, 18, 0, 35, 0]


def test_strangers_text_is_never_markup(card: Card, qtbot: QtBot) -> None:
    hostile = "<table><tr><td>" * 20 + "<img src='/dev/zero'>"
    card.show_faces([a_face(title=hostile, why=hostile, lines=(Line(hostile, hostile, hostile), Line("a", "b")))])
    card.grab()
    for one in card.findChildren(QLabel):
        assert one.textFormat() is Qt.TextFormat.PlainText
    for widget in card.findChildren(QWidget):
        assert "<table>" not in widget.toolTip()
