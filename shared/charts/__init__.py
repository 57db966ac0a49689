"""Pictures of numbers as SVG made on the server: shapes and classes, no script and no style."""

from shared.charts.bars import Bar, draw_bars

__all__ = ["Bar", "draw_bars"]
