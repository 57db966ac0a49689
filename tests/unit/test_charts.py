"""Pictures of numbers: well-formed, escaped, to scale, and no style of their own."""

from xml.etree import ElementTree as ET

import pytest

from shared.charts import Bar, draw_bars
from shared.charts.bars import HEIGHT, WIDTH, scale

SVG = ET.fromstring


def rectangles(markup: str) -> list[dict[str, float]]:
    return [
        {name: float(one.attrib[name]) for name in ("x", "y", "width", "height")}
        for one in SVG(markup).iter()
        if one.tag == "rect"
    ]


def test_bars_stand_to_scale_inside_the_picture() -> None:
    found = rectangles(draw_bars([Bar("a", 5, "5"), Bar("b", 10, "10")], said="two"))
    assert found[1]["height"] == pytest.approx(2 * found[0]["height"], abs=0.2)
    for one in found:
        assert 0 <= one["x"] <= WIDTH - one["width"]
        assert 0 <= one["y"] <= HEIGHT - one["height"]


def test_what_is_below_zero_hangs_from_the_line() -> None:
    paid, refunded = rectangles(draw_bars([Bar("a", 50, "50"), Bar("b", -50, "-50")], said="x"))
    assert refunded["y"] == pytest.approx(paid["y"] + paid["height"], abs=0.2)


@pytest.mark.parametrize("bars", [[], [Bar("", 0, "0")], [Bar("", 0, "0")] * 31])
def test_nothing_makes_an_empty_picture(bars: list[Bar]) -> None:
    markup = draw_bars(bars, said="none")
    assert all(one["height"] == 0 for one in rectangles(markup))
    assert scale(bars) == (1, 0)


@pytest.mark.parametrize(
    ("value", "top"), [(1, 1), (3, 5), (11, 20), (99, 100), (150_001, 200_000)]
)
def test_the_highest_line_is_a_round_number(value: int, top: int) -> None:
    assert scale([Bar("", value, "")]) == (top, 0)


def test_words_are_escaped_and_the_picture_has_a_text() -> None:
    markup = draw_bars([Bar("<b>", 1, "&")], said='"><script>')
    assert "<script" not in markup
    assert "<b>" not in markup
    root = SVG(markup)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == '"><script>'
    assert "style" not in markup


def test_many_bars_number_only_the_present_one() -> None:
    markup = draw_bars([Bar("", 2, "2", now=day == 30) for day in range(31)], said="x")
    assert markup.count("chart__value") == 1
