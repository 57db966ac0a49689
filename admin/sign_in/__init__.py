"""Signing in to the desk: passkey, recovery code, first-run invitation."""
