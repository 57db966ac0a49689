"""The services below the three faces; docs/architecture.md has the order they may know."""
