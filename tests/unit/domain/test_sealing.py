"""An export shows every changed byte, and says which entry it broke."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.sealing import entry_row, faults, sealed_document, written
from console.domain.timeline import EntryKind
from tests.helpers.reports import chained

ENTRIES = chained(
    (EntryKind.FIRST_POST, "machine", {"text": "门关不上 \u202e\ud800", "share": 1e-05, "mention": 3}),
    (EntryKind.ACKNOWLEDGED, "Officer B", {"note": "我在查", "via": "card"}),
    (EntryKind.NOTE, "Officer B", {"text": "The shop called"}),
)


def document(**changes: Any) -> dict[str, Any]:
    content = {"entries": [entry_row(e) for e in ENTRIES], "mentions": [{"id": 1, "negative": 0.9}], "made_at": 5}
    return sealed_document({**content, **changes})


RAW = written(document())
LINES = RAW.split(b"\n")
FIRST_ROW = next(i for i, line in enumerate(LINES) if b'"entries":' in line) + 1


def codes(raw: bytes) -> set[str]:
    return {fault.code for fault in faults(raw)}


def test_what_was_written_is_sound_and_is_plain_json() -> None:
    assert faults(RAW) == []
    assert json.loads(RAW)["mentions"] == [{"id": 1, "negative": 0.9}]


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(at: int, flip: int) -> None:
    assert faults(RAW[:at] + bytes([RAW[at] ^ flip]) + RAW[at + 1 :])


@given(st.data())
def test_a_byte_changed_in_an_entry_names_that_entry(data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(ENTRIES)))
    row = LINES[FIRST_ROW + place - 1].rstrip(b",")
    at = data.draw(st.integers(0, len(row) - 1))
    other = data.draw(st.integers(1, 255).map(lambda flip: row[at] ^ flip).filter(lambda byte: byte != 0x0A))
    lines = list(LINES)
    lines[FIRST_ROW + place - 1] = row[:at] + bytes([other]) + lines[FIRST_ROW + place - 1][at + 1 :]
    found = faults(b"\n".join(lines))
    assert found[0].code == "entry_broken"
    assert found[0].fields["place"] == place


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_an_entry_cannot_be_left_out(cut: int) -> None:
    rows = [entry_row(e) for e in ENTRIES]
    del rows[cut - 1]
    forged = {**document(), "entries": rows}
    assert codes(written(forged)) >= {"digest_differs"}
    if cut < 3:
        assert codes(written(document(entries=rows))) == {"entry_broken"}


def test_a_change_that_takes_the_digest_along_still_breaks_the_chain() -> None:
    rows = [entry_row(e) for e in ENTRIES]
    rows[1] = {**rows[1], "actor": "Somebody Else"}
    (fault,) = faults(written(document(entries=rows)))
    assert (fault.code, fault.fields) == ("entry_broken", {"seq": 4, "place": 2})


def test_a_change_outside_the_entries_shows_in_the_digest() -> None:
    assert codes(RAW.replace(b'"negative":0.9', b'"negative":0.8')) == {"digest_differs"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_json"),
        (b"{}", "not_an_export"),
        (b"[1, 2]", "not_an_export"),
        (b'{"schema":"crisis-console/incident/1"}', "entry_broken"),
        (b"[" * 100_000, "not_json"),
        (b"\xff\xfe", "not_json"),
        (RAW + b" ", "form_differs"),
        (RAW.replace(b'"made_at":5', b'"made_at":1e999'), "digest_differs"),
        (RAW.replace(b'"made_at":5', b'"made_at":NaN'), "digest_differs"),
    ],
)
def test_what_is_no_export_is_called_so(raw: bytes, code: str) -> None:
    assert code in codes(raw)
