"""Panels: each is handed what it needs and knows no other; they meet in `window`."""
