"""What every scorer on the list must do, whatever it is made of."""

import math
from collections.abc import Mapping
from typing import Any

import pytest

from console.domain.mention import Label, Sentiment
from console.domain.ports import Scorer
from console.pipeline.worker import made
from console.scorers import SCORERS

OPTIONS: Mapping[str, Any] = {"masks": ["雪杉", "Cedar"]}

HOSTILE = [
    "",
    " ",
    "\n\t\u3000",
    "。。。！！",
    "[泪]",
    "😡😡😡",
    "👩‍👩‍👧",
    "123 456",
    "\x00",
    "a\x00b坏了",
    "\ud800",
    "坏\udfff了",
    "\u202e坏了\u2066",
    "<table>" * 200 + "坏了",
    "<img src='file:///etc/passwd'>",
    "//@甲://@乙://@丙:太差了",
    "@" * 5000,
    "#" * 5001,
    "[" * 5000,
    "/" * 5000 + "@",
    "http://" * 2000,
    "啊" * 20_000,
    "啊 " * 10_000,
    "。" * 20_000,
    "坏了，" * 5_000,
    "鱻" * 50,
    "𠮷野家" * 10,
    "z" * 100_000,
    "雪杉",
    "Cedar CEDAR ｃｅｄａｒ",
    "退款" * 10 + "é̷" * 50,
]


@pytest.fixture(scope="module", params=sorted(SCORERS))
def scorer(request: pytest.FixtureRequest) -> Scorer:
    return made(SCORERS[request.param], OPTIONS)


def plausible(sentiment: Sentiment, scorer: Scorer) -> bool:
    if sentiment.score is None or sentiment.negative is None:
        return sentiment.unscored is not None and sentiment.label is None
    return (
        type(sentiment.score) is float
        and type(sentiment.negative) is float
        and 0.0 <= sentiment.score <= 1.0
        and 0.0 <= sentiment.negative <= 1.0
        and 0.0 <= sentiment.confidence <= 1.0
        and isinstance(sentiment.label, Label)
        and sentiment.version == scorer.version
    )


def test_it_names_its_version(scorer: Scorer) -> None:
    assert scorer.version


def test_every_text_gets_a_plausible_judgement_and_reasons(scorer: Scorer) -> None:
    found = scorer.score(HOSTILE)
    assert len(found) == len(HOSTILE)
    for text, sentiment in zip(HOSTILE, found, strict=True):
        assert plausible(sentiment, scorer), (text[:20], sentiment)
        for reason in scorer.explain(text):
            assert reason.weight is None or (0.0 <= reason.weight <= 1.0 and not math.isnan(reason.weight))


def test_the_empty_text_is_one_half(scorer: Scorer) -> None:
    (sentiment,) = scorer.score([""])
    assert sentiment.score == 0.5
    assert sentiment.label is Label.NEUTRAL
    assert scorer.score([]) == []


def test_no_judgement_depends_on_its_neighbours(scorer: Scorer) -> None:
    texts = ["发货太慢了，客服也不理人", "很满意，下次还买", *HOSTILE[:20], "质量很差！"]
    together = scorer.score(texts)
    assert [scorer.score([text])[0] for text in texts] == together
    assert scorer.score(texts[::-1]) == together[::-1]


def test_reasons_are_the_same_every_time(scorer: Scorer) -> None:
    text = "雪杉冰箱用了两天就坏了，客服推来推去，太失望了"
    assert scorer.explain(text) == scorer.explain(text)
    assert made(SCORERS[name_of(scorer)], OPTIONS).explain(text) == scorer.explain(text)


def name_of(scorer: Scorer) -> str:
    (name,) = [name for name, place in SCORERS.items() if place.startswith(type(scorer).__module__)]
    return name
