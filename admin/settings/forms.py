"""Forms of the settings' pages."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Email, Length
from wtforms.validators import Optional as Maybe

from shared.billing.settings import PRODUCT_NAMES

ACCOUNTS = {
    "practice": _l("The practice's account"),
    "consulting": _l("The consulting account"),
}
NOT_AN_ADDRESS = _l("Enter an e-mail address like visits@example.com.")
PROBLEMS = {
    "bad_name": ("name", _l("Enter a name without special characters.")),
    "bad_address": ("address", NOT_AN_ADDRESS),
    "bad_reply_to": ("reply_to", NOT_AN_ADDRESS),
    "bad_account": ("account_key", _l("Choose an account.")),
    "bad_product_name": ("product_name", _l("Choose a name from the list.")),
    "bad_receipts": ("receipts", _l("Choose yes or no.")),
}


def _trim(typed: str | None) -> str | None:
    return " ".join(typed.split()) if typed else typed


class SenderForm(Form):
    """Whom mail comes from."""

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Enter the name patients will see.")),
            Length(max=60, message=_l("Enter a name of at most 60 characters.")),
        ],
        filters=[_trim],
    )
    address = EmailField(
        _l("Address"),
        validators=[
            DataRequired(_l("Enter the address mail comes from.")),
            Length(max=254, message=_l("Enter a shorter address.")),
            Email(NOT_AN_ADDRESS),
        ],
        filters=[_trim],
    )
    reply_to = EmailField(
        _l("Address for replies"),
        validators=[
            Maybe(),
            Length(max=254, message=_l("Enter a shorter address.")),
            Email(NOT_AN_ADDRESS),
        ],
        filters=[_trim],
    )


class PaymentForm(Form):
    """How payments are taken."""

    account_key = RadioField(
        _l("Which account takes the money?"),
        choices=[SelectChoice(value, words) for value, words in ACCOUNTS.items()],
        validators=[DataRequired(_l("Choose an account."))],
    )
    product_name = SelectField(
        _l("What is a visit called on the payment page?"),
        choices=[SelectChoice(name, name) for name in PRODUCT_NAMES],
        validators=[DataRequired(_l("Choose a name from the list."))],
    )
    receipts = BooleanField(_l("Stripe sends the patient a receipt by e-mail"))
