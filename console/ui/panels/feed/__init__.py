"""The live feed: what comes in, as it is committed."""

from console.ui.panels.feed.panel import FeedPanel

__all__ = ["FeedPanel"]
