"""The pages of staff accounts."""
