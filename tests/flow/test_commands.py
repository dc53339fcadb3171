"""The commands for scripts: what they say, what they keep, and how they end."""

import csv
import json
from pathlib import Path

import pytest

from console import cli
from tests.helpers.streams import a_stream, write_stream

Said = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("home")


def test_monitors_are_added_listed_tested_and_removed(home: Path, tmp_path: Path, capsys: Said) -> None:
    store = home / "console.db"
    assert cli.main(["monitor", "add", "Cedar", "--names", "雪杉，Cedar", "--exclude", "招聘"]) == 0
    assert cli.main(["monitor", "list"]) == 0
    assert "雪杉, Cedar\t招聘" in capsys.readouterr().out
    assert cli.main(["monitor", "add", "Cedar"]) == 1
    posts = tmp_path / "posts.jsonl"
    write_stream(posts, a_stream(minutes=10, crisis_at=None))
    assert cli.main(["replay", str(posts), "--store", str(store), "--trust-sentiment"]) == 0
    assert cli.main(["monitor", "remove", "Cedar"]) == 0
    capsys.readouterr()
    assert cli.main(["monitor", "list"]) == 0
    assert capsys.readouterr().out == ""


def test_the_first_name_of_a_role_takes_the_place_of_the_unnamed(capsys: Said) -> None:
    assert cli.main(["contact", "add", "Head of brand", "--role", "executive", "--lang", "en"]) == 0
    assert cli.main(["contact", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert any("Head of brand\ten" in line for line in lines)
    assert cli.main(["contact", "remove", "Nobody"]) == 1


def test_a_source_that_cannot_work_is_refused_in_words(capsys: Said) -> None:
    assert cli.main(["source", "add", "feed", "ftp://x", "--name", "x"]) == 1
    assert "ftp://x" in capsys.readouterr().err
    assert cli.main(["source", "test", "x"]) == 1


def test_a_folder_is_added_tested_and_removed(tmp_path: Path, capsys: Said) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.csv").write_text("内容,作者,发布时间\n门关不上,小明,2026-11-22 03:00\n", encoding="utf-8")
    assert cli.main(["source", "add", "folder", str(folder), "--name", "drop"]) == 0
    assert cli.main(["source", "test", "drop"]) == 0
    assert "门关不上" in capsys.readouterr().out
    assert cli.main(["source", "list"]) == 0
    assert "drop" in capsys.readouterr().out
    assert cli.main(["source", "remove", "drop"]) == 0


def test_an_import_is_stored_once(tmp_path: Path, capsys: Said) -> None:
    table = tmp_path / "posts.csv"
    table.write_text("text,author,published_at\n门又关不上了,小明,2026-11-22T03:00:00+08:00\n", encoding="utf-8")
    for stored in (1, 0):
        assert cli.main(["import", str(table), "--store", str(tmp_path / "s.db")]) == 0
        assert json.loads(capsys.readouterr().out)["stored"] == stored


def test_an_incident_is_exported_verified_and_never_overwritten_unasked(tmp_path: Path, capsys: Said) -> None:
    stream = write_stream(tmp_path / "s.jsonl", a_stream())
    store, out = tmp_path / "s.db", tmp_path / "out"
    assert cli.main(["replay", str(stream), "--store", str(store), "--trust-sentiment"]) == 0
    export = ["export", "1", "--store", str(store), "--output", str(out)]
    assert cli.main([*export, "--format", "html", "--lang", "en"]) == 0
    assert cli.main([*export, "--format", "json"]) == 0
    assert cli.main([*export, "--format", "json"]) == 1
    assert cli.main([*export, "--format", "json", "--force"]) == 0
    for name in ("incident-1.html", "incident-1.json"):
        assert cli.main(["verify", str(out / name)]) == 0
    page = out / "incident-1.html"
    page.write_bytes(page.read_bytes().replace(b"2025", b"2024", 1))
    capsys.readouterr()
    assert cli.main(["verify", str(page)]) == 1
    assert capsys.readouterr().err
    assert cli.main(["export", "99", "--store", str(store), "--output", str(out), "--format", "json"]) == 1


def test_scores_stand_beside_the_rows_they_judge(tmp_path: Path) -> None:
    table, scored = tmp_path / "in.csv", tmp_path / "out.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "text"], ["1", "门关不上，\n客服不管"], ["2", ""]])
    assert cli.main(["score", str(table), "--text-column", "text", "--output", str(scored)]) == 0
    with scored.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["text"]) for row in rows] == [("1", "门关不上，\n客服不管"), ("2", "")]
    assert float(rows[1]["sentiment"]) == 0.5
    assert float(rows[0]["negative"]) > float(rows[1]["negative"])


def test_a_wrong_call_ends_with_two(capsys: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["replay"])
    assert ended.value.code == 2
    with pytest.raises(SystemExit):
        cli.main(["replay", "--help"])
    assert "example:" in capsys.readouterr().out


def test_what_is_rejected_is_named_with_its_place_and_reason(tmp_path: Path, capsys: Said) -> None:
    stream = write_stream(tmp_path / "s.jsonl", a_stream(minutes=4, crisis_at=None))
    with stream.open("a", encoding="utf-8") as out:
        out.write("{not json\n" * 23)
    assert cli.main(["replay", str(stream), "--store", str(tmp_path / "s.db"), "--trust-sentiment"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("s.jsonl:3\t")
    assert len(said) == 21
    assert "3" in said[20]


def test_the_language_may_be_said_before_the_command_or_after_it() -> None:
    read = cli.parser().parse_args
    for call in (["--lang", "en", "--theme", "dark", "demo"], ["demo", "--lang", "en", "--theme", "dark"]):
        asked = read(call)
        assert (asked.lang, asked.theme) == ("en", "dark")
    asked = read(
        ["--lang", "zh_CN", "export", "1", "--store", "s", "--format", "json", "--output", "d", "--lang", "en"]
    )
    assert (asked.lang, asked.report_lang) == ("zh_CN", "en")


def test_what_is_listed_cannot_move_the_cursor(capsys: Said) -> None:
    assert cli.main(["monitor", "add", "red \x1b[31m \u202e alert"]) == 0
    assert cli.main(["monitor", "list"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
