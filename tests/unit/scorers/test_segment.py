"""The fast segmentation is the library's, word for word."""

import csv
import random
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.scorers import _tables
from console.scorers.segment import Segmenter

LIKELY = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长"
    "知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
    "眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让"
    "认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持"
    "取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴克"
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter(_tables.cache_folder({}))


def library_words(text: str) -> list[str]:
    from snownlp import seg

    words: list[str] = seg.seg(text)
    return words


def texts_by_chance(count: int, seed: int) -> list[str]:
    """Likely characters, characters that the tables hardly know, and other scripts between them."""
    dice = random.Random(seed)
    strange = [chr(code) for code in range(0x4E00, 0x9FA6)] + ["龥", "〇", "𠮷"]
    texts = []
    for _ in range(count):
        pool = dice.choice([LIKELY, LIKELY, strange, LIKELY * 4 + "".join(strange[::40])])
        text = "".join(dice.choice(pool) for _ in range(dice.randint(1, 24)))
        if dice.random() < 0.3:
            place = dice.randrange(len(text))
            text = text[:place] + dice.choice(["，", " ", "abc", "!", "\n", "[泪]", "3月"]) + text[place:]
        texts.append(text)
    return texts


def test_words_are_the_librarys_for_texts_by_chance(segmenter: Segmenter) -> None:
    texts = texts_by_chance(700, seed=5)
    assert segmenter.words(texts) == [library_words(text) for text in texts]


def test_words_are_the_librarys_for_real_posts(segmenter: Segmenter, data_dir: Path) -> None:
    texts = real_posts(data_dir, every=1_500)
    assert len(texts) > 50
    assert segmenter.words(texts) == [library_words(text) for text in texts]


@pytest.mark.long
def test_words_are_the_librarys_for_thousands_of_posts(segmenter: Segmenter, data_dir: Path) -> None:
    texts = [*real_posts(data_dir, every=25), *texts_by_chance(10_000, seed=6)]
    assert segmenter.words(texts) == [library_words(text) for text in texts]


@given(st.lists(st.text(alphabet=LIKELY[:60] + "龥鱻， a\n", max_size=12), max_size=6))
@settings(max_examples=60)
def test_words_do_not_depend_on_the_batch(segmenter: Segmenter, texts: list[str]) -> None:
    together = segmenter.words(texts)
    assert together == [segmenter.words([text])[0] for text in texts]
    for text, words in zip(texts, together, strict=True):
        assert "".join(words) == "".join(text.split())


def test_a_run_longer_than_a_block_is_the_same(segmenter: Segmenter) -> None:
    dice = random.Random(3)
    run = "".join(dice.choice(LIKELY) for _ in range(9_000))
    assert "".join(segmenter.runs([run])[0]) == run
    assert segmenter.runs([run, run[:40]]) == [segmenter.runs([run])[0], segmenter.runs([run[:40]])[0]]


def test_damaged_tables_are_made_again_and_kept(tmp_path: Path, segmenter: Segmenter) -> None:
    kept = _tables.cache_folder({})
    assert kept is not None
    shutil.copytree(kept / _tables.FORMAT, tmp_path / _tables.FORMAT)
    damaged = tmp_path / _tables.FORMAT / "triple_values.npy"
    damaged.write_bytes(b"")
    again = _tables.tables(tmp_path)
    assert damaged.stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [_tables.FORMAT]
    whole = _tables.tables(kept)
    for field in fields(whole):
        assert isinstance(getattr(again, field.name), np.memmap)
        assert np.array_equal(getattr(again, field.name), getattr(whole, field.name))


@pytest.mark.long
def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    tables = _tables.tables(blocked)
    assert not isinstance(tables.single, np.memmap)
    assert tables.triple_starts[-1] == len(tables.triple_values)


def test_the_library_is_not_imported() -> None:
    """It would cost every scoring process 400 MB."""
    program = (
        "import sys\n"
        "from console.scorers import snow, stock\n"
        "snow.make({}).score(['很好']), stock.make({}).score(['很好'])\n"
        "print([name for name in sys.modules if name.startswith('snownlp')])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def real_posts(data_dir: Path, every: int) -> list[str]:
    csv.field_size_limit(10**8)
    texts: list[str] = []
    for path in sorted((data_dir / "sentiment").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts.extend(row["text"] for row in list(csv.DictReader(file))[::every])
    return texts
