"""Checks uploaded files and issues their ready rows."""
