"""Chinese words: snownlp's segmentation, word for word the same, for many texts at once.

The library finds the likeliest tags (begin, middle, end, single) of each run of Chinese characters by a second-order
Viterbi search over a character-based generative model (Wang, Zong, Su 2009, 'Which is more suitable for Chinese word
segmentation, the generative model or the discriminative one?'), one character at a time. Here all runs of a batch take
each step together. Sums are formed in the library's order and ties go to the path that it would take, so the words are
the same to the last character; ``tests/unit/scorers/test_segment.py`` holds us to it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from console.scorers._tables import BASE, FIRST, START, Bytes, Floats, Ints, tables

_CHINESE = re.compile("([\u4e00-\u9fa5]+)")
_BLOCK = 8_192
"""Characters whose probabilities are laid out at a time: 512 bytes each."""

_SEEN, _SHORT = 20_000, 32
"""So many short runs are remembered: clauses repeat, and a text is explained soon after it was scored."""

_BEGIN, _SINGLE, _END = 0, 3, 2


class Segmenter:
    """snownlp's words, in batches. ``cache`` is the folder where its tables are kept ready."""

    def __init__(self, cache: Path | None = None) -> None:
        self._tables = tables(cache)
        self._seen: dict[str, list[str]] = {}

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text, as ``snownlp.seg.seg`` gives them: what is not Chinese is split at blanks."""
        parts = [[part for part in _CHINESE.split(text) if part.strip()] for text in texts]
        runs = [part for text in parts for part in text if _CHINESE.match(part)]
        cut = iter(self.runs(runs))
        return [
            [word for part in text for word in (next(cut) if _CHINESE.match(part) else part.split())] for text in parts
        ]

    def runs(self, runs: Sequence[str]) -> list[list[str]]:
        """The words of runs that hold nothing but Chinese characters (U+4E00 to U+9FA5); for reading only."""
        unseen = sorted({run for run in runs if run not in self._seen}, key=len, reverse=True)
        cut = dict(zip(unseen, self._cut(unseen), strict=True)) if unseen else {}
        found = [words if (words := self._seen.get(run)) is not None else cut[run] for run in runs]
        if len(self._seen) + len(cut) > _SEEN:
            self._seen.clear()
        self._seen.update((run, words) for run, words in cut.items() if len(run) <= _SHORT)
        return found

    def _cut(self, runs: Sequence[str]) -> Iterator[list[str]]:
        tags = self._tags(runs)
        begins = (tags == _BEGIN) | (tags == _SINGLE)
        begins[1:] |= tags[:-1] == _END
        end = 0
        for run in runs:
            start, end = end, end + len(run)
            begins[start] = True
            cuts = [*np.flatnonzero(begins[start:end]).tolist(), len(run)]
            yield [run[a:b] for a, b in pairwise(cuts)]

    def _tags(self, runs: Sequence[str]) -> npt.NDArray[np.intp]:
        """The likeliest tags of all characters, run after run. The runs come longest first."""
        lengths = np.array([len(run) for run in runs])
        codes = np.frombuffer("".join(runs).encode("utf-32-le"), np.uint32).astype(np.int64) - FIRST
        starts = np.cumsum(lengths) - lengths
        longest = int(lengths[0])
        alive = np.searchsorted(-lengths, -np.arange(longest), side="left")  # how many runs are longer than t
        offsets = np.append(0, np.cumsum(alive))
        back = np.empty((offsets[-1], 16), np.uint8)
        state = np.full((4, len(runs), 4), -np.inf)
        state[0, :, 0] = 0.0
        final = np.empty(len(runs), np.intp)
        t = 0
        while t < longest:
            until = t + max(1, _BLOCK // int(alive[t]))
            steps = np.arange(t, min(until, longest))
            likely, unknown = self._likely(codes, starts, lengths, steps, int(alive[t]))
            for t in steps.tolist():
                n, at = int(alive[t]), int(offsets[t] - offsets[steps[0]])
                state = _step(state[:, :n], likely[:, at : at + n], unknown[at : at + n], back[offsets[t] :][:n], t)
                done = int(alive[t + 1]) if t + 1 < longest else 0
                final[done:n] = state[:, done:n].transpose(1, 2, 0).reshape(n - done, 16).argmax(axis=1)
            t += 1
        return _traced(back, final, lengths, starts, alive, offsets)

    def _likely(
        self, codes: Ints, starts: Ints, lengths: Ints, steps: Ints, runs: int
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Log probabilities ``[tag1, character, tag2, tag3]`` of the characters at some steps, step after step."""
        table = self._tables
        places = (starts[:runs] + steps[:, None])[steps[:, None] < lengths[:runs]]
        step = np.repeat(steps, (steps[:, None] < lengths[:runs]).sum(axis=1))
        third = codes[places]
        second = np.where(step >= 1, codes[np.maximum(places - 1, 0)], START)
        first = np.where(step >= 2, codes[np.maximum(places - 2, 0)], START)
        alone = table.single[third]
        likely = np.broadcast_to(alone[None, :, None, :], (4, len(places), 4, 4)).copy()
        flat = likely.reshape(4, len(places), 16)
        pair = second * BASE + third
        who, entries = _entries(pair, table.pairs, table.pair_starts)
        flat[:, who, table.pair_tags[entries]] = table.pair_values[entries]
        who, entries = _entries(first * (BASE * BASE) + pair, table.triples, table.triple_starts)
        tags = table.triple_tags[entries]
        flat[tags >> 4, who, tags & 15] = table.triple_values[entries]
        return likely, np.isneginf(alone).all(axis=1)


def _entries(keys: Ints, known: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """Which of ``keys`` have entries, each as often as it has some, and where these stand."""
    found = np.searchsorted(known, keys)
    hits = np.flatnonzero(known[np.minimum(found, len(known) - 1)] == keys)
    begins = starts[found[hits]]
    counts = starts[found[hits] + 1] - begins
    ends = np.cumsum(counts)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    return np.repeat(hits, counts), np.repeat(begins, counts) + within


def _step(state: Floats, likely: Floats, unknown: npt.NDArray[np.bool_], back: Bytes, t: int) -> Floats:
    """One character further: the best ``[tag2, run, tag3]`` of ``[tag1, run, tag2]``, and where each came from.

    Of equal ones the first is kept. A character that the model has never seen is passed as the library passes it: the
    path tried last is taken, whatever its probability.
    """
    paths = state[:, :, :, None] + likely
    best: Floats = paths[0]
    origin = np.zeros(best.shape, np.uint8)
    for tag in (1, 2, 3):
        better = paths[tag] > best
        origin[better] = tag
        best = np.where(better, paths[tag], best)
    if unknown.any():
        last = 0 if t < 2 else 3
        best[unknown] = state[last, unknown, :, None]
        origin[unknown] = last
    back[:] = origin.reshape(len(origin), 16)
    return best.transpose(1, 0, 2)


def _traced(
    back: Bytes, final: npt.NDArray[np.intp], lengths: Ints, starts: Ints, alive: Ints, offsets: Ints
) -> npt.NDArray[np.intp]:
    """The tags along the best paths, from their ends back. ``final`` holds ``tag_of_last * 4 + tag_before``."""
    tags = np.empty(int(lengths.sum()), np.intp)
    second, third = final % 4, final // 4
    for t in range(int(lengths[0]) - 1, -1, -1):
        n = int(alive[t])
        tags[starts[:n] + t] = third[:n]
        first = back[offsets[t] : offsets[t + 1]][np.arange(n), second[:n] * 4 + third[:n]].astype(np.intp)
        third[:n], second[:n] = second[:n], first
    return tags
