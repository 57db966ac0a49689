"""What a visit costs, all of it."""
