"""Who looked at my record, when, and why."""
