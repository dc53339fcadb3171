"""Labels on a plot: lines and words of SVG, and rails on which marks stand without touching one another."""

from dataclasses import dataclass
from typing import Final

from console.exporters._markup import Element, el

WIDTH: Final = 760
"""The width of a plot, pixels."""

ROW: Final = 15
"""How far one row of labels stands below another, pixels."""

INK: Final = "#17202b"
SOFT: Final = "#5f6b79"
_GLYPH: Final = 6.2  # half a Chinese character of 12 px: how wide a label will be, well enough to keep labels apart


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a moment: the shape over it and the words beside."""

    x: float
    label: str
    path: str
    ink: str


def line(svg: Element, x1: float, y1: float, x2: float, y2: float, ink: str, **more: object) -> None:
    """Draw a line of 1 px."""
    svg.append(el("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=ink, stroke_width=1, **more))


def text(
    svg: Element, x: float, y: float, words: str, anchor: str = "start", *, fill: str = SOFT, **more: object
) -> None:
    """Write a label with its anchor at ``x`` and its baseline at ``y``."""
    svg.append(el("text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, fill=fill, **more))


def wide_of(words: str) -> float:
    """About how wide a label of 12 px will be."""
    return sum(_GLYPH * (2 if ord(c) > 0x2E7F else 1.1) for c in words)


def rail(svg: Element, marks: list[Mark], top: float, weight: int | None = None) -> None:
    """Marks side by side. Words stand right of their mark, else left of it, and are left out where neither has room."""
    _labelled(svg, marks, top, [(top, [(mark.x - 7, mark.x + 7) for mark in marks])], weight)


def two_rows(svg: Element, marks: list[Mark], top: float, lines: list[float]) -> None:
    """Marks side by side, with a second row for words that would touch others or the upright ``lines`` in the first."""
    fixed = [(x - 2, x + 2) for x in lines]
    first = [*fixed, *((mark.x - 7, mark.x + 7) for mark in marks)]
    second = [*fixed, *((mark.x - 2, mark.x + 2) for mark in marks)]
    _labelled(svg, marks, top, [(top, first), (top + ROW, second)])


def _labelled(
    svg: Element,
    marks: list[Mark],
    top: float,
    rows: list[tuple[float, list[tuple[float, float]]]],
    weight: int | None = None,
) -> None:
    for mark in marks:
        svg.append(el("path", d=mark.path, fill=mark.ink, transform=f"translate({round(mark.x - 5, 1)} {top})"))
        wide = wide_of(mark.label)
        right, left = mark.x + 9, mark.x - 9 - wide
        free = ((y, x, taken) for y, taken in rows for x in (right, left) if is_free(x, x + wide, taken))
        place = next(free, None)
        if place is not None:
            y, x, taken = place
            taken.append((x, x + wide + 4))
            anchor, at = ("start", x) if x == right else ("end", x + wide)
            text(svg, at, y + 9, mark.label, anchor, fill=mark.ink if weight else SOFT, font_weight=weight)


def is_free(start: float, end: float, taken: list[tuple[float, float]]) -> bool:
    """Whether a stretch lies on the plot and touches nothing that is taken."""
    return start >= 0 and end <= WIDTH and all(end <= a or start >= b for a, b in taken)
