"""Every component in every state on one page, for eyes and audits; never in production."""

from flask import Flask, Response
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from shared.web.answers import page
from shared.web.navigation import NavItem
from shared.web.policy import requires


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Full name", [InputRequired("Enter your full name")])
    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address")])
    birth_date = DateField("Date of birth", [InputRequired("Enter your date of birth")])
    code = StringField("Code from the mail", [Length(min=8, message="The code has 8 digits")])
    state = SelectField("State you are in", choices=[("FL", "Florida"), ("NJ", "New Jersey")])
    contact = RadioField(
        "How may we reach you?",
        [InputRequired("Choose how we may reach you")],
        choices=[("mail", "By e-mail"), ("phone", "By phone")],
    )
    note = TextAreaField("Anything the doctor should know")
    agree = BooleanField("I have read how my data is used", [InputRequired("Tick to go on")])


def sample() -> dict[str, object]:
    """What the page shows."""
    wrong = SampleForm(data={"code": "123"})
    wrong.validate()
    return {
        "fresh": SampleForm(prefix="fresh-"),
        "wrong": wrong,
        "story": [
            {"when": "Monday 4 January 2027 at 9:12 am Eastern", "text": "Booked a first visit"},
            {"when": "9:14 am", "text": "Paid $150.00", "tone": "good"},
            {"when": "9:14 am", "text": "Confirmation mail came back", "tone": "bad"},
        ],
        "rows": [
            ["9:00 am", "Rosa Delgado", "First visit", "$150.00"],
            ["10:30 am", "Theodore Okonkwo-Whitfield", "Follow-up visit", "$95.00"],
        ],
        "places": [
            NavItem("Home", "#1", "home", True),
            NavItem("Appointments", "#2", "calendar", False),
            NavItem("Sent to me", "#3", "mail", False),
        ],
    }


def init_components_page(app: Flask) -> None:
    """Add /_components."""

    @requires("public.read")
    def components_index() -> Response:
        return page("ui/components.html", **sample())

    app.add_url_rule("/_components", "components_index", components_index)
