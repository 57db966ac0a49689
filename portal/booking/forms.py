"""Forms of the way from a time to a held visit."""

import re
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, HiddenField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, Email, Length, ValidationError

from shared import clock
from shared.keyring import normalise_phone
from shared.people import clean_name
from shared.web.states import NAMES

OLDEST_BIRTH = date(1890, 1, 1)
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_WRITTEN = re.compile(r"(\d{1,4})[\s./-]+(\d{1,2})[\s./-]+(\d{1,4})")


class HoldForm(Form):
    """One press on a time: all of it comes from our own page."""

    visit = HiddenField(validators=[DataRequired(), Length(max=80)])
    starts_at = HiddenField(validators=[DataRequired(), Length(max=40)])
    zone = HiddenField(validators=[Length(max=60)])


class WhereForm(Form):
    """Where the patient will be: decides who may see them, and whom to send in an emergency."""

    state = SelectField(
        _l("State you will be in during the visit"),
        choices=[("", _l("Choose a state")), *NAMES.items()],
        validators=[DataRequired(_l("Choose the state you will be in."))],
    )


def _strip(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


class DetailsForm(WhereForm):
    """Who somebody is, before they have a record."""

    given_name = StringField(
        _l("First name"),
        validators=[
            DataRequired(_l("Enter your first name.")),
            Length(max=100, message=_l("Enter a first name of at most 100 letters.")),
        ],
    )
    family_name = StringField(
        _l("Last name"),
        validators=[
            DataRequired(_l("Enter your last name.")),
            Length(max=100, message=_l("Enter a last name of at most 100 letters.")),
        ],
    )
    birth_date = StringField(
        _l("Date of birth"),
        validators=[DataRequired(_l("Enter your date of birth.")), Length(max=40)],
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[_strip],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=_l("Enter a shorter e-mail address.")),
            Email(_l("Enter an e-mail address like name@example.com.")),
        ],
    )
    phone = TelField(
        _l("Phone number"),
        validators=[DataRequired(_l("Enter your phone number.")), Length(max=40)],
    )

    def validate_given_name(self, field: StringField) -> None:
        """Something must be left of it to call somebody by."""
        if not clean_name(field.data or ""):
            raise ValidationError(_l("Enter your first name."))

    def validate_family_name(self, field: StringField) -> None:
        """The same for the last name."""
        if not clean_name(field.data or ""):
            raise ValidationError(_l("Enter your last name."))

    def validate_birth_date(self, field: StringField) -> None:
        """A day somebody alive can have been born on."""
        born = read_date(field.data or "")
        if born is None:
            raise ValidationError(_l("Enter your date of birth as month, day, year: 3/14/1987."))
        if born < OLDEST_BIRTH:
            raise ValidationError(_l("Enter the year of your birth with four digits."))
        if born > clock.now().date():
            raise ValidationError(_l("Your date of birth is in the future. Check the year."))

    def validate_phone(self, field: TelField) -> None:
        """A number that can be called."""
        try:
            normalise_phone(field.data or "")
        except ValueError as wrong:
            problem = _l("Enter a phone number with its area code: (561) 555-0132.")
            raise ValidationError(problem) from wrong


def read_date(written: str) -> date | None:
    """3/14/1987, 3-14-1987, 3 14 1987 or 1987-03-14; None for anything else."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None or not written.isascii():
        return None
    first, second, third = (int(part) for part in found.groups())
    year, month, day = (first, second, third) if len(found[1]) == 4 else (third, first, second)
    try:
        return date(year, month, day)
    except ValueError:
        return None
