"""What a physician writes: a note, an addendum, a summary. Limits are the service's."""

import re
import secrets
from collections.abc import Mapping

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from shared.encounters.addenda import LONGEST_REASON

_WINDOW = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LARGEST_VERSION = 2_000_000_000


class NoteForm(Form):
    """The sections of a note, in the order of a visit."""

    reason = TextAreaField(_l("Reason for the visit"))
    history = TextAreaField(_l("History"))
    observations = TextAreaField(_l("Observations"))
    assessment = TextAreaField(_l("Assessment"))
    plan = TextAreaField(_l("Plan"))


class SummaryForm(Form):
    """The sections of a summary, as the patient reads them."""

    talked = TextAreaField(_l("What we talked about"))
    to_do = TextAreaField(_l("What to do now"))
    medicines = TextAreaField(_l("Medicines we talked about"))
    seek_help = TextAreaField(_l("When to seek help"))
    follow_up = TextAreaField(_l("What comes next"))


class AddendumForm(Form):
    """Why, and the words."""

    why = StringField(
        _l("Why is it added?"),
        validators=[
            InputRequired(_l("Say in a few words why, for instance: a result came in.")),
            Length(min=3, max=LONGEST_REASON, message=_l("Use 3 to 300 characters.")),
        ],
    )
    words = TextAreaField(
        _l("What is added"),
        validators=[InputRequired(_l("Write what is to be added."))],
    )


def typed(names: tuple[str, ...]) -> dict[str, str]:
    """The sections as they were sent."""
    return {name: request.form.get(name, "") for name in names}


def asked_version() -> int:
    """Which version the writer began with; 0, "none", for anything that is no number."""
    text = request.form.get("version", "")
    if not text.isascii() or not text.isdecimal():
        return 0
    return min(int(text[:12]), _LARGEST_VERSION)


def asked_window() -> str:
    """Which open page this is, as we printed it; a new one for anything else."""
    text = request.form.get("window", "")
    return text if _WINDOW.fullmatch(text) else new_window()


def new_window() -> str:
    """For a freshly printed page."""
    return secrets.token_urlsafe(9)


def note_form(texts: Mapping[str, str]) -> NoteForm:
    """The form with these texts in it."""
    return NoteForm(data=dict(texts))


def summary_form(texts: Mapping[str, str]) -> SummaryForm:
    """The same for a summary."""
    return SummaryForm(data=dict(texts))
