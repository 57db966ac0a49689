"""The plan by which a new sender sends a little more each day. Owners only."""
