"""How a visit comes about, step by step."""
