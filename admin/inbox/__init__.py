"""Dead letters: what vendors told us and could not be applied."""
