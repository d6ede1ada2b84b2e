"""How dates are written in languages of which Django does not say so."""
