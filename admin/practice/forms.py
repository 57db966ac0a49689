"""The form of the practice's own facts."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Form, IntegerField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError
from wtforms.validators import Optional as Maybe

from shared.booking.zones import US_ZONES
from shared.keyring import normalise_phone
from shared.web.addresses import Address
from shared.web.states import NAMES

LONGEST_WINDOW = 336


def trim(typed: str | None) -> str | None:
    """One line, without spaces around it or control characters in it."""
    if typed is None:
        return None
    printable = "".join(letter if letter.isprintable() else " " for letter in typed)
    return " ".join(printable.split())


def zone_choices() -> list[SelectChoice]:
    """The zones by the names people use."""
    return [SelectChoice(name, label) for name, label in US_ZONES]


class PracticeForm(Form):
    """Everything on one page, in the order in which a visitor meets it."""

    name = StringField(
        _l("Name"),
        filters=[trim],
        validators=[
            DataRequired(_l("Enter the name of the practice.")),
            Length(max=120, message=_l("Enter a name of at most 120 letters.")),
        ],
    )
    legal_name = StringField(
        _l("Legal name"),
        filters=[trim],
        validators=[
            DataRequired(_l("Enter the legal name: it stands on receipts.")),
            Length(max=160, message=_l("Enter a legal name of at most 160 letters.")),
        ],
    )
    tagline = StringField(
        _l("One sentence about it"),
        filters=[trim],
        validators=[Maybe(), Length(max=200, message=_l("Enter at most 200 letters."))],
    )
    phone = TelField(
        _l("Phone"),
        validators=[
            DataRequired(_l("Enter the phone number patients call.")),
            Length(max=40, message=_l("Enter a shorter phone number.")),
        ],
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[trim],
        validators=[
            DataRequired(_l("Enter the e-mail address patients write to.")),
            Length(max=254, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
    )
    line = StringField(
        _l("Street"),
        filters=[trim],
        validators=[
            DataRequired(_l("Enter the street and number.")),
            Length(max=160, message=_l("Enter at most 160 letters.")),
        ],
    )
    city = StringField(
        _l("City"),
        filters=[trim],
        validators=[
            DataRequired(_l("Enter the city.")),
            Length(max=80, message=_l("Enter at most 80 letters.")),
        ],
    )
    state = SelectField(
        _l("State"), choices=[SelectChoice(code, name) for code, name in NAMES.items()]
    )
    postal_code = StringField(
        _l("ZIP code"),
        filters=[trim],
        validators=[
            DataRequired(_l("Enter the ZIP code.")),
            Length(max=12, message=_l("Enter a shorter ZIP code.")),
        ],
    )
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)
    emergency_words = StringField(
        _l("Words for emergencies"),
        filters=[trim],
        validators=[Maybe(), Length(max=300, message=_l("Enter at most 300 letters."))],
    )
    cancel_window_hours = IntegerField(
        _l("Free cancellation until how many hours before"),
        validators=[
            InputRequired(_l("Enter a number of hours, 0 for any time.")),
            NumberRange(0, LONGEST_WINDOW, _l("Enter a number of hours from 0 to 336.")),
        ],
    )
    desk_pay_later = BooleanField(_l("The desk may book a visit that is not paid yet"))

    def validate_phone(self, field: TelField) -> None:
        """A number that can be called; kept as E.164."""
        try:
            field.data = normalise_phone(field.data or "")
        except ValueError as wrong:
            problem = _l("Enter a phone number with its area code: (561) 555-0132.")
            raise ValidationError(problem) from wrong
