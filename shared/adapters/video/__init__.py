"""Video rooms: the only package that speaks to Whereby."""
