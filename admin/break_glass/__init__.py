"""Emergency access: asking for it, ending it, and the owners' review."""
