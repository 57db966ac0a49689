"""Fields that the desk's forms are made of: a line of text, a whole number within bounds."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Field, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as Maybe

LONGEST_ADDRESS = 254


def trim(typed: str | None) -> str | None:
    """One line, without spaces around it or control characters in it."""
    if typed is None:
        return None
    printable = "".join(letter if letter.isprintable() else " " for letter in typed)
    return " ".join(printable.split())


def text(
    label: LazyString,
    *,
    longest: int,
    needed: LazyString | None = None,
    kind: type[Field] = StringField,
    also: tuple[object, ...] = (),
) -> Field:
    """A line of at most `longest` letters; `needed` is what is said when there is none."""
    too_long = _l("Enter at most %(longest)s letters.", longest=longest)
    first = DataRequired(needed) if needed is not None else Maybe()
    return kind(
        label, filters=[trim], validators=[first, Length(max=longest, message=too_long), *also]
    )


def whole(label: LazyString, low: int, high: int, words: LazyString) -> IntegerField:
    """A number within bounds that the message names."""
    return IntegerField(label, validators=[InputRequired(words), NumberRange(low, high, words)])
