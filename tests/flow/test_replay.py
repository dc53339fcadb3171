"""A recorded stream through the whole path: the same answer however it is cut, stored once, told in the same commit."""

import json
from pathlib import Path
from typing import Any

import pytest

from console import cli
from tests.helpers.streams import START, a_stream, write_stream


def replayed(store: Path, *files: Path, **options: int) -> dict[str, Any]:
    out = store.with_suffix(".json")
    call = ["replay", *map(str, files), "--store", str(store), "--json", str(out), "--trust-sentiment"]
    for name, value in options.items():
        call += [f"--{name}", str(value)]
    assert cli.main(call) == 0
    answer: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return answer


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    return write_stream(tmp_path / "stream.jsonl", a_stream())


@pytest.mark.usefixtures("home")
def test_a_crisis_is_told_to_the_executive_in_the_commit_of_its_alert(tmp_path: Path, stream: Path) -> None:
    answer = replayed(tmp_path / "s.db", stream)
    assert answer["mentions"] == {"read": 240, "stored": 240, "duplicates": 0, "rejected": 0} | {
        "negative": answer["mentions"]["negative"]
    }
    by_rule = {alert["rule"]: alert for alert in answer["alerts"]}
    assert set(by_rule) == {"watch", "escalate"}
    assert {alert["subject"]["id"] for alert in answer["alerts"]} == {"crisis"}
    assert by_rule["watch"]["told"] == {"duty": by_rule["watch"]["fired_at"]}
    assert by_rule["escalate"]["told"] == dict.fromkeys(("duty", "executive"), by_rule["escalate"]["fired_at"])
    assert by_rule["watch"]["fired_at"] <= by_rule["escalate"]["fired_at"]
    [incident] = answer["incidents"]
    assert incident["alerts"] == [by_rule["watch"]["id"], by_rule["escalate"]["id"]]
    assert incident["level"] == "serious"
    assert incident["first_post_at"] >= START.isoformat(timespec="milliseconds")


@pytest.mark.usefixtures("home")
def test_a_second_run_stores_nothing_and_fires_nothing(tmp_path: Path, stream: Path) -> None:
    first = replayed(tmp_path / "s.db", stream)
    again = replayed(tmp_path / "s.db", stream)
    assert first["alerts"]
    assert again["alerts"] == again["incidents"] == []
    assert again["mentions"] == {"read": 240, "stored": 0, "duplicates": 240, "rejected": 0, "negative": 0}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_alerts_do_not_depend_on_the_size_of_batches(tmp_path: Path, stream: Path, batch: int) -> None:
    usual = replayed(tmp_path / "usual.db", stream)
    other = replayed(tmp_path / "other.db", stream, batch=batch)
    assert other["alerts"] == usual["alerts"]
    assert other["incidents"] == usual["incidents"]


@pytest.mark.usefixtures("home")
def test_files_are_merged_by_arrival(tmp_path: Path, stream: Path) -> None:
    records = a_stream()
    halves = [write_stream(tmp_path / f"half{n}.jsonl", records[n::2]) for n in (0, 1)]
    whole, merged = replayed(tmp_path / "whole.db", stream), replayed(tmp_path / "merged.db", *halves)
    assert merged["alerts"] == whole["alerts"]


@pytest.mark.usefixtures("home")
def test_a_replay_that_stops_half_way_goes_on_as_if_it_never_had(tmp_path: Path, stream: Path) -> None:
    whole = replayed(tmp_path / "whole.db", stream)
    lines = sorted(stream.read_text("utf-8").splitlines(), key=lambda line: json.loads(line)["arrived_at"])
    for cut in (60, 110, 130, 200):
        part = tmp_path / f"part{cut}.jsonl"
        part.write_text("\n".join(lines[:cut]), encoding="utf-8")
        begun = replayed(tmp_path / f"cut{cut}.db", part)
        ended = replayed(tmp_path / f"cut{cut}.db", stream)
        fired = [(a["rule"], a["subject"]["id"], a["fired_at"]) for a in begun["alerts"] + ended["alerts"]]
        assert fired == [(a["rule"], a["subject"]["id"], a["fired_at"]) for a in whole["alerts"]]


@pytest.mark.usefixtures("home")
def test_broken_lines_are_rejected_and_the_rest_is_kept(tmp_path: Path) -> None:
    good = a_stream(crisis_at=None, minutes=20)
    path = write_stream(tmp_path / "s.jsonl", good)
    with path.open("a", encoding="utf-8") as out:
        out.write('{"id": "no end\n[]\n{"id": "x", "text": "no time"}\n\n')
    answer = replayed(tmp_path / "s.db", path)
    assert answer["mentions"]["stored"] == len(good)
    assert answer["mentions"]["rejected"] == 3
    assert answer["mentions"]["read"] == len(good) + 3


@pytest.mark.usefixtures("home")
def test_three_hundred_loose_posts_of_one_crisis_are_one_incident_told_once(tmp_path: Path) -> None:
    records = [r | {"root_id": None, "parent_id": None} for r in a_stream(surge=300)]
    answer = replayed(tmp_path / "s.db", write_stream(tmp_path / "s.jsonl", records))
    [incident] = answer["incidents"]
    assert incident["subject"]["kind"] == "monitor"
    assert len(answer["alerts"]) == len({alert["rule"] for alert in answer["alerts"]})


@pytest.mark.usefixtures("home")
def test_the_store_of_a_replay_satisfies_verify(
    tmp_path: Path, stream: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replayed(tmp_path / "s.db", stream)
    assert cli.main(["verify", str(tmp_path / "s.db")]) == 0
    assert str(tmp_path / "s.db") in capsys.readouterr().out
