"""Colours go from OKLCH to sRGB and back, and every look of ours can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.practices.colours import contrast, from_hex, to_hex
from shared.practices.contrast import ContrastTooLow, check_contrast, too_close
from shared.practices.look import Brand
from shared.practices.tokens import UnreadableToken, colours_of, read_colour

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(HEX)
def test_a_colour_survives_the_way_there_and_back(colour: str) -> None:
    there = to_hex(*from_hex(colour))
    for at in (1, 3, 5):
        assert abs(int(colour[at : at + 2], 16) - int(there[at : at + 2], 16)) <= 1


@pytest.mark.parametrize("nonsense", ["", "red", "#fff", "#12345g", "#1234567", "#123456;}"])
def test_only_six_digits_are_a_colour(nonsense: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        from_hex(nonsense)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("hue", range(0, 360, 40))
@pytest.mark.parametrize("chroma", [0.0, 0.2])
def test_every_hue_at_our_own_lightness_can_be_read(hue: int, chroma: float) -> None:
    look = Brand(accent_hue=hue, accent_chroma=chroma, surface_hue=hue, second_hue=360 - hue)
    assert too_close(look) == []


@pytest.mark.parametrize("colour", ["#ffe000", "#ffffff", "#7fd4ff", "#c0c0c0"])
def test_a_pale_colour_is_refused_and_one_that_works_is_offered(colour: str) -> None:
    with pytest.raises(ContrastTooLow) as refused:
        check_contrast(Brand().with_accent(colour))
    named = {(pair.colour, pair.ground) for pair in refused.value.pairs}
    assert ("on-accent", "accent") in named
    assert all(pair.ratio < pair.needed for pair in refused.value.pairs)
    assert refused.value.instead is not None
    check_contrast(refused.value.instead)


@pytest.mark.parametrize("colour", ["#000000", "#7a2748", "#0b5d4f", "#1e4d80", "#3a3a3a"])
def test_a_deep_colour_is_taken(colour: str) -> None:
    check_contrast(Brand().with_accent(colour))


def test_the_tokens_are_read_from_the_style_sheet() -> None:
    found = colours_of(Brand())
    assert found.light["surface"] == "#ffffff"
    assert found.dark["paper"] != found.light["paper"]
    assert {"accent", "accent-strong", "on-accent", "ink"} <= set(found.light)


@pytest.mark.parametrize("written", ["red", "color-mix(in oklch, red, blue)", "oklch(1 2)"])
def test_a_token_that_only_a_browser_reads_is_named(written: str) -> None:
    with pytest.raises(UnreadableToken):
        read_colour(written, {})
