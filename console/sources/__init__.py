"""Sources: where posts come from, one plug-in a file. This is their list, and the only way to make one by its kind."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_type_hints

from console.domain.clock import Clock
from console.domain.errors import SettingRefused, SourceDelayed
from console.domain.mention import Post
from console.domain.ports import Cursor, Rejected, Source
from console.sources.feed import Feed, FeedOptions
from console.sources.folder import Folder, FolderOptions

if TYPE_CHECKING:  # the client's library is slow to import, and few who name a source reach for the network
    from console.wire import Wire

SAMPLED = 5
"""Posts that a test of a source shows."""

TEST_DEADLINE = 60.0
"""Seconds that a test of a source may take."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: its options, and how to make one from a name, options, the wire and a clock."""

    options: type[Any]
    make: Callable[[str, Any, "Wire", Clock], Source]


SOURCES: Mapping[str, Kind] = MappingProxyType(
    {
        "feed": Kind(FeedOptions, Feed),
        "folder": Kind(FolderOptions, lambda name, options, _wire, clock: Folder(name, options, clock)),
    }
)
"""The kinds that a user may add, in the order in which they are offered."""


def options_of(kind: str, given: Mapping[str, Any]) -> Any:
    """The options of a kind from plain values, as a store or a command line has them.

    Raises SettingRefused: no_such_kind, option_unknown, option_missing, option_wrong, and what the options refuse.
    """
    if kind not in SOURCES:
        raise SettingRefused("no_such_kind", kind=kind, kinds=", ".join(SOURCES))
    form = SOURCES[kind].options
    types = get_type_hints(form)
    for option in given:
        if option not in types:
            raise SettingRefused("option_unknown", option=option, kind=kind)
    for field in fields(form):
        if field.name not in given and field.default is MISSING:
            raise SettingRefused("option_missing", option=field.name, kind=kind)
    return form(**{option: _typed(option, value, types[option]) for option, value in given.items()})


def make(kind: str, name: str, given: Mapping[str, Any], wire: "Wire", clock: Clock) -> Source:
    """A source by its kind, ready to run. Raises like :func:`options_of`."""
    options = options_of(kind, given)
    return SOURCES[kind].make(name, options, wire, clock)


async def sample(source: Source) -> list[Post]:
    """Up to five posts of a source, the newest first, read as it would read them, and not kept.

    Raises what the source raises, and SourceDelayed('nothing_readable', place, reason, sample) when it brings items but
    none that can be read.
    """
    posts: list[Post] = []
    rejected: list[Rejected] = []
    batches = source.run(Cursor())
    try:
        async with asyncio.timeout(TEST_DEADLINE):
            async for batch in batches:
                posts += batch.items
                rejected += batch.rejected
                if batch.caught_up or len(posts) >= SAMPLED:
                    break
    except TimeoutError:
        raise SourceDelayed("no_answer", seconds=TEST_DEADLINE) from None
    finally:
        await batches.aclose()  # type: ignore[attr-defined]
    if rejected and not posts:
        first = rejected[0]
        raise SourceDelayed("nothing_readable", place=first.place, reason=first.code, sample=first.sample)
    return sorted(posts, key=lambda post: post.published_at, reverse=True)[:SAMPLED]


def _typed(option: str, value: Any, wanted: type[Any]) -> Any:
    """A value of the type that the option has; whole numbers may stand for others."""
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise SettingRefused("option_wrong", option=option, value=value)
    return value
