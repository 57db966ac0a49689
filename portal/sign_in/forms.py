"""Forms of signing in to the portal."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from shared.web.addresses import Address

LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


class AddressForm(Form):
    """Where the mail goes."""

    email = EmailField(
        _l("E-mail address"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
        filters=[lambda typed: typed.strip() if typed else typed],
    )
    back = HiddenField()


class CodeForm(Form):
    """The digits from the mail."""

    code = StringField(
        _l("8-digit code"),
        validators=[
            DataRequired(_l("Enter the 8 digits from the e-mail.")),
            Length(max=40, message=_l("Enter the 8 digits from the e-mail.")),
        ],
    )


class LinkForm(Form):
    """A link's token, from the page the link opens."""

    token = HiddenField()


class LinkCodeForm(CodeForm):
    """Link and digits, in a browser that did not ask; and whether it was them who did."""

    token = HiddenField()
    answer = HiddenField()
