"""The JSON export holds every row, and comes back as it went."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.ports import Report
from console.domain.sealing import faults
from console.exporters.json_file import JsonFile
from tests.helpers.builders import a_mention
from tests.helpers.reports import a_report


def written(report: Report) -> bytes:
    out = io.BytesIO()
    JsonFile().write(report, out)
    return out.getvalue()


def test_every_row_is_there_with_its_id() -> None:
    report = a_report()
    found: dict[str, Any] = json.loads(written(report))
    assert [m["id"] for m in found["mentions"]] == [m.id for m in report.mentions]
    assert [a["id"] for a in found["alerts"]] == [7]
    assert [n["id"] for n in found["notifications"]] == ["1-2-1"]
    assert found["notifications"][0]["to"] == {"id": 2, "name": "The Boss", "role": "executive", "language": None}
    assert [e["seq"] for e in found["entries"]] == [1, 4, 7]
    assert found["incident"]["level"] == "critical"
    assert found["incident"]["acknowledged_by"] == "Officer B"
    assert sum(c["negative"] for c in found["minute_counts"]) == 3
    assert found["head"] == {"seq": 12, "hash": "ab" * 32}
    assert found["gaps"][0]["source"] == "board"


@given(st.text(st.characters(), max_size=200))
def test_any_text_comes_back_as_it_was_and_the_file_is_sound(text: str) -> None:
    raw = written(a_report([a_mention(1, text=text, author=text)], title=text, note=text))
    found = json.loads(raw)
    assert found["mentions"][0]["post"]["text"] == text
    assert found["incident"]["title"] == text
    assert faults(raw) == []


@pytest.mark.parametrize(("before", "after"), [(b"Officer B", b"Officer C"), (b'"via":"card"', b'"via":"desk"')])
def test_a_changed_entry_is_named(before: bytes, after: bytes) -> None:
    raw = written(a_report(made_by="somebody"))
    start = raw.index(b'"entries":')
    at = raw.index(before, start)
    changed = raw[:at] + after + raw[at + len(before) :]
    assert next((f.code, f.fields) for f in faults(changed)) == ("entry_broken", {"seq": 7, "place": 3})
