"""Floor 4: what runs (engine) and what people do (desk, report)."""
