"""Forms of one's own passkeys."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, StringField
from wtforms.validators import Length


class NewPasskeyForm(Form):
    """A new passkey: its name, and what the device answered."""

    label = StringField(
        _l("Name of this device"),
        validators=[Length(max=100, message=_l("Enter a shorter name."))],
    )
    credential = HiddenField()


class PasskeyNameForm(Form):
    """Another name for a passkey."""

    label = StringField(
        _l("New name"), validators=[Length(max=100, message=_l("Enter a shorter name."))]
    )
