"""A licence as the board's register shows it."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from shared.web.states import NAMES


class LicenceForm(Form):
    """Who, where, which number, from when to when."""

    practitioner = SelectField(_l("Practitioner"), choices=[])
    state = SelectField(
        _l("State"),
        choices=[SelectChoice(*pair) for pair in [("", _l("Choose a state")), *NAMES.items()]],
        validators=[DataRequired(_l("Choose the state of the licence."))],
    )
    number = StringField(
        _l("Licence number"),
        validators=[
            DataRequired(_l("Enter the number as the board prints it.")),
            Length(max=40, message=_l("Use at most 40 characters.")),
        ],
    )
    starts_on = DateField(
        _l("Good from"), validators=[InputRequired(_l("Enter the first day it is good."))]
    )
    ends_on = DateField(
        _l("Good until"), validators=[InputRequired(_l("Enter the last day it is good."))]
    )

    def validate_ends_on(self, field: DateField) -> None:
        """The last day is not before the first."""
        first, last = self.starts_on.data, field.data
        if isinstance(first, date) and isinstance(last, date) and last < first:
            raise ValidationError(_l("The last day is before the first."))
