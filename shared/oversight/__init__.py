"""Emergency access to a patient's story: opened with a reason, told to owners, reviewed by one."""

from shared.oversight.breaking import (
    REASONS,
    AlreadyOpen,
    OwnReview,
    break_glass,
    end_glass,
    review_breaking,
)

__all__ = [
    "REASONS",
    "AlreadyOpen",
    "OwnReview",
    "break_glass",
    "end_glass",
    "review_breaking",
]
