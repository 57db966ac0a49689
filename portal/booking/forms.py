"""Forms of the way from a time to a held visit."""

import re
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, HiddenField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length, ValidationError

from shared import clock
from shared.keyring import normalise_phone
from shared.people import clean_name
from shared.web.addresses import Address
from shared.web.states import NAMES

OLDEST_BIRTH = date(1890, 1, 1)
LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
_WRITTEN = re.compile(r"(\d{1,4})[\s./-]+(\d{1,2})[\s./-]+(\d{1,4})")


class HoldForm(Form):
    """One press on a time: all of it comes from our own page."""

    visit = HiddenField(validators=[DataRequired(), Length(max=80)])
    starts_at = HiddenField(validators=[DataRequired(), Length(max=40)])
    zone = HiddenField(validators=[Length(max=60)])
    # Where the visit to the site began; what does not look like it is left out, not refused.
    landing = HiddenField()
    via = HiddenField()


def _state_field() -> SelectField:
    """Where the patient will be: decides who may see them, and whom to send in an emergency."""
    return SelectField(
        _l("State you will be in during the visit"),
        choices=[SelectChoice(*pair) for pair in [("", _l("Choose a state")), *NAMES.items()]],
        validators=[DataRequired(_l("Choose the state you will be in."))],
    )


def _email_field() -> EmailField:
    return EmailField(
        _l("E-mail address"),
        filters=[_strip],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
    )


def _strip(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


class WhereForm(Form):
    """All that is left to ask somebody who is signed in."""

    state = _state_field()


class ReturningForm(Form):
    """All that has to be asked of somebody who has been here before."""

    email = _email_field()
    state = _state_field()


class DetailsForm(Form):
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
        validators=[Length(max=100, message=_l("Enter a last name of at most 100 letters."))],
    )
    birth_date = StringField(
        _l("Date of birth"),
        validators=[DataRequired(_l("Enter your date of birth.")), Length(max=40)],
    )
    email = _email_field()
    phone = TelField(
        _l("Phone number"),
        validators=[DataRequired(_l("Enter your phone number.")), Length(max=40)],
    )
    state = _state_field()

    def validate_given_name(self, field: StringField) -> None:
        """Something must be left of it to call somebody by."""
        if not clean_name(field.data or ""):
            raise ValidationError(_l("Enter your first name."))

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
