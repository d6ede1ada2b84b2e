"""Urdu: the day comes first."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
