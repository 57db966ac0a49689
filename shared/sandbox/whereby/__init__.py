"""Whereby Embedded, played: rooms made over REST, a page with a real call, signed webhooks."""
