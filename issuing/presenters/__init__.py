"""How things are said on pages; a module per noun."""
