"""The portal's first page: the one next thing."""
