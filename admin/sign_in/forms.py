"""Forms of signing in to the desk."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from shared.web.addresses import Address


class PasskeyForm(Form):
    """What the browser's passkey dialog answered; filled in by the page's script."""

    credential = HiddenField()
    back = HiddenField()


class RecoveryForm(Form):
    """An address and one of its recovery codes."""

    email = EmailField(
        _l("Work e-mail address"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
        filters=[lambda typed: typed.strip() if typed else typed],
    )
    code = StringField(
        _l("Recovery code"),
        validators=[
            DataRequired(_l("Enter one of your recovery codes.")),
            Length(max=60, message=_l("A recovery code has 16 letters and digits.")),
        ],
    )
    back = HiddenField()


class InvitationForm(Form):
    """An invitation's token and the digits from the same mail."""

    token = HiddenField()
    code = StringField(
        _l("8-digit code"),
        validators=[
            DataRequired(_l("Enter the 8 digits from the e-mail.")),
            Length(max=40, message=_l("Enter the 8 digits from the e-mail.")),
        ],
    )
