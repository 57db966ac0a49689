"""Key custody: who holds the keys that wrap a practice's data keys."""
