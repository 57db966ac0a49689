"""Cities and states in which the practice may see people."""
