"""The mail's colours are the portal's, and stay readable for every brand."""

import pytest

from shared.messaging.palette import mail_palette
from shared.practices.colours import contrast, to_hex


def test_known_colours_come_out_right() -> None:
    assert to_hex(1.0, 0.0, 0.0) == "#ffffff"
    assert to_hex(0.0, 0.0, 0.0) == "#000000"
    assert to_hex(0.62796, 0.25768, 29.2339) == "#ff0000"


@pytest.mark.parametrize("hue", range(0, 360, 15))
@pytest.mark.parametrize("chroma", [0.0, 0.075, 0.16])
def test_every_brand_can_be_read_by_day_and_by_night(hue: int, chroma: float) -> None:
    look = mail_palette({"accent_hue": hue, "accent_chroma": chroma, "surface_hue": hue})
    for colours in (look.light, look.dark):
        assert contrast(colours["ink"], colours["surface"]) >= 7
        assert contrast(colours["ink"], colours["wash"]) >= 7
        assert contrast(colours["ink_soft"], colours["paper"]) >= 4.5
        assert contrast(colours["on_accent"], colours["accent"]) >= 4.5
        assert contrast(colours["accent"], colours["surface"]) >= 4.5


def test_nonsense_in_a_brand_changes_nothing() -> None:
    nonsense = {"accent_hue": "url(x)", "accent_chroma": 9, "surface_hue": None}
    assert mail_palette(nonsense) == mail_palette({})


def test_corners_and_headings_follow_the_brand() -> None:
    look = mail_palette({"corners": "crisp", "heading": "serif"})
    assert look.radius == "4px"
    assert look.heading_font.startswith("Georgia")
