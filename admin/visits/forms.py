"""Forms beside a visit: going on by phone, going on without a licence; words for guests."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Form, SelectField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import DataRequired, Length

from admin.fields import LONGEST_ADDRESS, trim
from shared.web.addresses import Address

GUESTS = {
    "interpreter": _l("Interpreter"),
    "family": _l("Family or friend"),
    "colleague": _l("Colleague"),
}
# Why the practice goes on by phone; the patient's own reasons are asked in the portal.
WHY = (
    ("no_picture", _l("No picture or sound")),
    ("no_room", _l("The video room does not open")),
    ("alone", _l("The patient does not get into the call")),
    ("practice_asked", _l("Another reason of ours")),
    ("asked", _l("The patient asked for it")),
)


def guest_words(kind: str) -> str:
    """Who somebody is in the visit."""
    return str(GUESTS.get(kind, kind))


class GuestForm(Form):
    """Who else comes, and where their link is sent; nobody's name."""

    kind = SelectField(
        _l("Who comes"),
        id="guest-kind",
        choices=[SelectChoice(kind, words) for kind, words in GUESTS.items()],
    )
    email = EmailField(
        _l("Their e-mail address"),
        id="guest-email",
        filters=[trim],
        validators=[
            DataRequired(_l("Enter their e-mail address, or let the link be shown.")),
            Length(max=LONGEST_ADDRESS, message=_l("Enter a shorter e-mail address.")),
            Address(),
        ],
    )


class PhoneForm(Form):
    """Which number is called, and why."""

    number = TelField(
        _l("Number to call"),
        validators=[DataRequired(_l("Enter the number to call.")), Length(max=40)],
    )
    reason = SelectField(_l("Why by phone"), choices=[SelectChoice(*pair) for pair in WHY])


class OverrideForm(Form):
    """Why this visit goes on where no licence is held."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why, so that a reader understands it later.")),
            Length(min=10, max=500, message=_l("Use 10 to 500 characters.")),
        ],
    )
