"""Downtime sheets: the key that opens them, and the sealed sheets. Owners only."""
