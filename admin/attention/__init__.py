"""What needs attention: each line says who, what, since when, what happens if ignored."""
