"""Messages to people: what is said (pure), the record that it was said, and the sending."""
