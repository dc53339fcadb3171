"""The desk's scorer: what it must get right whatever its model says, and that the model is worth shipping."""

import csv
import zlib
from pathlib import Path

import pytest

from console.domain.mention import Label, ReasonKind
from console.scorers.snow import Snow, make

NAMES = ["雪杉", "Cedar"]


@pytest.fixture(scope="module")
def snow() -> Snow:
    return make({"masks": NAMES})


def labels(snow: Snow, *texts: str) -> list[str | None]:
    return [s.label.value if s.label else None for s in snow.score(texts)]


def test_plain_complaints_and_plain_praise(snow: Snow) -> None:
    complaints = [
        "用了两天就坏了，太失望了",
        "服务态度极差！！！再也不买了",
        "欺骗消费者，必须投诉",
        "这售后真恶心",
        "[怒][怒]气死我了",
    ]
    praise = ["非常满意，下次还来", "太好吃了，强烈推荐", "谢谢客服，很贴心[爱你]", "好漂亮，爱了爱了"]
    assert labels(snow, *complaints) == ["negative"] * len(complaints)
    assert labels(snow, *praise) == ["positive"] * len(praise)


def test_a_watched_name_does_not_carry_the_judgement(snow: Snow) -> None:
    plain, named, at = snow.score(["用了两天就坏了", "雪杉用了两天就坏了", "@雪杉官方 Cedar用了两天就坏了"])
    assert plain.negative == named.negative == at.negative


def test_a_repost_is_judged_by_the_posters_own_words(snow: Snow) -> None:
    own, chain = snow.score(["太过分了", "太过分了//@某人:非常满意，下次还来//@别人:很好"])
    assert own == chain


def test_praise_with_a_plain_accusation_in_it_is_not_passed_as_praise(snow: Snow) -> None:
    praise, mixed = snow.score(["服务真的很好，环境也不错", "服务真的很好，环境也不错，就是菜里吃出了头发"])
    assert praise.label is Label.POSITIVE
    assert mixed.label is Label.UNCERTAIN


def test_what_has_no_word_is_neutral_and_what_it_cannot_read_is_uncertain(snow: Snow) -> None:
    assert labels(snow, "", "   ", "123", "雪杉", "http://t.example/a") == ["neutral"] * 5
    empty, english = snow.score(["", "worst service ever, never again"])
    assert (empty.score, empty.negative, empty.confidence) == (0.5, 0.0, 0.0)
    assert (english.label, english.confidence) == (Label.UNCERTAIN, 0.0)


@pytest.mark.parametrize(
    "padding",
    [
        "<table><tr><td>" * 18,
        "<a href=\"x\" class='y'>" * 400,
        "&nbsp;" * 60,
        "lorem ipsum dolor sit amet " * 20,
        "Nothing to see here, move along. " * 20,
        "<" + "a" * 3_000,
    ],
)
def test_padding_does_not_hide_an_accusation(snow: Snow, padding: str) -> None:
    accusation = "太差了骗子垃圾 太失望 退钱"
    assert labels(snow, padding + accusation, accusation + padding) == ["negative"] * 2
    kinds = {r.kind for r in snow.explain(padding + accusation)}
    assert ReasonKind.CLAUSE in kinds
    assert not kinds & {ReasonKind.EMPTY, ReasonKind.FOREIGN}


def test_markup_weighs_nothing_but_chinese_in_angle_brackets_does(snow: Snow) -> None:
    plain, marked = snow.score(["非常满意，下次还来", "<p><b>非常满意</b>，<i>下次还来</i></p>"])
    assert plain.label is marked.label is Label.POSITIVE
    assert labels(snow, "<Cedar 太差了骗子垃圾 太失望 退钱>") == ["negative"]


def test_what_it_does_not_read_says_so(snow: Snow) -> None:
    for text in ("worst service ever, never again", "a lovely day in 杭州 with all of my dear friends, thank you"):
        assert labels(snow, text) == ["uncertain"]
        assert [r.kind for r in snow.explain(text)] == [ReasonKind.FOREIGN]


def test_reasons_name_clause_words_emoticons_and_masks(snow: Snow) -> None:
    reasons = snow.explain("雪杉冰箱挺好看，就是用了两天坏了[怒]")
    assert reasons[0].kind is ReasonKind.CLAUSE
    assert reasons[0].text == "就是用了两天坏了[怒]"
    assert {r.text for r in reasons if r.kind is ReasonKind.EMOTICON} == {"[怒]"}
    assert [r.text for r in reasons if r.kind is ReasonKind.MASKED] == ["雪杉"]
    assert any(r.kind is ReasonKind.WORD for r in reasons)
    assert [r.kind for r in snow.explain("")] == [ReasonKind.EMPTY]


def test_the_version_names_the_model_and_its_masks(snow: Snow) -> None:
    assert make({"masks": NAMES[::-1]}).version == snow.version
    assert make({"masks": []}).version != snow.version


def test_masks_may_be_hostile() -> None:
    snow = make({"masks": ["(", "[a-z]+", "\x00\x00", "", "好" * 5_000, "(?P<x>.*)+$"]})
    assert snow.score(["(?p<x>.*)+$ 用了两天就坏了，太失望了"])[0].label is Label.NEGATIVE


@pytest.mark.parametrize(
    ("name", "recall", "accuracy"),
    [("smp_usual_1", 0.80, 0.85), ("nlpcc14", 0.65, 0.84), ("weibo2018", 0.70, 0.78), ("shop10", 0.62, 0.83)],
)
def test_the_shipped_model_finds_what_it_learnt(
    name: str, recall: float, accuracy: float, snow: Snow, data_dir: Path
) -> None:
    """Not held out: it guards the shipped files against a broken reading. Held-out figures stand in the model card."""
    with (data_dir / "sentiment" / f"dev_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if zlib.crc32(r["text"].encode()) % 6 == 0]
    found = snow.score([row["text"] for row in rows])
    negative = [s.label is Label.NEGATIVE for s, row in zip(found, rows, strict=True) if row["label"] == "neg"]
    polar = [
        ((s.score or 0) >= 0.5) == (r["label"] == "pos")
        for s, r in zip(found, rows, strict=True)
        if r["label"] != "neu"
    ]
    assert sum(negative) / len(negative) > recall
    assert sum(polar) / len(polar) > accuracy
