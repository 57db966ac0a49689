"""Believable practices and people: for a first look, for tests, for measuring at scale."""
