"""Why mail may go to an address again."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired

REASONS = {
    "mended": _l("The mailbox works again"),
    "asked_for": _l("The person asked for our mail"),
    "mistaken": _l("It was a mistake of the mail provider"),
}


class LiftForm(Form):
    """A reason of the list: what is typed freely would end up in the log."""

    reason = RadioField(
        _l("Why may mail go there again?"),
        choices=[SelectChoice(value, words) for value, words in REASONS.items()],
        validators=[DataRequired(_l("Choose a reason."))],
    )
