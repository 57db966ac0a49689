"""What the component page shows: invented people, one field of each kind."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from shared.web.icons import drawings
from shared.web.navigation import NavItem

NINE = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
COLOURS = {"#8a2b50": "Seagrape", "#1d4e89": "Harbour", "#22603c": "Palm", "#6b4a12": "Amber"}
# The colour tokens as the page lists them: text on ground, as in use.
PAIRS = (
    ("ink", "paper"),
    ("ink-soft", "paper"),
    ("ink", "surface"),
    ("ink", "wash"),
    ("accent", "paper"),
    ("accent-strong", "accent-wash"),
    ("on-accent", "accent"),
    ("second-ink", "second-wash"),
    ("on-deep", "deep"),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
)


@dataclass(frozen=True)
class Device:
    """A place somebody is signed in at."""

    id: UUID
    device: str
    created_at: datetime
    last_seen_at: datetime
    face: str


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Full name", [InputRequired("Enter your full name")])
    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address")])
    birth_date = DateField("Date of birth", [InputRequired("Enter your date of birth")])
    code = StringField("Code from the mail", [Length(min=8, message="The code has 8 digits")])
    state = SelectField("State you are in", choices=[("FL", "Florida"), ("NJ", "New Jersey")])
    pharmacy = StringField("Pharmacy", [InputRequired("Enter the name of your pharmacy")])
    contact = RadioField(
        "How may we reach you?",
        [InputRequired("Choose how we may reach you")],
        choices=[("mail", "By e-mail"), ("phone", "By phone")],
    )
    colour = RadioField(
        "Your colour", [InputRequired("Choose a colour")], choices=list(COLOURS.items())
    )
    picture = FileField("Your logo")
    note = TextAreaField("Anything the doctor should know")
    remind = BooleanField("Remind me by e-mail")
    agree = BooleanField("I have read how my data is used", [InputRequired("Tick to go on")])


def _forms() -> dict[str, object]:
    wrong = SampleForm(data={"code": "123"})
    wrong.validate()
    wrong.picture.errors = ("This is not a picture. Send a PNG, JPEG or WebP file.",)
    fresh = SampleForm(prefix="fresh-", data={"colour": "#8a2b50", "remind": True})
    return {"fresh": fresh, "wrong": wrong, "colours": {key: key for key in COLOURS}}


def _places() -> list[NavItem]:
    return [
        NavItem("Home", "#shells", "home", True),
        NavItem("Appointments", "#shells", "calendar", False),
        NavItem("Messages", "#shells", "message", False),
        NavItem("Profile", "#shells", "person", False),
    ]


def sample() -> dict[str, object]:
    """Everything the page needs."""
    return {
        **_forms(),
        "pairs": PAIRS,
        "icons": sorted(drawings()),
        "places": _places(),
        "long_name": "Wolfeschlegelsteinhausenbergerdorff " * 4,
        "story": [
            {"when": "Monday 4 January 2027 at 9:12 am Eastern", "text": "Booked a first visit"},
            {"when": "9:14 am", "text": "Paid $150.00", "tone": "good"},
            {
                "when": "9:14 am",
                "text": "Confirmation mail came back",
                "tone": "bad",
                "detail": "The address does not exist.",
            },
            {"when": "9:20 am", "text": "Address corrected by Rosa Delgado", "tone": "accent"},
        ],
        "columns": [
            {"label": "Time", "key": "when"},
            {"label": "Patient", "key": "name"},
            {"label": "Visit"},
            {"label": "Paid", "key": "paid", "numeric": True},
        ],
        "rows": [
            ["9:00 am", "Rosa Delgado", "First visit", "$150.00"],
            ["10:30 am", "Theodore Okonkwo-Whitfield", "Follow-up visit", "$95.00"],
            ["1:00 pm", "محمد السيد", "Follow-up visit", "$95.00"],
        ],
        "todo": [
            {"label": "Backups are kept and were restored once", "done": True},
            {"label": "The practice has a logo and colours", "done": False, "href": "#lists"},
            {"label": "A rehearsal visit", "done": False, "text": "Takes about ten minutes."},
        ],
        "devices": [
            Device(UUID(int=1), "Safari on an iPhone", NINE, NINE, "portal"),
            Device(UUID(int=2), "Chrome on Windows", NINE, NINE, "portal"),
        ],
        "weeks": [("Mon", 34), ("Tue", 52), ("Wed", 47), ("Thu", 66), ("Fri", 58)],
    }
