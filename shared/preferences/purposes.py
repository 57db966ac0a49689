"""What a message is for. Only some purposes are the reader's to choose."""

# A patient has to get it, whatever was chosen: a code, a booking, a cancellation, a warning.
NECESSARY = "necessary"
REMINDER, RECEIPT, NEWS = "reminder", "receipt", "news"
OPTIONAL = (REMINDER, RECEIPT, NEWS)
EMAIL = "email"


def code_of(purpose: str, channel: str = EMAIL) -> str:
    """How a choice is kept: "email:reminder"."""
    return f"{channel}:{purpose}"


# News is marketing in the words of 45 CFR 164.501: nobody gets it who did not ask for it.
DEFAULT = frozenset({code_of(REMINDER), code_of(RECEIPT)})
