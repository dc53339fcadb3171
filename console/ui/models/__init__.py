"""Qt models: what the lists show, kept apart from how they are painted."""
