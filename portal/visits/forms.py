"""Forms of a visit: where one is, which text one agrees to, at which number to call."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.booking.forms import read_date
from shared.keyring import normalise_phone
from shared.visits.phone import REASONS
from shared.web.states import NAMES


class PlaceForm(Form):
    """The state one is in now."""

    state = SelectField(
        _l("The state you are in now"),
        choices=[SelectChoice(*pair) for pair in [("", _l("Choose a state")), *NAMES.items()]],
        validators=[DataRequired(_l("Choose the state you are in now."))],
    )


class KnownPlaceForm(PlaceForm):
    """The same, and the date of birth, where the practice asks who came."""

    birth_date = StringField(
        _l("Your date of birth"),
        validators=[DataRequired(_l("Enter your date of birth.")), Length(max=40)],
    )

    @property
    def born(self) -> date | None:
        """The day that was written, None for what is no day."""
        return read_date(self.birth_date.data or "")


class ConsentForm(Form):
    """Agreeing to the text that is shown."""

    version = HiddenField(validators=[Length(max=20)])
    agree = BooleanField(
        _l("I have read this and I agree"),
        validators=[InputRequired(_l("Tick the box if you agree, or call us if you do not."))],
    )


class PhoneForm(Form):
    """Where the doctor calls."""

    number = TelField(
        _l("Phone number"),
        validators=[DataRequired(_l("Enter the number to call.")), Length(max=40)],
    )
    reason = HiddenField(validators=[Length(max=20)])
    version = HiddenField(validators=[Length(max=20)])

    def validate_number(self, field: TelField) -> None:
        """A number that can be called."""
        try:
            normalise_phone(field.data or "")
        except ValueError as wrong:
            problem = _l("Enter a phone number with its area code: (561) 555-0132.")
            raise ValidationError(problem) from wrong

    @property
    def why(self) -> str:
        """The code of the page that led here; anything else is a wish."""
        return self.reason.data if self.reason.data in REASONS else "asked"
