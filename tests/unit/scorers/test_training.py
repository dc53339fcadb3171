"""A model can be made anew, by the library's own trainer, from any labelled posts."""

import csv
import json
import random
from pathlib import Path

import numpy as np

from console.scorers import training
from console.scorers._evidence import Layer, Weights
from console.scorers.training import fit

RECIPE = """
folds = 3
rarest = 1
[[set]]
name = "made"
files = ["made.csv"]
share = 1.0
weight = 1.0
emoticons = true
"""

WORDS = {
    "neg": ["坏了", "太差", "失望", "骗人", "投诉", "恶心"],
    "pos": ["满意", "喜欢", "推荐", "好看", "谢谢", "开心"],
    "neu": ["今天", "公司", "会议", "时间", "地点", "通知"],
}


def test_what_was_learnt_is_found_again(tmp_path: Path) -> None:
    dice = random.Random(2)
    with (tmp_path / "made.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for n in range(600):
            label = dice.choice(sorted(WORDS))
            writer.writerow(["，".join(dice.choices(WORDS[label], k=4)) + str(n), label])
    recipe = tmp_path / "made.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    training.main(recipe, tmp_path)
    figures = json.loads((tmp_path / "made.json").read_text(encoding="utf-8"))
    assert figures["held_out"]["made"]["accuracy"] > 0.95
    assert figures["held_out"]["made"]["recall_at_0.6"] > 0.9
    assert figures["held_out"]["made"]["false_at_0.6"] < 0.1
    assert (tmp_path / "made.marshal").stat().st_size > 100


def test_the_fit_finds_the_factors_that_made_the_data() -> None:
    dice = np.random.default_rng(4)
    rows = dice.normal(size=(20_000, 2))
    truth = dice.random(20_000) < 1 / (1 + np.exp(-(0.5 + rows @ np.array([1.0, -2.0]))))
    found = fit(rows, truth, np.ones(20_000))
    assert np.allclose(found, [0.5, 1.0, -2.0], atol=0.08)


def test_the_worst_clause_speaks_beside_the_whole() -> None:
    model = {
        "d": {
            "neg": {"d": {"坏": 50, "好": 2}, "total": 1000.0, "none": 1},
            "neu": {"d": {}, "total": 1000.0, "none": 1},
            "pos": {"d": {"坏": 2, "好": 50}, "total": 1000.0, "none": 1},
        }
    }
    weights = Weights(model)
    mixed = weights.evidence([["好"], ["坏"], ["无"]])
    assert mixed.place == 1
    assert abs(mixed.whole.against_positive) < 1e-12 < mixed.worst.against_positive
    nothing = weights.evidence([["无"], []])
    assert (nothing.whole, nothing.place) == (nothing.worst, 0)
    layer = Layer((0.0, 1.0, 0.0, 1.0, 0.0), (0.0, -1.0, 0.0, -1.0, 0.0))
    for row in ([9.0, 0, 9, 0], [-9.0, 0, -9, 0], [1e9, 0, 0, 0], [-1e9, 0, 0, 0]):
        score, negative = layer.judge_row(row)
        assert 0 <= negative <= 1 - score <= 1
