"""The picture of a shared link: right size, light, the same for the same words."""

from io import BytesIO

import pytest
from PIL import Image

from marketing.pictures.drawing import SIZE, draw_picture
from shared.web.brand import Brand

WORDS = (
    "A doctor who knows you",
    "Heat and your medicines: a Florida summer with fewer surprises and many more words than fit",
    "Ärztin für Florida – “naïve” 🩺 العربية",
    "Pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramicroscopic",
    "",
)


@pytest.mark.parametrize("motif", ["leaf", "rails", "plain"])
@pytest.mark.parametrize("words", WORDS)
def test_picture_has_the_size_that_sites_ask_for(words: str, motif: str) -> None:
    heading = "serif" if motif == "leaf" else "sans"
    brand = Brand.from_mapping({"motif": motif, "heading": heading, "accent_hue": 2})
    said = (brand, "Seagrape Medical", words, "Online doctor visits in Florida")
    drawn = draw_picture(*said)
    assert len(drawn) < 120_000
    assert Image.open(BytesIO(drawn)).size == SIZE
    assert (
        draw_picture(brand, "Seagrape Medical", words, "Online doctor visits in Florida") == drawn
    )
