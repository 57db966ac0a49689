"""What the three faces share of the web: the request's way through, headers, forms, pages."""
