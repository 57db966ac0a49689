"""Mail going out: the value to send, the vendor that takes it, and what became of it."""
