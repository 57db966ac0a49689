"""Forms of the profile."""

from datetime import date, datetime, time

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from shared.booking.zones import US_ZONES, UnknownZone, zone, zone_label
from shared.keyring import normalise_phone
from shared.web.addresses import Address
from shared.web.formats import clock_time
from shared.web.i18n import gettext as _
from shared.web.states import NAMES

LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
HALF_HOURS = tuple(time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30))


def _strip(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


class ContactForm(Form):
    """What a patient may change about themselves."""

    preferred_name = StringField(
        _l("What should we call you?"),
        filters=[_strip],
        validators=[Length(max=100, message=_l("Enter a name of at most 100 letters."))],
    )
    phone = TelField(
        _l("Phone number"),
        validators=[DataRequired(_l("Enter your phone number.")), Length(max=40)],
    )
    address = TextAreaField(
        _l("Postal address"),
        validators=[Length(max=400, message=_l("Enter an address of at most 400 letters."))],
    )
    state = SelectField(
        _l("State you live in"),
        choices=[SelectChoice(*pair) for pair in NAMES.items()],
        validators=[DataRequired(_l("Choose the state you live in."))],
    )
    time_zone = SelectField(_l("Time zone"), validate_choice=False)

    def offer_zones(self, own: str) -> None:
        """The zones to choose from; one's own is always among them."""
        known = dict(US_ZONES)
        if own not in known:
            known[own] = zone_label(own)
        self.time_zone.choices = [
            (name, _("%(zone)s time", zone=label)) for name, label in known.items()
        ]

    def validate_phone(self, field: TelField) -> None:
        """A number that can be called."""
        try:
            normalise_phone(field.data or "")
        except ValueError as wrong:
            problem = _l("Enter a phone number with its area code: (561) 555-0132.")
            raise ValidationError(problem) from wrong

    def validate_time_zone(self, field: SelectField) -> None:
        """A zone that clocks know."""
        try:
            zone(field.data or "")
        except UnknownZone as wrong:
            raise ValidationError(_l("Choose a time zone.")) from wrong


class NewAddressForm(Form):
    """Where mail should go from now on."""

    email = EmailField(
        _l("New e-mail address"),
        filters=[_strip],
        validators=[
            DataRequired(_l("Enter your new e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
    )


class AddressCodeForm(Form):
    """The digits that were sent to the new address."""

    code = StringField(
        _l("8-digit code"),
        validators=[
            DataRequired(_l("Enter the 8 digits from the e-mail.")),
            Length(max=40, message=_l("Enter the 8 digits from the e-mail.")),
        ],
    )


class UndoForm(Form):
    """The token of the link that takes a move back."""

    token = HiddenField()


class PreferencesForm(Form):
    """What one wants to be written about, and when not."""

    reminder = BooleanField(_l("Reminders of your visits, a day before"))
    receipt = BooleanField(_l("Receipts and refunds"))
    news = BooleanField(_l("News of the practice, a few times a year"))
    quiet = BooleanField(_l("Hold back what can wait during these hours"))
    quiet_from = SelectField(_l("From"))
    quiet_until = SelectField(_l("Until"))
    language = SelectField(_l("Language"))

    def offer(self, languages: list[str]) -> None:
        """Hours in words, and the languages there are."""
        hours = [(f"{at:%H:%M}", _spoken(at)) for at in HALF_HOURS]
        self.quiet_from.choices = hours
        self.quiet_until.choices = hours
        self.language.choices = [("", _("As my browser asks")), *named(languages)]

    def validate_quiet_until(self, field: SelectField) -> None:
        """A range that ends where it begins says nothing."""
        if self.quiet.data and field.data == self.quiet_from.data:
            raise ValidationError(_l("Choose an end that differs from the beginning."))


class TextsForm(Form):
    """Agreeing to the text that is shown, for the number that is shown."""

    version = HiddenField(validators=[Length(max=20)])
    number = HiddenField(validators=[Length(max=40)])
    agree = BooleanField(
        _l("I agree"),
        validators=[InputRequired(_l("Tick the box if you agree. Without it nothing changes."))],
    )


# Each in its own words: whoever looks for a language can read it.
LANGUAGES = {"en": "English", "es": "Español"}


def named(languages: list[str]) -> list[tuple[str, str]]:
    """Languages as people who speak them write them."""
    return [(code, LANGUAGES.get(code, code)) for code in languages]


def _spoken(at: time) -> str:
    return clock_time(datetime.combine(date(2000, 1, 1), at))
