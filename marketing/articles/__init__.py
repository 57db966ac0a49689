"""Something useful to read, whether one books or not."""
