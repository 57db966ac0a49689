"""Whatever can need attention has its words on the desk."""

from admin.attention.presenters import WORDS
from shared.attention.kinds import KINDS


def test_every_kind_has_words() -> None:
    assert set(WORDS) == set(KINDS)
