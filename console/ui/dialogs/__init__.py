"""What a person sets up: settings, a source, the first run, and the export of an incident. None opens by itself."""
