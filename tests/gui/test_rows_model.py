"""A list keeps its rows' identity while they change, come, go and move."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from console.ui.models.rows import ROW, RowsModel


@dataclass(frozen=True)
class Row:
    key: int
    text: str = ""


def a_model() -> RowsModel[Row]:
    return RowsModel(lambda row: row.key, lambda row: f"{row.key} {row.text}".strip())


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("ab")), unique_by=lambda r: r[0]), max_size=6))
def test_it_shows_what_it_is_given_and_keeps_qts_contract(shows: list[list[tuple[int, str]]]) -> None:
    assert QApplication.instance() is not None
    model = a_model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for show in shows:
        rows = [Row(*each) for each in show]
        kept = {row.key: QPersistentModelIndex(model.index_of(row.key)) for row in model.rows()}
        model.show(rows)
        assert list(model.rows()) == rows
        for key, index in kept.items():
            assert index.isValid() == (key in {row.key for row in rows})
            assert not index.isValid() or model.row(index.row()).key == key
    del tester


@pytest.mark.usefixtures("qapp")
def test_the_selected_row_stays_selected_when_others_push_in_front() -> None:
    model = a_model()
    model.show([Row(1), Row(2)])
    selection = QItemSelectionModel(model)
    selection.setCurrentIndex(model.index_of(2), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    model.show([Row(3), Row(2, "changed"), Row(1)])
    assert model.row(selection.currentIndex().row()) == Row(2, "changed")


@pytest.mark.usefixtures("qapp")
def test_a_row_says_itself_to_a_screen_reader() -> None:
    model = a_model()
    model.show([Row(1, "one")])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "1 one"
    assert model.index(0).data(ROW) == Row(1, "one")
    model.say_anew(lambda row: "一")
    assert model.index(0).data() == "一"
