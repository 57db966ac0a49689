"""What a patient wants to be written about, through which channel, and when not."""

from shared.preferences.choosing import Choices, change_choices, choices_of
from shared.preferences.purposes import DEFAULT, NECESSARY, OPTIONAL, code_of
from shared.preferences.quiet import Quiet

__all__ = [
    "DEFAULT",
    "NECESSARY",
    "OPTIONAL",
    "Choices",
    "Quiet",
    "change_choices",
    "choices_of",
    "code_of",
]
