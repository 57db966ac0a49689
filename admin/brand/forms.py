"""The form of a look."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, ColorField, FileField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Regexp

from shared.practices.colours import to_hex
from shared.practices.look import Brand

# A hue a choice; the style sheet decides how light it is.
TINTS = {
    "15": _l("Rose"),
    "50": _l("Clay"),
    "75": _l("Sand"),
    "115": _l("Olive"),
    "160": _l("Leaf"),
    "190": _l("Sea"),
    "225": _l("Mist"),
    "258": _l("Slate"),
    "300": _l("Lilac"),
}
HEADINGS = {"serif": _l("Serif: classic, warm"), "sans": _l("Sans: plain, modern")}
CORNERS = {"soft": _l("Soft"), "crisp": _l("Crisp")}
MOTIFS = {"leaf": _l("Leaf"), "rails": _l("Arcs"), "plain": _l("Cross")}
NOT_A_COLOUR = _l("Choose a colour.")


def _choices(named: Mapping[str, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in named.items()]


class BrandForm(Form):
    """Everything that makes two practices two."""

    logo = FileField(_l("Logo"))
    # A picture that was sent for the preview, by its name: it need not be chosen again.
    logo_tried = StringField(validators=[Regexp(r"^([0-9a-f]{16})?$")])
    logo_names = BooleanField(_l("The logo already shows our name"))
    logo_gone = BooleanField(_l("Show our drawing instead of the logo"))
    accent = ColorField(
        _l("Your colour"), validators=[Regexp(r"^#[0-9a-fA-F]{6}$", message=NOT_A_COLOUR)]
    )
    surface = RadioField(_l("Tint of the page"), choices=_choices(TINTS))
    second = RadioField(_l("Second colour"), choices=_choices(TINTS))
    heading = RadioField(
        _l("Headings"),
        choices=_choices(HEADINGS),
    )
    corners = RadioField(_l("Corners"), choices=_choices(CORNERS))
    motif = RadioField(
        _l("Drawing"),
        choices=_choices(MOTIFS),
    )


def form_of(look: Brand) -> BrandForm:
    """The form as it shows a look."""
    return BrandForm(
        data={
            "accent": look.accent,
            "surface": nearest_tint(look.surface_hue),
            "second": nearest_tint(look.second_hue),
            "heading": look.heading,
            "corners": look.corners,
            "motif": look.motif,
            "logo_names": look.logo.names if look.logo else False,
        }
    )


def nearest_tint(hue: float) -> str:
    """The choice nearest to a hue, around the circle."""
    return min(TINTS, key=lambda tint: min(abs(hue - float(tint)), 360 - abs(hue - float(tint))))


def look_of(form: BrandForm, now: Brand) -> Brand:
    """The look that a valid form describes; a tint that was not touched keeps its exact hue."""
    values: dict[str, Any] = dict(now.to_mapping())
    for field, key in (("surface", "surface_hue"), ("second", "second_hue")):
        if form[field].data != nearest_tint(values[key]):
            values[key] = float(form[field].data)
    values |= {key: form[key].data for key in ("heading", "corners", "motif")}
    if form.logo_gone.data:
        values.pop("logo", None)
    elif isinstance(values.get("logo"), Mapping):
        values["logo"] = {**values["logo"], "names": bool(form.logo_names.data)}
    look = Brand.from_mapping(values)
    accent = form.accent.data or now.accent
    return look if accent == now.accent else look.with_accent(accent)


def sent_file(form: BrandForm) -> bytes | None:
    """The bytes of the logo, if one was chosen; one byte past the bound is enough to refuse it."""
    sent = form.logo.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return None
    return sent.stream.read()


def tint_colours(lightness: float = 0.72, chroma: float = 0.09) -> dict[str, str]:
    """Each tint as a colour to choose by."""
    return {tint: to_hex(lightness, chroma, float(tint)) for tint in TINTS}
