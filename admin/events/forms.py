"""What the log is asked for. Addresses carry ids, days and keys of reasons: never a name."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, HiddenField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from admin.events.words import ACTOR_WORDS, action_words, noun_words, reason_words
from admin.patients.forms import printable
from shared.access.log import LogFilter
from shared.access.log_choices import Reason
from shared.actions import ACTIONS

KINDS = {
    "": ("act", "look"),
    "act": ("act",),
    "look": ("look",),
    "write": ("write",),
    "all": ("act", "look", "write"),
}
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
FILTERS = ("patient", "who", "action", "kind", "first", "until", "why")


def within_reach(_form: Form, field: DateField) -> None:
    """The calendar's very ends have no day before or after them."""
    if field.data is not None and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(_("Choose a day between 1900 and 2199."))


class FilterForm(Form):
    """Everything is optional; choices of people and reasons are filled by `choose`."""

    patient_id: UUID | None = None
    patient = HiddenField()
    kind = SelectField(
        _l("What to show"),
        choices=[
            SelectChoice("", _l("Done and looked at")),
            SelectChoice("act", _l("What was done")),
            SelectChoice("look", _l("Who looked")),
            SelectChoice("write", _l("Changes of records")),
            SelectChoice("all", _l("Everything")),
        ],
        default="",
    )
    who = SelectField(_l("By whom"), default="")
    action = SelectField(_l("What"), default="")
    why = SelectField(_l("Why"), default="")
    first = DateField(_l("From"), validators=[Optional(), within_reach])
    until = DateField(_l("To"), validators=[Optional(), within_reach])

    def validate_patient(self, field: HiddenField) -> None:
        """An id, as our own link wrote it."""
        try:
            self.patient_id = UUID(field.data) if field.data else None
        except ValueError as error:
            raise ValidationError(_("Choose the patient again.")) from error

    def validate_until(self, field: DateField) -> None:
        """Not before the first day."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first one."))

    def choose(self, people: Iterable[tuple[UUID, str]], reasons: Iterable[Reason]) -> None:
        """Fill in whom and what one may ask for."""
        here, others = _("People who work here"), _("Others")
        self.who.choices = [
            SelectChoice("", _("Anybody")),
            *(SelectChoice(str(account_id), name, optgroup=here) for account_id, name in people),
            *(SelectChoice(kind, words, optgroup=others) for kind, words in ACTOR_WORDS.items()),
        ]
        self.action.choices = [SelectChoice("", _("Anything")), *_actions()]
        self.why.choices = [
            SelectChoice("", _("Any reason or none")),
            *(
                SelectChoice(reason.key, reason_words(reason.words, by_program=reason.by_program))
                for reason in reasons
            ),
        ]

    def wanted(self, zone: str) -> LogFilter:
        """What was asked for, with whole days of the practice's zone. After `validate`."""
        who, action = self.who.data or "", self.action.data or ""
        person = who if who and who not in ACTOR_WORDS else None
        return LogFilter(
            kinds=KINDS[self.kind.data or ""],
            patient_id=self.patient_id,
            actor_id=UUID(person) if person else None,
            actor_kind=who if who in ACTOR_WORDS else None,
            action=action if "." in action else None,
            noun=action if action and "." not in action else None,
            first=_midnight(self.first.data, zone),
            until=_midnight(self.until.data, zone, days=1),
            reason_key=self.why.data or None,
        )

    def kept(self, **changes: str | None) -> dict[str, str]:
        """The filters for an address, with changes; None takes one out."""
        held = {
            name: value.isoformat() if isinstance(value, date) else str(value)
            for name in FILTERS
            if (value := self[name].data)
        }
        held |= {name: value for name, value in changes.items() if value}
        return {name: value for name, value in held.items() if changes.get(name, value)}

    @property
    def is_narrow(self) -> bool:
        """True when anything at all was asked for."""
        return bool(self.kept())


class PersonForm(Form):
    """Whose record; the text travels in the body, never in an address."""

    text = StringField(
        _l("Patient"),
        filters=(printable,),
        validators=[
            InputRequired(_l("Type a reference, or at least three letters of a name.")),
            Length(max=120, message=_l("That is longer than any name we know.")),
        ],
    )


class MomentForm(Form):
    """A moment of the past, in the practice's zone."""

    on = DateField(_l("Day"), validators=[InputRequired(_l("Choose a day.")), within_reach])
    at = TimeField(_l("Time"), validators=[Optional()])

    def moment(self, zone: str) -> datetime:
        """The moment asked for; without a time, the end of the day. After `validate`."""
        day = self.on.data or date.min
        if self.at.data is None:
            return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
        return datetime.combine(day, self.at.data, ZoneInfo(zone)) + timedelta(minutes=1)


def _midnight(day: date | None, zone: str, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone))


def _actions() -> list[SelectChoice]:
    """Every action under its noun; a noun asks for all of its actions."""
    grouped: dict[str, list[SelectChoice]] = {}
    for action in sorted(ACTIONS):
        noun = action.partition(".")[0]
        title = noun_words(noun)
        if title not in grouped:
            anything = _("%(noun)s: anything", noun=title)
            grouped[title] = [SelectChoice(noun, anything, optgroup=title)]
        grouped[title].append(SelectChoice(action, action_words(action), optgroup=title))
    return [choice for title in sorted(grouped) for choice in grouped[title]]
