"""What must hold before the first patient: looked at, explained by an owner, and then opened."""

from shared.preflight.answers import AnswerRefused, find_answers, sign, take_back
from shared.preflight.asking import ask_to_look
from shared.preflight.gate import NotReady, open_when_ready
from shared.preflight.lines import LINES, Line, line_of
from shared.preflight.standing import Stand, read_stands

__all__ = [
    "LINES",
    "AnswerRefused",
    "Line",
    "NotReady",
    "Stand",
    "ask_to_look",
    "find_answers",
    "line_of",
    "open_when_ready",
    "read_stands",
    "sign",
    "take_back",
]
