"""Forms of the desk: who calls, which time, how it is paid."""

from datetime import UTC, date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.validators import Optional as Maybe

from admin.fields import trim
from shared import clock
from shared.keyring import normalise_phone
from shared.people import clean_name
from shared.web.addresses import Address
from shared.web.reading import read_date
from shared.web.states import NAMES

OLDEST_BIRTH = date(1890, 1, 1)
FIRST_YEAR, LAST_YEAR = 2000, 2100
NO_NAME = _l("Enter a first and a last name. If there is only one, enter it twice.")


class PersonForm(Form):
    """As little as a record needs; the patient adds the rest in the portal."""

    given_name = StringField(
        _l("First name"),
        validators=[
            DataRequired(_l("Enter the first name.")),
            Length(max=100, message=_l("Enter a first name of at most 100 letters.")),
        ],
    )
    family_name = StringField(
        _l("Last name"),
        validators=[
            DataRequired(_l("Enter the last name.")),
            Length(max=100, message=_l("Enter a last name of at most 100 letters.")),
        ],
    )
    birth_date = StringField(
        _l("Date of birth"),
        validators=[DataRequired(_l("Enter the date of birth.")), Length(max=40)],
    )
    phone = TelField(_l("Phone"), validators=[Maybe(), Length(max=40)])
    email = EmailField(
        _l("E-mail address"),
        filters=[trim],
        validators=[
            Maybe(),
            Length(max=254, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
    )
    state = SelectField(
        _l("State they live in"),
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
    )
    another = BooleanField(_l("This is somebody else: make a new record"))

    def validate_given_name(self, field: StringField) -> None:
        """Something must be left of it to call somebody by."""
        if not clean_name(field.data or ""):
            raise ValidationError(NO_NAME)

    def validate_family_name(self, field: StringField) -> None:
        """The same for the last name."""
        if not clean_name(field.data or ""):
            raise ValidationError(NO_NAME)

    def validate_birth_date(self, field: StringField) -> None:
        """A day somebody alive can have been born on."""
        born = read_date(field.data or "")
        if born is None:
            raise ValidationError(_l("Enter it as month, day, year: 3/14/1987."))
        if not OLDEST_BIRTH <= born <= clock.now().date():
            raise ValidationError(_l("Check the year of birth."))

    def validate_phone(self, field: TelField) -> None:
        """A number that can be called."""
        try:
            normalise_phone(field.data or "")
        except ValueError as wrong:
            problem = _l("Enter a phone number with its area code: (561) 555-0132.")
            raise ValidationError(problem) from wrong


class TakeForm(Form):
    """One time, taken or moved to: the page has put `at` and `who` in."""

    at = HiddenField(validators=[DataRequired(_l("Choose a time.")), Length(max=40)])
    who = HiddenField(validators=[DataRequired(_l("Choose a time.")), Length(max=40)])
    reason = StringField(
        _l("Why this time all the same?"),
        filters=[trim],
        validators=[Maybe(), Length(max=120, message=_l("Enter at most 120 letters."))],
    )

    def time(self) -> datetime | None:
        """The instant that was chosen."""
        return read_instant(self.at.data)

    def person(self) -> UUID | None:
        """Whose time it is."""
        return read_id(self.who.data)


class BookForm(TakeForm):
    """A new visit."""

    visit = HiddenField(validators=[DataRequired(_l("Choose a kind of visit.")), Length(max=80)])
    state = SelectField(_l("Where will they be?"), validate_choice=False)
    pay = RadioField(_l("How is it paid?"), choices=[], validate_choice=False)


def read_instant(written: str | None) -> datetime | None:
    """An instant as our own links write it; None for anything else."""
    try:
        at = datetime.fromisoformat((written or "").replace(" ", "+"))
        if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
            return None
        return at.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def read_id(written: str | None) -> UUID | None:
    """An id as our own links write it; None for anything else."""
    try:
        return UUID(written or "")
    except ValueError:
        return None
