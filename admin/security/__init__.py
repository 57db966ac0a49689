"""One's own passkeys and recovery codes."""
