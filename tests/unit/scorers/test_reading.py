"""What of a post is read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.scorers import _tables
from console.scorers._reading import Reader, words_of
from console.scorers.segment import Segmenter


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter(_tables.cache_folder({}))


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", ()),
        ("太慢了，再也不来！！", ("太慢了，", "再也不来！！")),
        ("说得对//@某人:我很喜欢 //@别人: 一样", ("说得对",)),
        ("@客服 在吗 https://t.example/abc 坏了", ("在吗   坏了",)),
        ("看http://t.example/x很差", ("看 很差",)),
        ("#新品发布# 一般", ("一般",)),
        ("一半 # 一半", ("一半 # 一半",)),
        ("？？？", ("？？？",)),
    ],
)
def test_own_words_clause_by_clause(text: str, clauses: tuple[str, ...]) -> None:
    assert Reader().read(text).clauses == clauses


def test_watched_names_are_taken_out_and_told() -> None:
    reader = Reader(["雪杉", "雪杉冰箱", "Cedar", "@雪杉客服", "杉", " "])
    passage = reader.read("雪杉冰箱坏了，ＣＥＤＡＲ和cedar都是，雪杉也是，杉木不错，找雪杉客服")
    assert passage.masked == ("雪杉冰箱", "CEDAR", "cedar", "雪杉", "雪杉客服")
    assert "".join(passage.clauses) == "坏了，和 都是，也是，杉木不错，找"


def test_names_with_marks_of_patterns_are_plain_text() -> None:
    assert Reader(["C++(pro)", "a.b"]).read("C++(PRO)好用 a.b acb").clauses == ("好用   acb",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("服务态度很差！", ["服务", "态度", "很", "差", "!"]),
        ("无语[泪][泪]", ["无", "语", "[泪]", "[泪]"]),
        ("气死了😡！！！", ["气", "死", "了", "😡", "!!"]),
        ("NND 这APP真low……", ["nnd", "这", "app", "真", "low", "…"]),
        ("123 4.5%", []),
    ],
)
def test_words(text: str, words: list[str], segmenter: Segmenter) -> None:
    assert [word for clause in words_of(Reader().read(text).clauses, segmenter) for word in clause] == words


@pytest.mark.parametrize(
    ("text", "is_foreign"),
    [
        ("great service thank you", True),
        ("The new 小米 phone is a disappointment for everybody", True),
        ("这个app的customer service真差", False),
        ("很好", False),
        ("", False),
        ("😡", False),
    ],
)
def test_another_script_is_noticed(text: str, is_foreign: bool) -> None:
    assert Reader().read(text).is_foreign is is_foreign


@given(st.text(max_size=300))
def test_nothing_is_invented(text: str) -> None:
    passage = Reader(["ab"]).read(text)
    assert all(clause and clause == clause.strip() for clause in passage.clauses)
    assert sum(map(len, passage.clauses)) <= len(text)


def test_a_very_long_text_is_read_at_both_ends_and_soon() -> None:
    began = time.perf_counter()
    passage = Reader(["品牌"]).read("开头很好。" + "中间" * 400_000 + "结尾很差。")
    assert passage.clauses[0] == "开头很好。"
    assert passage.clauses[-1].endswith("结尾很差。")
    assert sum(map(len, passage.clauses)) <= 4_000
    for hostile in ("//@" + "a" * 200_000, "@" * 300_000, "#" * 300_001, "[" * 300_000, "//" * 200_000, "{%" * 200_000):
        Reader().read(hostile)
    assert time.perf_counter() - began < 5
