"""The feed's window: consecutive, at most 5,000 rows, and what a person looks at is never dropped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from console.domain.mention import Label, MentionId
from console.ui.models import feed_rows
from console.ui.models.feed_rows import WINDOW, Column, FeedModel, FeedRow
from console.ui.models.rows import ROW


def rows(first: int, last: int) -> list[FeedRow]:
    return [
        FeedRow(MentionId(n), n * 1000, "weibo", f"@author{n}", f"text {n}", Label.NEGATIVE)
        for n in range(first, last + 1)
    ]


def a_model() -> FeedModel:
    return FeedModel(lambda row, column: row.text if column is Column.TEXT else "")


def shown(model: FeedModel) -> list[int]:
    return [model.row(n).id for n in range(model.rowCount())]


@pytest.mark.usefixtures("qapp")
@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["append", "prepend"]), st.integers(1, 9), st.integers(0, 9)), max_size=30))
def test_any_order_of_pages_leaves_one_consecutive_window(steps: list[tuple[str, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_rows, "WINDOW", 12)
        model = a_model()
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        model.start(rows(1000, 1004), has_older=True)
        for step, count, spare in steps:
            before = shown(model)
            if step == "append":
                newer = rows(before[-1] + 1, before[-1] + count)
                taken = model.append(newer, has_newer=False, spare=spare)
                after = shown(model)
                dropped = len(before) - len([n for n in before if n in after])
                assert dropped <= spare
                assert after[-1] == before[-1] + taken
                assert model.has_newer == (taken < count)
            else:
                model.prepend(rows(before[0] - count, before[0] - 1), has_older=True)
            after = shown(model)
            assert after == list(range(after[0], after[-1] + 1))
            assert len(after) <= 12
        del tester


@pytest.mark.usefixtures("qapp")
def test_at_most_five_thousand_rows_however_many_come() -> None:
    model = a_model()
    model.start(rows(1, 100), has_older=False)
    model.append(rows(101, 7_000), has_newer=False)
    assert model.rowCount() == WINDOW
    assert (model.has_older, model.has_newer) == (True, True)
    assert shown(model)[0] == 101


@pytest.mark.usefixtures("qapp")
def test_changed_labels_are_shown_without_moving_anything() -> None:
    model = a_model()
    before = rows(1, 5)
    model.start(before, has_older=False)
    changed: list[int] = []
    model.dataChanged.connect(lambda at, _: changed.append(at.row()))
    after = [*before[:2], FeedRow(MentionId(3), 3000, "weibo", "@a", "inherited", Label.NEGATIVE), *before[3:]]
    model.renew(after)
    assert changed == [2]
    assert model.row(2).text == "inherited"
    model.renew(after[1:])
    assert shown(model) == [2, 3, 4, 5]


@pytest.mark.usefixtures("qapp")
def test_a_mention_is_found_and_a_row_says_itself() -> None:
    model = a_model()
    model.start(rows(10, 20), has_older=False)
    assert model.number_of(MentionId(13)) == 3
    assert model.number_of(MentionId(9)) is None
    assert model.number_of(MentionId(21)) is None
    assert (model.first, model.last) == (10, 20)
    assert model.index(0, 4).data() == "text 10"
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "text 10"
    assert model.index(0, 0).data(ROW) == model.row(0)
