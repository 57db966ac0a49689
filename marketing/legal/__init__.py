"""What the law wants said, in words that can be understood."""
