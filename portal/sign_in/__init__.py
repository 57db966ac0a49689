"""Signing in to the portal: an address, a mail, one press or eight digits."""
