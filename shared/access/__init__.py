"""Who may see what: principals, the capability table, and the doors to health information."""
