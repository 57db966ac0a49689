"""The outside world: one folder per kind of vendor, nobody else imports their SDKs."""
