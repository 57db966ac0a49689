"""Ways to reach the practice."""
