"""Before the first patient: what must be green, when it last was, and what to do about it."""
