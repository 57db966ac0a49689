"""What machines ask of a site: structured data, maps, feeds, rules for robots."""
