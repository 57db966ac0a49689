"""The practice's own words: read from a folder, checked, made into pages; needs no database."""
