"""The border: whatever a stranger posts, it is made fit to be kept or turned away with a reason."""

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.domain.hygiene import EARLIEST, SAMPLE_LIMIT, clean, sample
from console.domain.mention import Post
from console.domain.ports import Rejected
from tests.helpers.builders import NOON, a_post

_texts = st.text(st.characters(), max_size=40) | st.text(st.sampled_from("a\0\ud800\udfff冰"), max_size=10)
_numbers = st.none() | st.integers() | st.sampled_from([2**63 - 1, 2**63, -1, True])
_anything = _texts | _numbers | st.floats() | st.binary(max_size=4) | st.lists(st.integers(), max_size=2)


@st.composite
def posts(draw: st.DrawFn) -> Post:
    """Posts of which a few fields hold anything at all."""
    names = draw(st.lists(st.sampled_from([field.name for field in fields(Post)]), max_size=3, unique=True))
    changes: dict[str, Any] = {name: draw(_anything) for name in names}
    return replace(a_post("p"), **{"text": draw(_texts), "author": draw(_texts), **changes})


@given(posts())
def test_what_is_let_in_can_be_kept_and_letting_it_in_twice_changes_nothing(post: Post) -> None:
    let_in = clean(post, NOON)
    if isinstance(let_in, Rejected):
        assert let_in.code in {"wrong_type", "no_id", "too_large", "bad_time", "bad_number"}
        return
    assert clean(let_in, NOON + 1) == let_in
    assert let_in.arrived_at is not None
    assert EARLIEST <= let_in.published_at <= let_in.arrived_at
    for name in ("text", "author", "external_id", "platform"):
        value = getattr(let_in, name)
        assert "\0" not in value
        assert value.encode().decode() == value
        assert len(value) == len(getattr(post, name))


@given(st.text(st.characters(), max_size=300))
def test_a_sample_is_one_short_printable_line(text: str) -> None:
    shown = sample(text)
    assert shown.isprintable()
    assert len(shown) <= SAMPLE_LIMIT
    if text.isprintable():
        assert shown == text[:SAMPLE_LIMIT]
