"""What the background worker runs: load, call one service, done."""
