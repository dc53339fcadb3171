"""Text from strangers is data: no markup is read, no file is opened, nothing hides."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from console.ui.plain import EDIT_LIMIT, ROW_LIMIT, PlainLabel, PlainParagraph, PlainText, one_line, tooltip
from console.words import visible

NEST = "<table><tr><td>" * 90
HOSTILE = [
    NEST,
    '<img src="file:///etc/hostname">',
    "\u202egnp.exe",
    "a\x00b",
    "x" * 1_000_000,
    "\ud800",
    "\u202e" * 20_000,
]


@given(st.text())
def test_a_row_is_one_short_line_without_hidden_characters(text: str) -> None:
    row = one_line(text)
    assert len(row) <= ROW_LIMIT
    assert not {"\n", "\r", "\x00", "\u202e"} & set(row)


def test_a_cut_row_ends_with_an_ellipsis() -> None:
    assert one_line("字" * 600) == "字" * (ROW_LIMIT - 1) + "…"


def test_a_tooltip_shows_markup_as_text() -> None:
    document = QTextDocument()
    document.setHtml(tooltip("<b>bold</b> & <img src=x>\nsecond"))
    assert document.toPlainText().replace("\u2028", "\n") == "<b>bold</b> & <img src=x>\nsecond"


@pytest.mark.parametrize("text", HOSTILE, ids=["table", "img", "bidi", "nul", "megabyte", "surrogate", "marks"])
def test_hostile_text_is_shown_at_once_on_every_widget(qtbot: QtBot, text: str) -> None:
    label, paragraph, reading = PlainLabel(), PlainParagraph(), PlainText()
    for widget in (label, paragraph, reading):
        qtbot.addWidget(widget)
        widget.resize(300, 200)
        widget.show()
    began = time.process_time()
    label.set(text)
    paragraph.set(text)
    reading.set(text, 32)
    for widget in (label, paragraph, reading):
        widget.grab()
    assert time.process_time() - began < 1
    assert label.textFormat() == paragraph.textFormat() == Qt.TextFormat.PlainText
    assert reading.toPlainText() == visible(text)[:EDIT_LIMIT]


def test_no_resource_is_loaded_for_a_post(qtbot: QtBot, tmp_path: Path) -> None:
    reading = PlainText()
    qtbot.addWidget(reading)
    picture = tmp_path / "p.png"
    picture.write_bytes(b"a picture of ours")
    reading.set(f'<img src="{picture}">', 28)
    assert "<img" in reading.toPlainText()
    loaded = reading.document().resource(QTextDocument.ResourceType.ImageResource.value, picture.as_uri())
    assert not loaded


def test_a_cut_label_gives_its_whole_text_on_hover(qtbot: QtBot) -> None:
    label = PlainLabel("the whole of a long sentence that will not fit")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert "will not fit" in label.toolTip()
    label.resize(2000, 20)
    assert label.toolTip() == ""
    label.set("—", "too few posts to tell")
    assert "too few posts" in label.toolTip()
    QToolTip.hideText()
