"""Floor 5: the screen. What it shows was committed before; reads go through `query`, acts through `bridge`."""
