"""Sources: where posts come from, one plug-in a file."""
