"""Floor 1: the nouns of a crisis and their rules, as frozen values and pure functions; no clock, disk, wire or Qt."""
