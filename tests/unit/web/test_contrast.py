"""Every hue a practice may choose keeps WCAG AA contrast, in the light and in the dark."""

import pytest

from shared.messaging.palette import mail_palette
from shared.practices.colours import to_hex

PAIRS = (
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "wash"),
    ("ink_soft", "paper"),
    ("ink_soft", "wash"),
    ("accent", "paper"),
    ("accent", "surface"),
    ("on_accent", "accent"),
)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast(to_hex(0, 0, 0), to_hex(1, 0, 0)) == pytest.approx(21, abs=0.1)


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_text_is_readable_in_every_hue(hue: int) -> None:
    palette = mail_palette({"accent_hue": hue, "accent_chroma": 0.16, "surface_hue": hue})
    for scheme in (palette.light, palette.dark):
        for text, ground in PAIRS:
            assert contrast(scheme[text], scheme[ground]) >= 4.5, (hue, text, ground)
