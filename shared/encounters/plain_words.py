"""How hard a text is to read, as a school grade: Flesch-Kincaid (Kincaid and others, 1975).

A rough measure: it counts the length of sentences and words and knows no meaning.
"""

import re

_SENTENCE = re.compile(r"[.!?:;\n]+")
_WORD = re.compile(r"[A-Za-z']+")
_VOWELS = re.compile(r"[aeiouy]+")
# Shorter texts tell nothing about how they read.
FEWEST_WORDS = 20
HARD_FROM = 9


def grade_of(text: str) -> int | None:
    """The grade in which a pupil reads it with ease; None for a text too short to say."""
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return max(1, round(grade))


def _syllables(word: str) -> int:
    lower = word.lower().strip("'")
    count = len(_VOWELS.findall(lower))
    silent = lower.endswith("e") and not lower.endswith(("le", "ee"))
    return max(1, count - (1 if silent and count > 1 else 0))
