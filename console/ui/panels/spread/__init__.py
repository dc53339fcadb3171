"""The plot of the spread, a panel made of parts: series and scale (pure), picture, canvas, and the panel itself."""

from console.ui.panels.spread.panel import SpreadPanel

__all__ = ["SpreadPanel"]
