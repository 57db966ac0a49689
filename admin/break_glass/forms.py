"""Why the glass is broken, and what an owner thinks of it afterwards."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length

REASON_WORDS = {
    "emergency": _l("The patient needs help now"),
    "safety": _l("Somebody's safety is at risk"),
    "on_call": _l("I stand in for the clinician"),
    "patient_asked": _l("The patient asked me to look"),
    "legal": _l("A court or authority asks"),
    "other": _l("Something else"),
}
OUTCOME_WORDS = {
    "justified": _l("It was justified"),
    "not_justified": _l("It was not justified"),
}


class BreakGlassForm(Form):
    """A reason from the list and one in words."""

    reason = SelectField(
        _l("Reason"),
        choices=[SelectChoice(value, words) for value, words in REASON_WORDS.items()],
        validators=[DataRequired(_l("Choose a reason."))],
    )
    words = TextAreaField(
        _l("What happened?"),
        validators=[
            DataRequired(_l("Say in a sentence what happened.")),
            Length(
                min=10, max=1000, message=_l("Write a sentence: between 10 and 1,000 characters.")
            ),
        ],
        filters=[lambda typed: typed.strip() if typed else typed],
    )


class ReviewForm(Form):
    """The owner's judgement."""

    outcome = RadioField(
        _l("What do you find?"),
        choices=[SelectChoice(value, words) for value, words in OUTCOME_WORDS.items()],
        validators=[DataRequired(_l("Choose what you find."))],
    )
