"""Rosters: the list, uploading, checking, running, and files to take away."""
