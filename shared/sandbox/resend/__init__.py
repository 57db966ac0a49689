"""Resend's stand-in: the second mail provider."""
