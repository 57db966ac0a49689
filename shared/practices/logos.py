"""A logo that somebody sends: read carefully, then drawn anew as a small PNG.

Nothing of the sent file survives but its picture: no metadata, no second format hidden inside, no
script. SVG is refused because it is a document that can run and load things.
"""

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_PIXELS = 16_000_000
SMALLEST_SIDE = 24
# As large as it is ever shown, twice over for fine screens.
BOX = (480, 160)
LARGEST_DRAWN = 1_000_000


class LogoRefused(ValueError):
    """`why`: "too_large", "svg", "not_a_picture", "too_many_pixels", "too_small", "empty"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class DrawnLogo:
    """The picture as we keep it."""

    body: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.body).hexdigest()[:16]


def draw_logo(sent: bytes) -> DrawnLogo:
    """The sent file as a PNG that fits our box; raises LogoRefused."""
    if not sent:
        raise LogoRefused("empty")
    if len(sent) > LARGEST_BYTES:
        raise LogoRefused("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn(_opened(sent))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise LogoRefused("too_many_pixels") from bomb
    # Decoders raise whatever a broken file leads them to.
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as broken:
        if isinstance(broken, LogoRefused):
            raise
        raise LogoRefused("svg" if _is_svg(sent) else "not_a_picture") from broken


def _opened(sent: bytes) -> Image.Image:
    """The picture, its size checked before a pixel is decoded."""
    try:
        picture = Image.open(io.BytesIO(sent), formats=FORMATS)
    except UnidentifiedImageError as unknown:
        raise LogoRefused("svg" if _is_svg(sent) else "not_a_picture") from unknown
    if picture.width * picture.height > LARGEST_PIXELS:
        raise LogoRefused("too_many_pixels")
    if min(picture.size) < SMALLEST_SIDE:
        raise LogoRefused("too_small")
    return picture


def _drawn(picture: Image.Image) -> DrawnLogo:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    drawn = Image.new("RGBA", upright.size)
    drawn.paste(upright)
    drawn.thumbnail(BOX, Image.Resampling.LANCZOS)
    if drawn.getchannel("A").getextrema() == (255, 255):
        drawn = drawn.convert("RGB")
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    if out.tell() > LARGEST_DRAWN:
        raise LogoRefused("too_large")
    return DrawnLogo(out.getvalue(), drawn.width, drawn.height)


def _is_svg(sent: bytes) -> bool:
    return b"<svg" in sent[:4096].lower()
