"""Which host names lead to the practice. Owners only."""
