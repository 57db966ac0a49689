"""The practice itself: how it is called and reached, and its rules. Owners only."""
