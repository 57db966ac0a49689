"""The search for a person; its text travels in the body, never in an address."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length


def printable(text: str | None) -> str | None:
    """The text without control characters, which no name has and the database refuses."""
    return text and "".join(letter for letter in text if letter.isprintable())


class SearchForm(Form):
    """Name, date of birth, phone, e-mail or reference."""

    text = StringField(
        _l("Find a patient"),
        filters=(printable,),
        validators=[
            InputRequired(_l("Type at least three letters of a name, or a date, phone or e-mail.")),
            Length(max=120, message=_l("That is longer than any name we know.")),
        ],
    )
