"""Badges on their way: confirm, claim and pace, send, record what came of it."""
