"""The database server's vendor: how a process of ours is let in."""
