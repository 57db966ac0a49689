"""One more host name."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length

FACES = {
    "marketing": _l("Public site"),
    "portal": _l("Patient portal"),
    "admin": _l("Practice desk"),
}
PROBLEMS = {
    "not_a_name": _l("Enter a name like portal.example.com, without https:// and without a port."),
    "taken": _l("This name cannot be used: it leads somewhere already."),
    "too_many": _l("There are too many names. Give one up first."),
    "primary": _l("This is the main address. Make another one the main address first."),
    "waits": _l("This name is to become the main address. Withdraw that change first."),
    "in_use": _l("You are using this address at the moment. Sign in at another one to give it up."),
}


class HostForm(Form):
    """A name and where it leads."""

    host = StringField(
        _l("Host name"),
        validators=[
            DataRequired(_l("Enter a host name.")),
            Length(max=253, message=_l("Enter a shorter name.")),
        ],
    )
    face = SelectField(
        _l("Leads to"), choices=[SelectChoice(face, words) for face, words in FACES.items()]
    )
