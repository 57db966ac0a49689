"""The services below the three faces; see docs/architecture.md for the order in which they may know each other."""
