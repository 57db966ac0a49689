"""The first page, and what machines ask of a site."""
