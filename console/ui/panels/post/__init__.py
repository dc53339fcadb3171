"""One post to be read."""

from console.ui.panels.post.panel import Explain, PostPanel

__all__ = ["Explain", "PostPanel"]
