"""The pages of badges."""
