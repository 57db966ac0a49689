"""Files: where documents rest and how a reader gets at one for a few minutes."""
