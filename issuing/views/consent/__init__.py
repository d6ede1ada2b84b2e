"""Pages of consent: recording answers one by one or from a file, their history, and the wording."""
