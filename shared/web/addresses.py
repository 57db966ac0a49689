"""One check for every e-mail address that somebody types."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Field, Form
from wtforms.validators import Email, ValidationError

from shared.keyring import normalise_email

NOT_AN_ADDRESS = _l("Enter an e-mail address like name@example.com.")


class Address(Email):
    """A mailbox that reads the same to us, to the mail's provider and to its owner.

    We look people up by a folded form of the address and write to that form. Where folding would
    change more than capitals (ß becomes ss, a full-width comma a comma), the mail would go to
    another mailbox than was typed: such an address is refused.
    """

    def __init__(self, message: str | LazyString = NOT_AN_ADDRESS) -> None:
        super().__init__(message)

    def __call__(self, form: Form, field: Field) -> None:  # type: ignore[override]  # any form
        """Raise ValidationError for what is no such address."""
        typed = (field.data or "").strip()
        # "=?" begins an encoded word (RFC 2047): a mail program reads other letters than these.
        if normalise_email(typed) != typed.lower() or "=?" in typed:
            raise ValidationError(str(self.message))
        super().__call__(form, field)  # type: ignore[arg-type]  # as typed above
