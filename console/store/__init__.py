"""Floor 2: the store. SQLite with one writer and many readers; SQL stands only here."""
