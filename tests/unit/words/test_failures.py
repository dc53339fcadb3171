"""Every code that the program can raise has a sentence, in both languages, that leaves nothing unfilled."""

import ast
import errno
import os
import re
from pathlib import Path

import pytest

from console.domain import errors
from console.domain.errors import NotAllowed, SettingRefused, SourceDelayed, SourceRefused
from console.domain.sealing import Fault
from console.words import Words

ZH, EN = Words("zh_CN"), Words("en")
PACKAGE = Path(errors.__file__).parents[1]


def raised() -> dict[str, set[str]]:
    """The codes given to errors anywhere in the program, with the fields that they are given."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)} - {"NotAllowed"}
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name not in kinds:
                continue
            for code in ast.walk(node.args[0]):
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    fields = {keyword.arg for keyword in node.keywords if keyword.arg}
                    found.setdefault(code.value, set()).update(fields - {"retry_after"})
    return found


RAISED = raised()


def test_the_program_raises_something() -> None:
    assert len(RAISED) > 40


@pytest.mark.parametrize("code", sorted(RAISED))
def test_every_code_has_a_sentence_in_both_languages(code: str) -> None:
    error = SettingRefused(code, **{field: f"<{field}>" for field in RAISED[code]})
    english, chinese = EN.error(error), ZH.error(error)
    assert f"({code}" not in english
    assert "—" not in english, "a field of the sentence is not given"
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert "{" not in english + chinese
    assert english.endswith(".")
    assert chinese.endswith("。")


def test_a_reason_within_a_sentence_is_said_in_its_language() -> None:
    error = SourceDelayed("nothing_readable", place="posts.csv:2", reason="no_time", sample="x")
    assert EN.error(error) == "Items came, but none can be read; the first, posts.csv:2: without a time."
    assert "缺时间" in ZH.error(error)


def test_a_code_without_a_sentence_shows_itself() -> None:
    assert EN.error(SettingRefused("odd", path="/x")) == "It did not work (odd: path /x). The log says more."


def test_a_stranger_cannot_write_the_sentence() -> None:
    text = EN.error(SourceRefused("bad_url", url="{host}\x00\u202e" + "x" * 500))
    assert text.startswith("“{host}⟦U+0000⟧⟦U+202E⟧xxx")
    assert len(text) < 260


def test_a_missing_field_is_a_dash() -> None:
    assert EN.error(SourceRefused("not_there")) == "There is no such page at — (status —). Correct the address."


def test_when_it_is_tried_again_is_said() -> None:
    error = SourceDelayed("rate_limited", 90, host="example.org")
    assert EN.error(error).endswith("Next try in 1 min 30 s.")
    assert ZH.error(error).endswith("1 分 30 秒后重试。")


@pytest.mark.parametrize(
    ("error", "english"),
    [
        (NotAllowed("resolved", "acknowledge"), "the state is “Resolved”"),
        (NotAllowed("handling", "acknowledge", by="Li Ming"), "Li Ming has taken it already."),
        (NotAllowed("resolved", "reopen", other=7), "Incident 7 is about the same matter"),
        (NotAllowed("absent", "remove", what="source"), "It is not there any more."),
        (NotAllowed("last_of_role", "remove", role="duty"), "There must always be somebody as Duty officer."),
    ],
)
def test_what_is_not_allowed_says_why(error: NotAllowed, english: str) -> None:
    assert english in EN.error(error)
    assert re.search("[\u4e00-\u9fff]", ZH.error(error))


def test_a_broken_entry_is_named() -> None:
    fault = Fault("entry_broken", {"seq": 36, "place": 5})
    assert EN.fault(fault) == "Entry #36 (number 5 here) is broken: it is not what was written."
    assert "#36" in ZH.fault(fault)


def rejections() -> set[str]:
    """The codes for which an item of a source is rejected, wherever they are given."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"Unfit": 0, "Rejected": 1, "_rejected": 1}.get(node.func.id)
                code = node.args[place] if place is not None and len(node.args) > place else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.add(code.value)
    return found


@pytest.mark.parametrize("code", sorted(rejections()))
def test_every_rejection_has_a_reason(code: str) -> None:
    assert EN.reason(code) != code
    assert re.search("[\u4e00-\u9fff]", ZH.reason(code))


def test_reasons_are_short() -> None:
    assert EN.reason("few") == "too few posts to say"
    assert ZH.reason("few") == "样本不足"
    assert EN.reason(None) == "—"
    assert EN.reason("never heard of\x00") == "never heard of⟦U+0000⟧"


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.ENOTDIR, errno.EROFS])
def test_the_commonest_refusals_of_the_system_are_said_in_the_readers_language(code: int) -> None:
    said = ZH.error(SettingRefused("file_unreadable", path="/a", reason=os.strerror(code)))
    assert not re.search("[A-Za-z]{2}", said)
