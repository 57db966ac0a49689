"""Draws 1200 x 630: the practice's colours, its motif, its typeface, the page's words."""

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from shared.practices.colours import to_hex
from shared.web.brand import Brand

SIZE = (1200, 630)
MARGIN = 84
FONTS = Path(__file__).parents[2] / "shared" / "web" / "static" / "fonts"
FACES = {"serif": ("newsreader.woff2", 520), "sans": ("atkinson-hyperlegible-next.woff2", 720)}
TEXT = "atkinson-hyperlegible-next.woff2"
LINES = 4
# The motif is drawn larger and made smaller: smooth edges.
FINE = 2


@lru_cache(maxsize=64)
def draw_picture(brand: Brand, name: str, words: str, foot: str) -> bytes:
    """A PNG; the same arguments give the same bytes."""
    paper = to_hex(0.955, 0.014, brand.surface_hue)
    ink = to_hex(0.25, 0.03, brand.surface_hue)
    soft = to_hex(0.45, 0.025, brand.surface_hue)
    accent = to_hex(0.45, brand.accent_chroma, brand.accent_hue)
    image = Image.new("RGB", SIZE, paper)
    _draw_motif(image, brand, to_hex(0.89, 0.045, brand.second_hue))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 14, SIZE[1]), fill=accent)
    file, weight = FACES[brand.heading]
    pen.text((MARGIN, 76), name, font=_font(file, 40, weight), fill=accent)
    size, lines = _fitted(pen, words, file, weight)
    top = 330 - len(lines) * size * 1.12 / 2
    for number, line in enumerate(lines):
        at = (MARGIN, top + number * size * 1.12)
        pen.text(at, line, font=_font(file, size, weight), fill=ink)
    pen.text((MARGIN, 524), foot, font=_font(TEXT, 30, 460), fill=soft)
    out = BytesIO()
    image.quantize(colors=96, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=32)
def _font(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / file), size)
    # A font of one weight has no axes to set.
    with contextlib.suppress(OSError):
        font.set_variation_by_axes([weight])
    return font


def _fitted(pen: ImageDraw.ImageDraw, words: str, file: str, weight: int) -> tuple[int, list[str]]:
    """The largest size at which the words fit, and their lines."""
    width = SIZE[0] - 2 * MARGIN - 60
    for size in (84, 74, 64, 54, 46):
        font = _font(file, size, weight)
        lines = list(_lines(pen, words, font, width))
        if len(lines) <= LINES - (size > 70):
            return size, lines
    return 46, lines[:LINES]


def _lines(
    pen: ImageDraw.ImageDraw, words: str, font: ImageFont.FreeTypeFont, width: int
) -> Iterator[str]:
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and pen.textlength(longer, font=font) > width:
            yield line
            longer = word
        line = longer
    yield line


def _draw_motif(image: Image.Image, brand: Brand, colour: str) -> None:
    """The practice's own figure, large, on the right."""
    layer = Image.new("L", (SIZE[0] * FINE, SIZE[1] * FINE), 0)
    pen = ImageDraw.Draw(layer)
    {"leaf": _leaf, "rails": _rails}.get(brand.motif, _rings)(pen)
    small = layer.resize(SIZE, Image.Resampling.LANCZOS)
    image.paste(Image.new("RGB", SIZE, colour), (0, 0), small)


def _circle(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, *, width: int = 0) -> None:
    """A ring of that width; filled where there is none."""
    box = [FINE * each for each in (x - radius, y - radius, x + radius, y + radius)]
    if width:
        pen.ellipse(box, outline=255, width=width * FINE)
    else:
        pen.ellipse(box, fill=110)


def _leaf(pen: ImageDraw.ImageDraw) -> None:
    x, y = 1040, 300
    _circle(pen, x, y, 330)
    for turn, reach in enumerate((60, 130, 200, 270)):
        low = y + 330 - turn * 80
        for side in (-1, 1):
            pen.line(
                [FINE * each for each in (x, low, x + side * reach, low - 190)],
                fill=255,
                width=5 * FINE,
            )
    pen.line([FINE * each for each in (x, y - 330, x, y + 380)], fill=255, width=6 * FINE)


def _rails(pen: ImageDraw.ImageDraw) -> None:
    for number, radius in enumerate(range(60, 620, 58)):
        _circle(pen, 1200, 630, radius, width=16 if number % 3 == 2 else 5)


def _rings(pen: ImageDraw.ImageDraw) -> None:
    for radius in range(80, 620, 60):
        _circle(pen, 1200, 0, radius, width=5)
