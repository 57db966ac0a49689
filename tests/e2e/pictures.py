"""Pictures of pages beside those that were judged: small, and compared with a small tolerance.

`pytest tests/e2e/test_snapshots.py --accept` takes them anew; look at them before committing.
Letters are drawn a little differently by every machine, so each set names the browser and the
drawing it was made with; elsewhere the comparison is skipped, loudly.
"""

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.e2e.looking import settle

KEPT = Path(__file__).parent / "pictures"
DRAWN_BY = KEPT / "drawn-by.txt"
SHRUNK = 2  # pictures are kept at half the size: edges of letters do not count
COLOURS = 48
BLOCK = 8  # pixels of the kept picture
FAINT = 14  # of 255; a block whose mean differs by less looks the same
MAY_DIFFER = 0.004  # of all blocks
PROBE = """() => {
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
  pen.font = '20px sans-serif'; pen.fillText('Bedside fgjy 0123', 2, 24);
  return canvas.toDataURL();
}"""


def drawing_of(page: Page) -> str:
    """Which browser draws here, and how it draws letters."""
    browser = page.context.browser
    version = browser.version.partition(".")[0] if browser else ""
    letters = hashlib.sha256(page.evaluate(PROBE).encode()).hexdigest()[:12]
    return f"Chromium {version}, letters {letters}"


def picture_of(page: Page, masked: tuple[str, ...], tallest: int) -> Image.Image:
    """The page's upper `tallest` pixels, shrunk; what changes from run to run is covered."""
    settle(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    size = page.viewport_size or {"width": 1440, "height": 900}
    tall = min(page.evaluate("document.documentElement.scrollHeight"), tallest)
    taken = page.screenshot(
        full_page=True,
        animations="disabled",
        clip={"x": 0, "y": 0, "width": size["width"], "height": tall},
        mask=[page.locator(each) for each in masked],
        mask_color="#808080",
    )
    whole = Image.open(io.BytesIO(taken)).convert("RGB")
    return whole.resize((whole.width // SHRUNK, whole.height // SHRUNK), Image.Resampling.BOX)


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of blocks that look different; 1 where the sizes do."""
    if abs(one.height - other.height) > BLOCK or one.width != other.width:
        return 1.0
    height = min(one.height, other.height)
    box = (0, 0, one.width, height)
    apart = ImageChops.difference(one.crop(box), other.crop(box)).convert("L")
    blocks = apart.resize((one.width // BLOCK, height // BLOCK), Image.Resampling.BOX)
    counts = blocks.histogram()
    return sum(counts[FAINT:]) / max(1, sum(counts))


def compare(
    page: Page, name: str, *, accept: bool, masked: tuple[str, ...], tallest: int
) -> str | None:
    """What is wrong with a page beside its picture; None when nothing is."""
    found, file = picture_of(page, masked, tallest), KEPT / f"{name}.png"
    if accept:
        KEPT.mkdir(exist_ok=True)
        found.quantize(COLOURS).save(file, optimize=True)
        DRAWN_BY.write_text(drawing_of(page) + "\n")
        return None
    share = differing(found, Image.open(file).convert("RGB"))
    if share <= MAY_DIFFER:
        return None
    seen = Path("build/pictures")
    seen.mkdir(parents=True, exist_ok=True)
    found.save(seen / f"{name}.png")
    return f"{name} looks different in {share:.1%} of its blocks: see {seen / name}.png"


def drawn_elsewhere(page: Page) -> None:
    """Skip, loudly, where another browser or other letters would be compared."""
    wanted = DRAWN_BY.read_text().strip() if DRAWN_BY.exists() else "nothing yet"
    if drawing_of(page) != wanted:
        pytest.skip(f"PICTURES NOT COMPARED: drawn by {wanted}, this is {drawing_of(page)}")
