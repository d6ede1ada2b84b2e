"""Learners: find, add, correct, merge, hold."""
