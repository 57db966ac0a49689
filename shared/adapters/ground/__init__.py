"""What the practice stands on, asked of the network and the platform."""
