"""Forms of the team's page."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from admin.fields import trim
from shared.web.addresses import Address

ROLES = (
    ("physician", _l("Physician: sees patients, reads and writes records")),
    ("nurse", _l("Nurse: records and schedule")),
    ("receptionist", _l("Receptionist: schedule and contact data, nothing clinical")),
    ("biller", _l("Biller: payments and refunds")),
    ("owner", _l("Owner: team, settings, senders")),
    ("auditor", _l("Auditor: reads the event log")),
)
ROLE_NAMES = {
    "physician": _l("Physician"),
    "nurse": _l("Nurse"),
    "receptionist": _l("Receptionist"),
    "biller": _l("Biller"),
    "owner": _l("Owner"),
    "auditor": _l("Auditor"),
}


class InviteForm(Form):
    """Whom to invite, as what."""

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Enter the person's name.")),
            Length(max=200, message=_l("Enter a shorter name.")),
        ],
        filters=[trim],
    )
    email = EmailField(
        _l("Work e-mail address"),
        validators=[
            DataRequired(_l("Enter the person's e-mail address.")),
            Length(max=254, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
        filters=[lambda typed: typed.strip() if typed else typed],
    )
    roles = SelectMultipleField(
        _l("What will they do?"),
        choices=[SelectChoice(value, words) for value, words in ROLES],
        validators=[DataRequired(_l("Choose at least one role."))],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class RoleForm(Form):
    """One more role for somebody who works here."""

    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(value, name) for value, name in ROLE_NAMES.items()],
        validators=[DataRequired(_l("Choose a role."))],
    )
