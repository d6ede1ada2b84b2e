"""What is kept how long: the rules, what goes next, and what went."""
