"""The forms of the first-patient list: a signature under a point."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, TextAreaField
from wtforms.validators import DataRequired, Length

PROBLEMS = {
    "reason": ("reason", _l("Write a sentence: between 10 and 1,000 characters.")),
    "too_early": ("expires_on", _l("Choose a day after today.")),
    "too_late": ("expires_on", _l("Choose an earlier day: nobody signs for that long.")),
    "not_here": ("reason", _l("Nobody can sign for this point: it has to be green.")),
}


class SignatureForm(Form):
    """Why, and until when."""

    reason = TextAreaField(
        _l("Your words"),
        validators=[
            DataRequired(_l("Write a sentence: between 10 and 1,000 characters.")),
            Length(
                min=10, max=1000, message=_l("Write a sentence: between 10 and 1,000 characters.")
            ),
        ],
        filters=[lambda typed: typed.strip() if typed else typed],
    )
    expires_on = DateField(
        _l("Good until"), validators=[DataRequired(_l("Choose a day after today."))]
    )
