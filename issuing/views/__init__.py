"""Pages: load, call one service, done."""
