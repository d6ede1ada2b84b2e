"""The pages of Navigatr accounts."""
