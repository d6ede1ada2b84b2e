"""A stand-in for Navigatr, for trying and testing. Imports nothing of ours and needs nothing but Python."""

from issuing.practice.server import CannotListen, PracticeServer, serve

__all__ = ["CannotListen", "PracticeServer", "serve"]
