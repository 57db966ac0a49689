"""What people ask before they book."""
