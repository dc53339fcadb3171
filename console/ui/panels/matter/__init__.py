"""One incident, and what may be done with it."""

from console.ui.panels.matter.panel import MatterPanel

__all__ = ["MatterPanel"]
