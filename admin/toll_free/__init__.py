"""The kit for a toll-free number: what the carriers ask for, to be copied. Owners only."""
