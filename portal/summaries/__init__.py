"""What was agreed in a visit, in plain words: to read again, and to print."""
