"""Records of anybody's making: columns, counts and platforms as people name them."""

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.mention import TEXT_LIMIT, Post
from console.sources._columns import COLUMNS, meaning, platform_of
from console.sources._records import Unfit, json_record, read_count, read_record

NOW = 1_750_000_000_000


def a_post(**fields: Any) -> Post:
    return read_record(fields.items(), "unknown", UTC, NOW)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (12, 12), (0, 0), ("12", 12), ("1,234", 1_234), ("1，234", 1_234), (" 7 ", 7), ("1.1万", 11_000),
        ("10万+", 100_000),
        ("1.1 万", 11_000), ("2.35亿", 235_000_000), ("3萬", 30_000), ("3w", 30_000), ("1.2k", 1_200), ("3K+", 3_000),
        ("1.5m", 1_500_000), ("１２３", 123), ("15条", 15), ("1.1万粉丝", 11_000), ("0.29万", 2_900),
        (3.0, 3), ("3.0", 3),
        ("", None), ("-", None), ("—", None), ("赞", None), ("评论", None), (-1, None), ("-1", None),
        (True, None), (None, None),
        ("1.2.3", None), (".5", None), ("1e5", None), (2**63, None), ("9" * 41, None), ("99999999999亿", None),
        (float("nan"), None), (float("inf"), None), ([1], None), ("万", None),
    ],
)  # fmt: skip
def test_counts(value: object, count: int | None) -> None:
    assert read_count(value) == count


@given(st.integers(0, 2**63 - 1), st.sampled_from(["{}", "{:,}", " {} ", "{}+", "{}条"]))
def test_what_is_counted_is_read(count: int, form: str) -> None:
    assert read_count(form.format(count)) == count


@given(st.text(max_size=50) | st.floats() | st.integers() | st.from_regex(r"\A[0-9.,]{1,12}[万亿wkm]?\+?\Z"))
def test_no_count_breaks_us(value: object) -> None:
    count = read_count(value)
    assert count is None or 0 <= count < 2**63


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("标题", "title"), ("内容", "text"), ("正文", "text"), ("作者", "author"), ("发布时间", "published_at"),
        ("链接", "url"),
        ("粉丝数", "author_followers"), ("平台", "platform"), ("转发数", "reposts"),
        ("评论数", "comments"), ("点赞数", "likes"),
        ("text", "text"), ("Author", "author"), ("published_at", "published_at"), ("Published At", "published_at"),
        ("\ufeffText", "text"), (" 发布时间（北京时间） ", "published_at"), ("author-followers", "author_followers"),
        ("微博ID", "id"), ("ID", "id"), ("created_at", "published_at"), ("liked_count", "likes"),
        ("note_id", "note_id"),
    ],
)  # fmt: skip
def test_headings(heading: str, field: str) -> None:
    meant = meaning(heading)
    assert meant is not None
    assert meant[0] == field


@pytest.mark.parametrize("heading", ["", "序号", "性别", "x" * 500, "(a)", "id2"])
def test_headings_that_mean_nothing(heading: str) -> None:
    assert meaning(heading) is None


def test_no_name_means_two_things() -> None:
    names = [name for names in COLUMNS.values() for name in names]
    assert len(names) == len(set(names))
    assert [meaning(name) for names in COLUMNS.values() for name in names] == [
        (field, rank) for field, names in COLUMNS.items() for rank in range(len(names))
    ]


def test_a_row_of_a_chinese_export() -> None:
    post = a_post(
        序号="17", 平台="新浪微博", 微博ID="5034567890123456", 用户昵称=" 某 人 ", 粉丝数="1.1万",
        标题="", 内容="门关不上",
        发布时间="2024/5/1 15:20", 链接="https://weibo.com/1/a", 转发数="10万+", 评论数="-", 点赞数="赞",
    )  # fmt: skip
    assert post == Post(
        "weibo", "5034567890123456", "某 人", "门关不上", 1_714_576_800_000, 11_000, None, None,
        "https://weibo.com/1/a", 100_000,
    )  # fmt: skip


def test_a_comment_belongs_to_its_note() -> None:
    post = a_post(comment_id="c1", note_id="n1", parent_comment_id=0, content="同意", create_time=1_714_576_800_000)
    assert (post.external_id, post.root_id, post.parent_id) == ("c1", "n1", None)
    assert post.published_at == 1_714_576_800_000


def test_the_first_of_several_names_that_is_filled_counts() -> None:
    assert a_post(text="", 内容="a", desc="b").text == "a"
    assert a_post(title="a", 正文="b", 摘要="c").text == "a\nb"


def test_all_but_the_words_may_lack() -> None:
    post = a_post(text="门关不上")
    assert (post.platform, post.author, post.published_at, post.author_followers) == ("unknown", "", NOW, None)
    assert post == a_post(text="门关不上", 作者=None, 发布时间="")
    assert post.external_id != a_post(text="门关不上", 作者="a").external_id
    assert post.external_id != a_post(text="门关不上", 发布时间="2024-05-01").external_id


def test_a_bare_repost_needs_no_words() -> None:
    assert a_post(id="2", parent_id="1", text="").text == ""


def test_nothing_is_published_after_now() -> None:
    assert a_post(text="a", time="2099-01-01").published_at == NOW


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "no_text"),
        ({"author": "a"}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "a", "time": "5分钟前"}, "bad_time"),
        ({"text": "a", "time": "0001-01-01"}, "bad_time"),
        ({"text": ["a"]}, "wrong_type"),
        ({"text": {"a": 1}}, "wrong_type"),
        ({"text": "a", "author": ["b"]}, "wrong_type"),
        ({"text": "a" * (TEXT_LIMIT + 1)}, "too_large"),
    ],
)
def test_what_is_no_record(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Unfit) as caught:
        a_post(**fields)
    assert str(caught.value) == code


@pytest.mark.parametrize("url", ["javascript:alert(1)", "weibo.com/1", "", "https://e.org/" + "a" * 3_000])
def test_a_link_that_is_none_is_left_out(url: str) -> None:
    assert a_post(text="a", url=url).url is None


def test_platforms() -> None:
    assert platform_of("新浪微博", "unknown") == "weibo"
    assert platform_of(" Ｗｅｉｂｏ ", "unknown") == "weibo"
    assert platform_of("黑猫", "unknown") == "黑猫"
    assert platform_of(" ", "unknown") == "unknown"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = [name for names in COLUMNS.values() for name in names]


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON, max_size=8))
def test_no_record_breaks_us(record: dict[str, Any]) -> None:
    try:
        post = a_post(**record)
    except Unfit as reason:
        assert str(reason) in ("no_text", "bad_time", "wrong_type", "too_large")  # noqa: PT017
    else:
        assert post.external_id
        assert post.platform
        assert post.published_at <= NOW


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,.0123456789truefalsnNaI\\u ', max_size=40).map(str.encode))
def test_no_line_breaks_us(line: bytes) -> None:
    try:
        assert isinstance(json_record(line), dict)
    except Unfit as reason:
        assert str(reason) in ("bad_encoding", "not_json", "not_a_record")  # noqa: PT017
