"""snownlp's own tables as arrays: read once from the library's files, kept in the cache folder, mapped into memory.

The library keeps its segmentation model as dictionaries of tuples: 400 MB and seconds to load in each process. In
sorted arrays the same numbers are 25 MB that all scoring processes share. Every logarithm is taken here, by the same
function and after the same order of additions as in the library, so that what is built on them equals it bit for bit.
"""

import gc
import gzip
import importlib.util
import logging
import marshal
import math
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from console import settings
from console.domain.errors import SettingRefused

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

TAGS = "bmes"
FIRST, LAST = 0x4E00, 0x9FA5
"""The characters that snownlp segments."""

START = LAST - FIRST + 1
"""Stands for the beginning of a run of characters, at two places before its first; its tag counts as the first one."""

BASE = START + 1
"""Characters by number: 0 is U+4E00. A pair of them is one number to this base, a triple too."""

FORMAT = "segment-1"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tables:
    """The segmentation model: log probabilities of a tagged character after two others.

    ``single[c, tag]`` is what it is where nothing is known of the characters before. For a ``pairs`` key (2 characters)
    the entries ``pair_starts[i] : pair_starts[i + 1]`` hold the tags (``tag1 * 4 + tag2``) and the value instead; for a
    ``triples`` key likewise (``tag1 * 16 + tag2 * 4 + tag3``). Keys are sorted. A character with no entry is unknown.
    """

    single: Floats
    pairs: Ints
    pair_starts: Ints
    pair_tags: Bytes
    pair_values: Floats
    triples: Ints
    triple_starts: Ints
    triple_tags: Bytes
    triple_values: Floats


def cache_folder(options: Mapping[str, Any]) -> Path | None:
    """Where tables are kept: as ``options["cache"]`` says, else this user's cache; None where that cannot be used."""
    named = options.get("cache")
    try:
        return Path(named) if named else settings.home().cache
    except SettingRefused:
        return None


def tables(cache: Path | None) -> Tables:
    """The tables, from the cache folder if it has them; else made from the library's files, and left there."""
    if cache is None:
        return _made()
    folder = cache / FORMAT
    try:
        return _mapped(folder)
    except (OSError, ValueError, EOFError):
        made = _made()
    try:
        _keep(made, folder)
        return _mapped(folder)
    except (OSError, ValueError) as error:
        _log.warning("scoring tables are not kept", extra={"folder": str(folder), "error": str(error)})
        return made


def unpacked(*parts: str) -> Any:
    """What one of the library's model files holds; the library itself is not imported."""
    found = importlib.util.find_spec("snownlp")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("snownlp is not installed")
    raw = Path(found.submodule_search_locations[0]).joinpath(*parts).read_bytes()
    if parts[-1].endswith(".txt"):
        return raw.decode("utf-8")
    return marshal.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)  # noqa: S302  the library's own file


def _made() -> Tables:
    collects = gc.isenabled()
    gc.disable()  # millions of tuples are made and none is garbage: searching them takes a third of the time
    try:
        return _from_library()
    finally:
        if collects:
            gc.enable()


def _from_library() -> Tables:
    model = unpacked("seg", "seg.marshal.3")
    uni, bi, tri = (model[name]["d"] for name in ("uni", "bi", "tri"))
    numbers = {who: number for who in uni if (number := _number(*who)) is not None}
    counts = np.zeros(BASE * 4)
    for who, number in numbers.items():
        counts[number] = uni[who]
    alone = model["l1"] * (counts / model["uni"]["total"])
    single = np.array(_logs(alone)).reshape(BASE, 4)
    single[START] = -np.inf  # nothing leads back to the beginning

    pairs, pair_counts = _grams(bi, numbers)
    sums = alone[pairs[:, 1]] + model["l2"] * pair_counts / counts[pairs[:, 0]]
    order = np.argsort(pairs[:, 0] * (BASE * 4) + pairs[:, 1])
    pairs, pair_counts, sums = pairs[order], pair_counts[order], sums[order]
    known = pairs[:, 0] * (BASE * 4) + pairs[:, 1]

    triples, triple_counts = _grams(tri, numbers)
    before = np.searchsorted(known, triples[:, 0] * (BASE * 4) + triples[:, 1])  # every triple begins with a known pair
    within = np.searchsorted(known, triples[:, 1] * (BASE * 4) + triples[:, 2])  # and ends with one
    totals = sums[within] + model["l3"] * triple_counts / pair_counts[before]
    return Tables(single, *_sorted(pairs, _logs(sums)), *_sorted(triples, _logs(totals)))


def _number(character: str, tag: str) -> int | None:
    """A tagged character as a number: its own, times 4, and its tag; None for one that is never in a run."""
    if tag == "BOS":
        return START * 4
    if len(character) == 1 and FIRST <= ord(character) <= LAST:
        return (ord(character) - FIRST) * 4 + TAGS.index(tag)
    return None


def _grams(model: dict[Any, int], numbers: dict[Any, int]) -> tuple[Ints, Floats]:
    """The pairs or triples that may occur in a run, a row of numbers each, and their counts."""
    size = len(next(iter(model)))
    found = map(numbers.get, chain.from_iterable(model), repeat(-1))
    rows = np.fromiter(found, np.int64, len(model) * size).reshape(-1, size)
    keep = (rows >= 0).all(axis=1)
    return rows[keep], np.fromiter(model.values(), np.float64)[keep]


def _logs(values: Floats) -> list[float]:
    """Logarithms as the library takes them: numpy's own may differ in the last bit."""
    return [math.log(value) if value else -math.inf for value in values.tolist()]


def _sorted(rows: Ints, values: list[float]) -> tuple[Ints, Ints, Bytes, Floats]:
    """Entries by their characters: the distinct keys, where each one's entries begin, their tags and values."""
    key = np.zeros(len(rows), np.int64)
    tags = np.zeros(len(rows), np.int64)
    for column in rows.T:
        key = key * BASE + column // 4
        tags = tags * 4 + column % 4
    order = np.lexsort((tags, key))
    keys, starts = np.unique(key[order], return_index=True)
    return keys, np.append(starts, len(rows)).astype(np.int64), tags[order].astype(np.uint8), np.array(values)[order]


def _mapped(folder: Path) -> Tables:
    arrays = [np.load(folder / f"{field.name}.npy", mmap_mode="r", allow_pickle=False) for field in fields(Tables)]
    found = Tables(*arrays)
    if found.single.shape != (BASE, len(TAGS)) or len(found.triple_values) != found.triple_starts[-1]:
        raise ValueError("damaged tables")
    return found


def _keep(made: Tables, folder: Path) -> None:
    """Write whole, then give the name: another process sees all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=FORMAT, dir=folder.parent))
    try:
        for field in fields(Tables):
            with (partial / f"{field.name}.npy").open("wb") as file:
                np.save(file, getattr(made, field.name), allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)  # it could not be read
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
