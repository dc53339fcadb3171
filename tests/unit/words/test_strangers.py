"""What strangers wrote cannot hide, reorder or break anything, and is left alone where it is innocent."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.words import line, quoted, visible

ANY = st.text(st.characters(), max_size=300)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 门关不严 é ñ", "plain 门关不严 é ñ"),
        ("two\nlines\tand tab", "two\nlines\tand tab"),
        ("👨‍👩‍👧 ❤️ 👍🏽 🏳️‍🌈", "👨‍👩‍👧 ❤️ 👍🏽 🏳️‍🌈"),
        ("می‌خواهم", "می‌خواهم"),
        ("क्‍ष", "क्‍ष"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("a\u2066b\u2069", "a⟦U+2066⟧b⟦U+2069⟧"),
        ("a\u200bb\u200db\ufeff", "a⟦U+200B⟧b⟦U+200D⟧b⟦U+FEFF⟧"),
        ("a\x00b\x1b[31m\r", "a⟦U+0000⟧b⟦U+001B⟧[31m⟦U+000D⟧"),
        ("a\ud800b", "a⟦U+D800⟧b"),
        ("a\U000e0041b", "a⟦U+E0041⟧b"),
        ("a\ufe0f\ufe0f\U000e0101", "a\ufe0f⟦U+FE0F⟧⟦U+E0101⟧"),
        ("\u3164\u115f\xad", "⟦U+3164⟧⟦U+115F⟧⟦U+00AD⟧"),
        ("a\u2028b", "a⟦U+2028⟧b"),
    ],
)
def test_hidden_characters_become_marks(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY)
def test_nothing_hidden_is_left(text: str) -> None:
    for character in visible(text):
        if character not in "\n\t\u200c\u200d":
            assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
            assert unicodedata.bidirectional(character) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI")
    visible(text).encode()


@given(ANY)
def test_marking_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(ANY, st.integers(2, 100))
def test_a_line_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    shown = line(text, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1


def test_a_line_that_was_cut_says_so() -> None:
    assert line("a" * 81) == "a" * 79 + "…"
    assert line("a" * 80) == "a" * 80
    assert line(" a \n\n b ") == "a b"
    assert line("a" + " " * 10_000 + "b", 10).endswith("…")


def test_a_megabyte_is_cut_at_once() -> None:
    assert line("<table>" * 150_000, 20) == "<table><table><tabl…"


def test_letters_piled_up_with_marks_lose_the_pile() -> None:
    assert len(line("z" + "\u0301" * 100 + "a")) == 6


def test_right_to_left_text_is_fenced_in_a_sentence_of_ours() -> None:
    assert quoted("שלום") == "\u2068שלום\u2069"
    assert quoted("hello 你好") == "hello 你好"
    assert quoted("\u202eשלום") == "\u2068⟦U+202E⟧שלום\u2069"
