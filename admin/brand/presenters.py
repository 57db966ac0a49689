"""A look in words and pictures: why it is refused, what it was before, how it would be."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l

from shared.practices.branding import EarlierLook
from shared.practices.contrast import ContrastTooLow, TooClose
from shared.practices.look import Brand
from shared.web.formats import when
from shared.web.i18n import gettext as _

MOST = 4
REFUSED = {
    "too_large": _l("This file is too large. Send one of at most 2 MB."),
    "svg": _l("SVG files can carry programs. Send a PNG, JPEG or WebP file instead."),
    "not_a_picture": _l("This is not a picture we can read. Send a PNG, JPEG or WebP file."),
    "too_many_pixels": _l("This picture has too many pixels. Send one of at most 4000 by 4000."),
    "too_small": _l("This picture is too small. Send one at least 24 pixels high and wide."),
    "empty": _l("This file is empty. Send a PNG, JPEG or WebP file."),
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A line of the history."""

    id: UUID
    accent: str
    when: str
    by: str
    current: bool


def say_pair(pair: TooClose) -> str:
    """ "By day, button text on your colour: 2.1 to 1. It needs 4.5 to 1." """
    words = {
        "scheme": _("In light mode") if pair.scheme == "light" else _("In dark mode"),
        "colour": part(pair.colour),
        "ground": part(pair.ground),
        "ratio": f"{pair.ratio:.1f}",
        "needed": f"{pair.needed:g}",
    }
    return _(
        "%(scheme)s, %(colour)s on %(ground)s is hard to read: %(ratio)s to 1, it needs"
        " %(needed)s to 1.",
        **words,
    )


def part(token: str) -> str:
    """A token as people call it."""
    names = {
        "accent": _("your colour"),
        "accent-strong": _("your colour, pressed"),
        "accent-wash": _("the pale form of your colour"),
        "on-accent": _("the text of a button"),
        "paper": _("the page"),
        "surface": _("a card"),
        "wash": _("a tinted panel"),
        "ink": _("text"),
        "ink-soft": _("quiet text"),
        "second": _("the second colour"),
        "second-ink": _("text in the second colour"),
        "second-wash": _("its pale form"),
        "deep": _("the dark band"),
        "on-deep": _("text of the dark band"),
        "chart-1": _("a bar of a chart"),
        "line-strong": _("the edge of a field"),
    }
    return names.get(token, _("a colour of the product"))


def say_refusal(refusal: ContrastTooLow) -> list[str]:
    """What is hard to read, and what would work."""
    said = [say_pair(pair) for pair in refusal.pairs[:MOST]]
    if refusal.instead is not None:
        nearest = refusal.instead.accent
        said.insert(
            0,
            _("This colour is hard to read. The nearest that works is %(colour)s.", colour=nearest),
        )
    return said


def present_history(looks: list[EarlierLook], zone: str) -> list[Earlier]:
    """The looks, newest first; the first is in force."""
    return [
        Earlier(
            look.id,
            look.brand.accent,
            when(look.since, zone),
            look.by or _("Made with the practice"),
            at == 0,
        )
        for at, look in enumerate(looks)
    ]


def preview_url(look: Brand) -> str:
    """Where the style sheet of a look that is only tried out is found."""
    values = {key: value for key, value in look.to_mapping().items() if key != "logo"}
    return f"{url_for('admin.brand_preview_styles')}?{urlencode(values)}"
