"""The form of the practice's own facts."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Form, SelectField, TelField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.validators import Optional as Maybe

from admin.fields import LONGEST_ADDRESS, text, whole
from shared.booking.zones import US_ZONES
from shared.keyring import normalise_phone
from shared.web.addresses import Address
from shared.web.states import NAMES

LONGEST_WINDOW = 336


def zone_choices() -> list[SelectChoice]:
    """The zones by the names people use."""
    return [SelectChoice(name, label) for name, label in US_ZONES]


class PracticeForm(Form):
    """Everything on one page, in the order in which a visitor meets it."""

    name = text(_l("Name"), longest=120, needed=_l("Enter the name of the practice."))
    legal_name = text(
        _l("Legal name"), longest=160, needed=_l("Enter the legal name: it stands on receipts.")
    )
    tagline = text(_l("One sentence about it"), longest=200)
    phone = TelField(
        _l("Phone"),
        validators=[
            DataRequired(_l("Enter the phone number patients call.")),
            Length(max=40, message=_l("Enter a shorter phone number.")),
        ],
    )
    email = text(
        _l("E-mail address"),
        longest=LONGEST_ADDRESS,
        needed=_l("Enter the e-mail address patients write to."),
        kind=EmailField,
        also=(Address(),),
    )
    line = text(_l("Street"), longest=160, needed=_l("Enter the street and number."))
    city = text(_l("City"), longest=80, needed=_l("Enter the city."))
    state = SelectField(
        _l("State"), choices=[SelectChoice(code, name) for code, name in NAMES.items()]
    )
    postal_code = text(_l("ZIP code"), longest=12, needed=_l("Enter the ZIP code."))
    time_zone = SelectField(_l("Time zone"), choices=zone_choices)
    emergency_words = text(_l("Words for emergencies"), longest=300)
    escalation_phone = TelField(
        _l("Phone for what cannot wait"),
        validators=[Maybe(), Length(max=40, message=_l("Enter a shorter phone number."))],
    )
    cancel_window_hours = whole(
        _l("Free cancellation until how many hours before"),
        0,
        LONGEST_WINDOW,
        _l("Enter a number of hours from 0 to 336."),
    )
    desk_pay_later = BooleanField(_l("The desk may book a visit that is not paid yet"))
    asks_identity = BooleanField(_l("Ask for the date of birth before each visit by video"))

    def validate_escalation_phone(self, field: TelField) -> None:
        """The same; kept as E.164."""
        self.validate_phone(field)

    def validate_phone(self, field: TelField) -> None:
        """A number that can be called; kept as E.164."""
        try:
            field.data = normalise_phone(field.data or "")
        except ValueError as wrong:
            problem = _l("Enter a phone number with its area code: (561) 555-0132.")
            raise ValidationError(problem) from wrong
