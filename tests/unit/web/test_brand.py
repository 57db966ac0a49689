"""A practice chooses among our values; nothing else of it ever reaches a style sheet."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.web.brand import MOTIFS, Brand

HOSTILE = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())
)
KEYS = ("accent_hue", "accent_chroma", "surface_hue", "heading", "corners", "motif")
LINE = re.compile(r'  --[a-z-]+: [\w.,() "-]+;')


# The first texts are slow to make on a busy machine.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(KEYS), HOSTILE))
def test_only_our_own_values_reach_the_style_sheet(values: dict[str, object]) -> None:
    lines = Brand.from_mapping(values).css().splitlines()
    assert lines[0] == "@layer brand {"
    assert all(LINE.fullmatch(line) for line in lines[2:-2])


def test_values_out_of_range_keep_the_default() -> None:
    brand = Brand.from_mapping({"accent_hue": 400, "accent_chroma": -1, "motif": "skull"})
    assert brand == Brand()


def test_chosen_values_are_kept() -> None:
    brand = Brand.from_mapping({"accent_hue": 2, "heading": "serif", "motif": MOTIFS[0]})
    assert (brand.accent_hue, brand.heading, brand.motif) == (2, "serif", "leaf")
