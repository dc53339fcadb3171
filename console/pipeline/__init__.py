"""Floor 3: the stages that a mention passes, from the wire to the executive."""
