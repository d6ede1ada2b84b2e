"""What staff type, as domain types; nothing is saved here."""
