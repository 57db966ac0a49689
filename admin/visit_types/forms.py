"""The form of one kind of visit."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Form, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from admin.fields import text, trim, whole
from shared.web.states import NAMES

MODES = {
    "video": _l("By video"),
    "phone": _l("By phone"),
    "in_person": _l("In person"),
}
SLUG = re.compile(r"[a-z][a-z0-9-]{1,60}")
LONGEST_PRICE = 1_000_000  # cents


def minutes(label: LazyString, low: int, high: int) -> IntegerField:
    """A number of minutes."""
    words = _l("Enter a number of minutes from %(low)s to %(high)s.", low=low, high=high)
    return whole(label, low, high, words)


class VisitTypeForm(Form):
    """Its slug is asked for only while it is new: links to it are out in the world later."""

    name = text(_l("Name"), longest=80, needed=_l("Enter a name patients understand."))
    slug = StringField(_l("Address"), filters=[trim], validators=[Length(max=61)])
    summary = text(
        _l("What happens in it"),
        longest=300,
        needed=_l("Say in a sentence what happens in the visit."),
        kind=TextAreaField,
    )
    length_minutes = minutes(_l("Length"), 5, 480)
    price = StringField(
        _l("Price"), validators=[InputRequired(_l("Enter a price, 0 for a free visit."))]
    )
    modality = RadioField(
        _l("How you meet"), choices=[SelectChoice(mode, words) for mode, words in MODES.items()]
    )
    states = StringField(
        _l("States patients may be in"),
        filters=[trim],
        validators=[InputRequired(_l("Enter at least one state, such as FL."))],
    )
    offered_by = SelectMultipleField(
        _l("Who offers it"),
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    buffer_before_minutes = minutes(_l("Kept free before"), 0, 240)
    buffer_after_minutes = minutes(_l("Kept free after"), 0, 240)
    step_minutes = minutes(_l("A visit may start every"), 5, 240)
    notice_hours = whole(
        _l("Booked at least how many hours ahead"),
        0,
        720,
        _l("Enter a number of hours from 0 to 720."),
    )
    horizon_days = whole(
        _l("Booked at most how many days ahead"),
        1,
        400,
        _l("Enter a number of days from 1 to 400."),
    )
    cancel_window_hours = whole(
        _l("Free cancellation until how many hours before"),
        0,
        336,
        _l("Enter a number of hours from 0 to 336."),
    )

    def validate_slug(self, field: StringField) -> None:
        """Letters and digits of an address; made of the name when it was left empty."""
        if not field.data and not self.name.data:
            return
        field.data = field.data or slug_of(self.name.data or "")
        if not SLUG.fullmatch(field.data):
            raise ValidationError(
                _l("Enter small letters, digits and hyphens, beginning with a letter.")
            )

    def validate_price(self, field: StringField) -> None:
        """Dollars and cents."""
        if price_minor(field.data or "") is None:
            raise ValidationError(_l("Enter a price like 150 or 150.00."))

    def validate_states(self, field: StringField) -> None:
        """Two-letter codes."""
        wrong = [code for code in state_codes(field.data or "") if code not in NAMES]
        if wrong or not state_codes(field.data or ""):
            raise ValidationError(_l("Enter two-letter codes with commas: FL, NJ."))


def slug_of(name: str) -> str:
    """ "Follow-up visit" -> "follow-up-visit"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def price_minor(typed: str) -> int | None:
    """ "150", "$150.00", "1,200" in cents; None for anything else."""
    text = typed.strip().removeprefix("$").replace(",", "").strip()
    if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", text, re.ASCII):
        return None
    try:
        cents = int(Decimal(text) * 100)
    except InvalidOperation:
        return None
    return cents if cents <= LONGEST_PRICE else None


def state_codes(typed: str) -> list[str]:
    """ "fl, NJ" -> ["FL", "NJ"]."""
    return sorted({code for code in re.split(r"[\s,;]+", typed.upper()) if code})
