"""A logo is a picture and nothing else: what is sent is read with care and drawn anew."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from shared.practices.logos import BOX, LARGEST_BYTES, LogoRefused, draw_logo

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def picture(size: tuple[int, int] = (640, 200), form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    mode = "RGB" if form == "JPEG" else "RGBA"
    Image.new(mode, size, (122, 39, 72) if mode == "RGB" else (122, 39, 72, 128)).save(
        out, form, **options
    )
    return out.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A small file that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_png(form: str) -> None:
    drawn = draw_logo(picture(form=form))
    with Image.open(io.BytesIO(drawn.body)) as shown:
        assert shown.format == "PNG"
        assert shown.size == (drawn.width, drawn.height)
        assert drawn.width <= BOX[0]
        assert drawn.height <= BOX[1]
    assert len(drawn.digest) == 16


def test_a_clear_ground_stays_clear_and_a_small_picture_small() -> None:
    drawn = draw_logo(picture((40, 40)))
    with Image.open(io.BytesIO(drawn.body)) as shown:
        assert shown.mode == "RGBA"
        assert shown.size == (40, 40)


def test_nothing_but_the_picture_survives() -> None:
    told = PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>")
    sent = picture(pnginfo=told) + SVG
    drawn = draw_logo(sent)
    assert b"script" in sent
    assert b"script" not in drawn.body
    assert b"tEXt" not in drawn.body


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "empty"),
        (b"MZ this is a program", "not_a_picture"),
        (b"%PDF-1.7 not a picture", "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n cut off", "not_a_picture"),
        (picture()[:120], "not_a_picture"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "not_a_picture"),
        (SVG, "svg"),
        (b"  <SVG onload=alert(1)>", "svg"),
        (bytes(20 * 1024 * 1024), "too_large"),
        (b"\x89PNG" + bytes(LARGEST_BYTES), "too_large"),
        (bomb(), "too_many_pixels"),
        (bomb(4001, 4001), "too_many_pixels"),
        (picture((8, 8)), "too_small"),
        (picture((2000, 3)), "too_small"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_anything_else_is_refused(sent: bytes, why: str) -> None:
    with pytest.raises(LogoRefused) as refused:
        draw_logo(sent)
    assert refused.value.why == why


def test_a_moving_picture_keeps_its_first_frame() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (100, 50), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert draw_logo(out.getvalue()).width == 100
