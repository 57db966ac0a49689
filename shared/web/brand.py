"""A practice's look for pages: its style sheet, its logo, its icon, and where each is found."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from shared.practices.look import MOTIFS, Brand
from shared.practices.tokens import colours_of
from shared.web.practice_card import PracticeCard, find_practice_card

__all__ = ["MOTIFS", "Brand", "Site", "brand_icon", "brand_of", "brand_stylesheet", "site"]
ICONS = Path(__file__).parent / "static" / "brand"
# What our drawings are coloured with before a practice's own colour takes its place.
DRAWN_IN = {"leaf": "#7a2748", "rails": "#1e4d80", "plain": "#2d5a75"}


@dataclass(frozen=True)
class ShownLogo:
    """A logo as a page shows it; `names` when it already says the practice's name."""

    url: str
    width: int
    height: int
    names: bool


@dataclass(frozen=True)
class Site:
    """What every page may say about the practice it belongs to, database or not."""

    slug: str
    name: str
    phone: str | None
    email: str | None
    time_zone: str
    motif: str
    stylesheet: str
    icon: str
    logo: ShownLogo | None
    # The page's own colour by day and by night, for the bars around it.
    theme_light: str
    theme_dark: str
    # What the practice adds to 911 and 988.
    emergency_words: str = ""


@lru_cache(maxsize=256)
def digest_of(brand: Brand) -> str:
    return sha256((brand.css() + brand_icon_of(brand)).encode()).hexdigest()[:12]


def brand_of(card: PracticeCard) -> Brand:
    return Brand.from_mapping(card.brand)


def site() -> Site:
    """The current practice, or a neutral one when it cannot be known."""
    card = find_practice_card()
    brand = brand_of(card)
    name = f"/brand/{card.slug}-{digest_of(brand)}"
    colours = colours_of(brand)
    return Site(
        card.slug,
        card.name,
        card.phone,
        card.email,
        card.time_zone,
        brand.motif,
        f"{name}.css",
        f"{name}.svg",
        shown_logo(brand),
        colours.light["paper"],
        colours.dark["paper"],
        card.emergency_words,
    )


def shown_logo(brand: Brand) -> ShownLogo | None:
    """Where a look's logo is, and how large."""
    logo = brand.logo
    if logo is None:
        return None
    return ShownLogo(f"/brand/logo-{logo.digest}.png", logo.width, logo.height, logo.names)


def brand_stylesheet(name: str) -> tuple[str, bool]:
    """This host's practice's style sheet, and whether `name` names exactly this content."""
    card = find_practice_card()
    brand = brand_of(card)
    return brand.css(), name == f"{card.slug}-{digest_of(brand)}"


def brand_icon(name: str) -> tuple[str, bool]:
    """The icon of this host's practice in its own colour, and whether `name` names this content."""
    card = find_practice_card()
    brand = brand_of(card)
    return brand_icon_of(brand), name == f"{card.slug}-{digest_of(brand)}"


@lru_cache(maxsize=256)
def brand_icon_of(brand: Brand) -> str:
    drawing = (ICONS / f"{brand.motif}-icon.svg").read_text()
    return drawing.replace(DRAWN_IN[brand.motif], colours_of(brand).light["accent"])
