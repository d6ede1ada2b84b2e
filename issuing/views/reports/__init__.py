"""Pages that count."""
