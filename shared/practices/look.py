"""How a practice looks: the handful of values it chooses, out of ranges and lists of ours."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Self

from shared.practices.colours import from_hex, to_hex

# Our own drawings: the mark beside the name and the picture on the front page.
MOTIFS = ("leaf", "rails", "plain")
HEADINGS = {
    "serif": ('"Newsreader", "Heading Meanwhile", Georgia, serif', "480", "-0.015em"),
    "sans": (
        '"Atkinson Hyperlegible Next", "Text Meanwhile", system-ui, sans-serif',
        "720",
        "-0.028em",
    ),
}
CORNERS = {"soft": ("0.75rem", "1.25rem"), "crisp": ("0.25rem", "0.375rem")}
# A louder colour hurts on a large button; the hue is kept.
LOUDEST = 0.2
DIGEST = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Logo:
    """The picture in use: which one, how large, and whether it already shows the name."""

    digest: str
    width: int
    height: int
    names: bool = False

    @classmethod
    def find(cls, value: object) -> Self | None:
        """The logo of stored values; None when there is none or it cannot be read."""
        if not isinstance(value, Mapping):
            return None
        digest, width, height = (value.get(key) for key in ("digest", "width", "height"))
        if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
            return None
        if not isinstance(width, int) or not isinstance(height, int):
            return None
        return cls(digest, width, height, value.get("names") is True)


@dataclass(frozen=True)
class Brand:
    """What a practice may choose. Every pair of colours it leads to is checked on the way in."""

    accent_hue: float = 225
    accent_chroma: float = 0.075
    accent_lightness: float = 0.45
    surface_hue: float = 225
    second_hue: float = 190
    heading: str = "sans"
    corners: str = "soft"
    motif: str = "plain"
    logo: Logo | None = None

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Read stored values; what is missing, unknown or out of range keeps its default."""
        base = cls()
        return cls(
            accent_hue=_number(values.get("accent_hue"), base.accent_hue, 360),
            accent_chroma=_number(values.get("accent_chroma"), base.accent_chroma, LOUDEST),
            accent_lightness=_number(values.get("accent_lightness"), base.accent_lightness, 1),
            surface_hue=_number(values.get("surface_hue"), base.surface_hue, 360),
            second_hue=_number(values.get("second_hue"), base.second_hue, 360),
            heading=_one_of(values.get("heading"), HEADINGS, base.heading),
            corners=_one_of(values.get("corners"), CORNERS, base.corners),
            motif=_one_of(values.get("motif"), MOTIFS, base.motif),
            logo=Logo.find(values.get("logo")),
        )

    def to_mapping(self) -> dict[str, object]:
        """As it is stored; what `from_mapping` reads."""
        values = asdict(self)
        return values if self.logo else {k: v for k, v in values.items() if k != "logo"}

    @property
    def accent(self) -> str:
        """The chosen colour as "#rrggbb"."""
        return to_hex(self.accent_lightness, self.accent_chroma, self.accent_hue)

    def with_accent(self, colour: str) -> Self:
        """The same look in another colour; raises ValueError unless it is "#rrggbb"."""
        lightness, chroma, hue = from_hex(colour)
        return replace(
            self,
            accent_lightness=round(lightness, 4),
            accent_chroma=round(min(chroma, LOUDEST), 4),
            accent_hue=round(hue, 1) % 360,
        )

    def tokens(self) -> dict[str, str]:
        """The values as custom properties: numbers, and names chosen from our own lists."""
        family, weight, spacing = HEADINGS[self.heading]
        small, large = CORNERS[self.corners]
        return {
            "accent-hue": f"{self.accent_hue:g}",
            "accent-chroma": f"{self.accent_chroma:g}",
            "accent-lightness": f"{self.accent_lightness:g}",
            "surface-hue": f"{self.surface_hue:g}",
            "second-hue": f"{self.second_hue:g}",
            "font-display": family,
            "display-weight": weight,
            "display-spacing": spacing,
            # Where the desk, whose own headings are plain, shows what a patient sees.
            "patients-display": family,
            "patients-weight": weight,
            "radius": small,
            "radius-large": large,
            "motif": f"var(--motif-{self.motif})",
            "mark": f"var(--mark-{self.motif})",
        }

    def css(self) -> str:
        """The style sheet: only numbers and names chosen from our own lists ever reach it."""
        lines = "".join(f"  --{name}: {value};\n" for name, value in self.tokens().items())
        return f"@layer brand {{\n:root {{\n{lines}}}\n}}\n"


def _number(value: object, default: float, maximum: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
        return default
    return float(value)


def _one_of(value: object, choices: Mapping[str, object] | tuple[str, ...], default: str) -> str:
    return value if isinstance(value, str) and value in choices else default
