"""Scale: which stretch of time the plot shows, and where an instant stands in it, in whole pixels."""

from dataclasses import dataclass, replace

from console.domain.clock import MINUTE, Instant, Millis

WIDTHS = (2, 3, 4, 6, 8, 12, 16, 24)
"""Pixels a bin may have: whole ones, so that no bar changes its width while time goes by."""

USUAL = {1: 4, 5: 6, 15: 8}
"""Pixels of a bin of so many minutes at first."""


@dataclass(frozen=True, slots=True)
class Scale:
    """``bin_pixels`` for each bin of ``minutes``; ``pixels`` in all; ``right`` is the instant at the right edge.

    ``right`` is None while the edge follows the present. Instants stand on whole pixels of the wall clock, so that
    everything moves together and nothing wiggles.
    """

    minutes: int = 1
    bin_pixels: int = USUAL[1]
    pixels: int = 800
    right: Instant | None = None

    @property
    def pixel(self) -> Millis:
        """Milliseconds of one pixel: whole, since every one of the widths divides a minute."""
        return self.minutes * MINUTE // self.bin_pixels

    @property
    def span(self) -> Millis:
        """Milliseconds from edge to edge."""
        return self.pixels * self.pixel

    def edges(self, now: Instant) -> tuple[Instant, Instant]:
        """The instants at the left and at the right edge."""
        if self.right is None:
            width = self.minutes * MINUTE
            right = now - now % width + width  # the running bin is shown whole
        else:
            right = -(-self.right // self.pixel) * self.pixel
        return right - self.pixels * self.pixel, right

    def x(self, at: Instant, now: Instant) -> float:
        """Pixels from the left edge."""
        return (at - self.edges(now)[0]) / self.pixel

    def at(self, x: float, now: Instant) -> Instant:
        """The instant at ``x`` pixels from the left edge."""
        return round(self.edges(now)[0] + x * self.pixel)

    def sized(self, pixels: int) -> "Scale":
        """The same on a plot of another width."""
        return replace(self, pixels=max(1, pixels))

    def binned(self, minutes: int) -> "Scale":
        """Bins of another width, as wide on the screen as is usual for them, the right edge kept."""
        return replace(self, minutes=minutes, bin_pixels=USUAL[minutes])

    def panned(self, pixels: float, now: Instant) -> "Scale":
        """Moved by ``pixels`` to the past (positive) or towards the present, where it begins to follow again."""
        right = self.edges(now)[1] - round(pixels) * self.pixel
        return replace(self, right=None if right >= now else right)

    def zoomed(self, steps: int, x: float, now: Instant) -> "Scale":
        """The next wider (positive) or narrower bins; what stands at ``x`` stays there unless the edge follows."""
        place = WIDTHS.index(self.bin_pixels) + steps
        wider = replace(self, bin_pixels=WIDTHS[min(max(place, 0), len(WIDTHS) - 1)])
        if self.right is None:
            return wider
        right = self.edges(now)[0] + x * self.pixel + (self.pixels - x) * wider.pixel
        return replace(wider, right=None if right >= now else round(right))

    def following(self) -> "Scale":
        """The same with the present at the right edge."""
        return replace(self, right=None)
