"""Bars side by side: one number for each week or day."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 360, 132
# Room for the numbers above the bars and the words below them.
TOP, BOTTOM = 18, 20
GAP = 0.28
# With more bars than this their numbers would run into each other.
MOST_NUMBERED = 13
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands below it (may be nothing), its value, and how the value is written."""

    label: str
    value: int
    shown: str
    now: bool = False


def draw_bars(bars: Sequence[Bar], *, said: str) -> Markup:
    """The bars from zero up; below zero hangs down. `said` is what the picture tells in words."""
    top, floor = scale(bars)
    tall = HEIGHT - TOP - BOTTOM
    zero = TOP + tall * top / (top - floor)
    step = WIDTH / max(len(bars), 1)
    marks = [_line("chart__grid", TOP), _line("chart__axis", zero)]
    for place, bar in enumerate(bars):
        high = tall * abs(bar.value) / (top - floor)
        left, wide = place * step + step * GAP / 2, step * (1 - GAP)
        y = zero - high if bar.value >= 0 else zero
        marks.append(_bar(bar, left, y, wide, high))
        middle = left + wide / 2
        if bar.value and (len(bars) <= MOST_NUMBERED or bar.now):
            marks.append(_words("chart__value", middle, min(y, zero) - 5, bar.shown))
        if bar.label:
            marks.append(_words("chart__label", middle, HEIGHT - 5, bar.label))
    return Markup(
        '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, said, Markup("").join(marks))


def scale(bars: Sequence[Bar]) -> tuple[int, int]:
    """Round numbers that hold every bar: the highest, and the lowest at or below zero."""
    values = [bar.value for bar in bars]
    top, floor = _round_up(max([0, *values])), -_round_up(-min([0, *values]))
    return (top, floor) if top > floor else (1, 0)


def _round_up(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 ... at or above it; 0 stays."""
    if value <= 0:
        return 0
    power = int(10 ** (len(str(value)) - 1))
    return next(step * power for step in (*STEPS, 10) if step * power >= value)


def _line(kind: str, y: float) -> Markup:
    return Markup('<line class="{}" x1="0" x2="{}" y1="{}" y2="{}"/>').format(
        kind, WIDTH, f"{y:.1f}", f"{y:.1f}"
    )


def _bar(bar: Bar, x: float, y: float, wide: float, high: float) -> Markup:
    kind = "chart__bar chart__bar--now" if bar.now else "chart__bar"
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        kind, f"{x:.1f}", f"{y:.1f}", f"{wide:.1f}", f"{max(high, 0):.1f}"
    )


def _words(kind: str, x: float, y: float, words: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        kind, f"{x:.1f}", f"{y:.1f}", escape(words)
    )
