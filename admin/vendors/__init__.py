"""Vendors: who sees what, under which agreement, until when. Owners only."""
