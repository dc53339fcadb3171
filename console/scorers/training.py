"""How the shipped model is made: ``python -m console.scorers.training RECIPE FOLDER``.

It reads labelled posts, trains snownlp's own Bayes by its own trainer on what the scorer reads of them, fits the layer
on held-out evidence, prints what held-out posts say of it, and writes ``NAME.marshal`` and ``NAME.json`` beside the
recipe ``NAME.toml``.

A labelled CSV has the columns ``text,label`` with ``neg``, ``neu`` or ``pos``. A recipe lists sets of them::

    folds = 5
    rarest = 2                  # a word or pair of words seen less often is left out
    [[set]]
    name = "shop10"
    files = ["dev_shop10.csv"]
    share = 0.4                 # of its posts are learnt from; the rest only tests
    weight = 0.1                # of each of its posts in fitting the layer
    emoticons = true            # false: they are taken out first (where the labels were made from them)
"""

import csv
import json
import re
import sys
import tempfile
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from console.scorers._evidence import Layer, Weights, features
from console.scorers._reading import Reader, words_of
from console.scorers._tables import cache_folder
from console.scorers.segment import Segmenter

Floats = npt.NDArray[np.float64]

_EMOTICON = re.compile(r"\[[^\[\]\s]{1,8}\]|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200d]")
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled post: the words of its clauses. ``chance``, made of its text, decides its fold and its learning."""

    name: str
    label: str
    clauses: list[list[str]]
    chance: int
    is_learnt: bool
    weight: float


def read(recipe: Mapping[str, Any], folder: Path) -> list[Example]:
    """The labelled posts of a recipe, as the scorer reads them."""
    csv.field_size_limit(2**31 - 1)
    reader, segmenter = Reader(), Segmenter(cache_folder({}))
    examples: list[Example] = []
    for part in recipe["set"]:
        for file in part["files"]:
            with (folder / file).open(encoding="utf-8-sig", newline="") as lines:
                rows = [(row["text"] or "", row["label"]) for row in csv.DictReader(lines)]
            if not part["emoticons"]:
                rows = [(_EMOTICON.sub("", text).strip(), label) for text, label in rows]
            passages = [reader.read(text) for text, _ in rows]
            words = iter(words_of([clause for passage in passages for clause in passage.clauses], segmenter))
            for (text, label), passage in zip(rows, passages, strict=True):
                chance = zlib.crc32(text.encode("utf-8", "surrogatepass"))
                is_learnt = chance // 1_000 % 1_000 < part["share"] * 1_000
                clauses = [next(words) for _ in passage.clauses]
                examples.append(Example(part["name"], label, clauses, chance, is_learnt, part["weight"]))
    return examples


def learn(examples: Iterable[Example], rarest: int) -> Any:
    """A Bayes model of snownlp's, trained by its own trainer: each word or pair of words once a post."""
    from snownlp.classification.bayes import Bayes

    said = [
        (dict.fromkeys(word for words in example.clauses for word in features(words)), example.label)
        for example in examples
        if example.is_learnt
    ]
    often = Counter(word for words, _ in said for word in words)
    bayes = Bayes()
    bayes.train([([word for word in words if often[word] >= rarest], label) for words, label in said])
    return bayes


def fit(rows: Floats, truth: npt.NDArray[np.bool_], weights: Floats) -> tuple[float, ...]:
    """Logistic regression by Newton's method, hardly penalised: the intercept and a factor for each column."""
    design = np.column_stack([np.ones(len(rows)), rows])
    factors = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ factors))
        slope = design.T @ (weights * (truth - chance)) - _RIDGE * factors
        bend = (design * (weights * chance * (1 - chance))[:, None]).T @ design + _RIDGE * np.eye(len(factors))
        step = np.linalg.solve(bend, slope)
        factors += step
        if np.abs(step).max() < 1e-9:
            break
    return tuple(float(factor) for factor in factors)


def fit_layer(rows: Floats, examples: Sequence[Example], chosen: npt.NDArray[np.bool_]) -> Layer:
    """The layer that suits the chosen examples."""
    labels = np.array([example.label for example in examples])
    weights = np.array([example.weight for example in examples])
    polar = chosen & (labels != "neu")
    return Layer(
        tuple(round(f, 6) for f in fit(rows[chosen], (labels == "neg")[chosen], weights[chosen])),
        tuple(round(f, 6) for f in fit(rows[polar], (labels == "pos")[polar], weights[polar])),
    )


def report(examples: Sequence[Example], judged: Floats) -> dict[str, dict[str, float]]:
    """What held-out posts say, by set.

    Of what is not neutral: accuracy and negative recall, ``score`` cut at one half. Of all, by ``negative``: F1 at one
    half; recall, precision and share of false alarms at 0.6, where a post counts as negative.
    """
    found: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(example.name for example in examples):
        here = np.array([example.name == name for example in examples])
        labels = np.array([example.label for example in examples])[here]
        score, negative = judged[here].T
        is_negative, polar = labels == "neg", labels != "neu"
        half, said = negative >= 0.5, negative >= 0.6
        found[name] = {
            "rows": int(here.sum()),
            "accuracy": _share((score >= 0.5) == (labels == "pos"), polar),
            "negative_recall": _share(score < 0.5, is_negative),
            "rest_f1": 2 * float((half & is_negative).sum()) / max(1.0, float(half.sum() + is_negative.sum())),
            "recall_at_0.6": _share(said, is_negative),
            "precision_at_0.6": _share(is_negative, said),
            "false_at_0.6": _share(said, ~is_negative),
        }
    return {name: {key: round(value, 3) for key, value in figures.items()} for name, figures in found.items()}


def main(recipe: Path, folder: Path) -> None:
    """Train, report on held-out posts and write the model. What is reported comes from models that did not see it."""
    asked = tomllib.loads(recipe.read_text(encoding="utf-8"))
    folds, rarest = asked["folds"], asked["rarest"]
    examples = read(asked, folder)
    fold = np.array([example.chance % folds for example in examples])
    rows = np.zeros((len(examples), 4))
    for number in range(folds):
        weights = _packed(learn((e for e, at in zip(examples, fold, strict=True) if at != number), rarest))[1]
        for place in np.flatnonzero(fold == number):
            rows[place] = weights.evidence(examples[place].clauses).row()
    judged = np.zeros((len(examples), 2))
    for number in range(folds):
        layer = fit_layer(rows, examples, fold != number)
        for place in np.flatnonzero(fold == number):
            judged[place] = layer.judge_row(rows[place].tolist())
    layer = fit_layer(rows, examples, np.ones(len(examples), bool))
    packed, _ = _packed(learn(examples, rarest))
    recipe.with_suffix(".marshal").write_bytes(packed)
    figures = {
        "negative": layer.negative,
        "positive": layer.positive,
        "features": ["intercept", "against positive", "against neutral", "worst clause", "length"],
        "held_out": report(examples, judged),
    }
    recipe.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def _packed(bayes: Any) -> tuple[bytes, Weights]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bayes")
        bayes.save(str(path))
        packed = Path(f"{path}.3").read_bytes()
    return packed, Weights({"d": {name: vars(of) for name, of in bayes.d.items()}})


def _share(what: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    return float(what[among].mean()) if among.any() else float("nan")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
