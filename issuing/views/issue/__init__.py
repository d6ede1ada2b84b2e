"""Issue one badge, the sandbox badge to oneself, and what became of it."""
