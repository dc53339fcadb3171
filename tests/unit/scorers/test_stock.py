"""The stock score is snownlp's, to the last bit."""

from pathlib import Path

from console.scorers import stock
from tests.unit.scorers.test_segment import real_posts, texts_by_chance


def library_score(text: str) -> float:
    from snownlp import SnowNLP

    return float(SnowNLP(text).sentiments) if text else 0.5


ODD = ["", " ", "\n\t", "。", "[泪]", "abc", "\x00", "很" * 300, "好" * 300, "\u2028", "没有", "一 二\x85三"]


def test_scores_equal_the_librarys() -> None:
    texts = [*ODD, *texts_by_chance(200, seed=8)]
    assert [s.score for s in stock.make({}).score(texts)] == [library_score(text) for text in texts]


def test_scores_of_real_posts_equal_the_librarys(data_dir: Path) -> None:
    texts = real_posts(data_dir, every=2_500)
    assert [s.score for s in stock.make({}).score(texts)] == [library_score(text) for text in texts]
