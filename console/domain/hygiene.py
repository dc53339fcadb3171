"""What a stranger's post must look like to be let in: texts, numbers and times that can be stored, found and counted.

A NUL hides the rest of a text from SQL, a lone surrogate cannot be written at all, a number beyond 64 bits neither, and
a post from the year 9999 would stand on top of every list for ever.
"""

from dataclasses import replace

from console.domain.clock import Instant
from console.domain.mention import TEXT_LIMIT, Post
from console.domain.ports import Rejected

FIELD_LIMIT = 8_000
"""Characters of an id, an author, a platform or an address; a post with a longer one is rejected."""

SAMPLE_LIMIT = 200
"""Characters that are kept of what was rejected."""

EARLIEST: Instant = 631_152_000_000
"""1990-01-01: a post that claims to be older is dated by its arrival."""

_LATEST: Instant = 4_102_444_800_000
_MARK = "\ufffd"
_LARGEST = 2**63 - 1


def clean(post: Post, now: Instant) -> Post | Rejected:
    """The post as it may be kept, or why it may not be.

    NUL and lone surrogates become U+FFFD; ``arrived_at`` is set (``now`` where the source gave none); a publication
    time after the arrival or before :data:`EARLIEST` becomes the arrival. Doing it twice changes nothing.
    """
    try:
        named = ("" if name is None else name for name in (post.root_id, post.parent_id, post.url))
        names = "\n".join((post.platform, post.external_id, post.author, *named))
        whole = names + post.text
        if "\0" in whole or not _is_sound(whole):
            post = _mended(post)
    except (TypeError, AttributeError):
        return _rejected(post, "wrong_type")
    arrived = now if post.arrived_at is None else post.arrived_at
    code = _fault(post, arrived, len(names))
    if code:
        return _rejected(post, code)
    published = post.published_at if EARLIEST <= post.published_at <= arrived else arrived
    if published == post.published_at and arrived == post.arrived_at:
        return post
    return replace(post, published_at=published, arrived_at=arrived)


def sample(text: str) -> str:
    """The beginning of a rejected text with everything unprintable escaped, at most 200 characters."""
    head = text[:SAMPLE_LIMIT]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in head)[:SAMPLE_LIMIT]


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mended(post: Post) -> Post:
    def whole(text: str) -> str:
        return "".join(_MARK if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)

    def perhaps(text: str | None) -> str | None:
        return None if text is None else whole(text)

    return replace(
        post,
        platform=whole(post.platform),
        external_id=whole(post.external_id),
        author=whole(post.author),
        text=whole(post.text),
        root_id=perhaps(post.root_id),
        parent_id=perhaps(post.parent_id),
        url=perhaps(post.url),
    )


def _fault(post: Post, arrived: Instant, names: int) -> str | None:
    if not post.external_id or not post.platform:
        return "no_id"
    if len(post.text) > TEXT_LIMIT or names > FIELD_LIMIT:
        return "too_large"
    if type(arrived) is not int or type(post.published_at) is not int or not EARLIEST <= arrived < _LATEST:
        return "bad_time"
    for count in (post.author_followers, post.reposts, post.likes, post.comments):
        if count is not None and (type(count) is not int or not 0 <= count <= _LARGEST):
            return "bad_number"
    given = post.sentiment
    if given is not None and (type(given) not in (int, float) or not 0.0 <= given <= 1.0):
        return "bad_number"
    return None


def _rejected(post: Post, code: str) -> Rejected:
    return Rejected(sample(str(post.external_id)), code, sample(str(post.text)))
