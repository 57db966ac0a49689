"""Signing in: attempts by mail, passkeys, recovery codes, sessions, and who holds which role."""
