"""The memo never grows beyond its bytes, and forgets what was asked for longest ago."""

from hypothesis import given
from hypothesis import strategies as st

from console.domain.mention import Sentiment
from console.pipeline.memo import Memo


def a_sentiment(version: str = "1") -> Sentiment:
    return Sentiment(0.5, 0.5, None, 0.0, version)


@given(st.lists(st.text(max_size=50), max_size=60), st.integers(0, 20_000))
def test_it_stays_within_its_bytes(texts: list[str], limit: int) -> None:
    memo = Memo(limit)
    for text in texts:
        memo.put(text, a_sentiment(text))
        assert memo.weight <= limit
        known = memo.get(text)
        assert known is None or known.version == text


def test_what_was_asked_for_last_is_kept() -> None:
    memo = Memo(20_000)
    memo.put("often", a_sentiment())
    for n in range(200):
        memo.put(f"once {n}", a_sentiment())
        assert memo.get("often") is not None
    assert memo.get("once 0") is None
    assert memo.get("once 199") is not None


def test_one_long_text_does_not_push_out_the_others() -> None:
    memo = Memo(20_000)
    memo.put("short", a_sentiment())
    memo.put("x" * 10_000, a_sentiment())
    assert memo.get("short") is not None
    assert len(memo) == 1


def test_no_bytes_no_memory() -> None:
    memo = Memo(0)
    memo.put("text", a_sentiment())
    assert memo.get("text") is None
    assert memo.weight == 0
