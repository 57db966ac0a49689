"""Coming in: patients by mail, staff by invitation. Composes auth, people, booking and mail."""

from shared.auth.errors import (
    GrantRefused,
    LinkSpent,
    NothingToOpen,
    OtherBrowser,
    SignInRefused,
    TooOften,
    WrongCode,
)
from shared.onboarding.arrival import (
    NO,
    Arrival,
    PutAway,
    Question,
    redeem_code,
    redeem_link,
    redeem_link_with_code,
)
from shared.onboarding.sign_in import begin_sign_in, resend_sign_in
from shared.onboarding.staff import invite_staff
from shared.people import PersonDetails

__all__ = [
    "NO",
    "Arrival",
    "GrantRefused",
    "LinkSpent",
    "NothingToOpen",
    "OtherBrowser",
    "PersonDetails",
    "PutAway",
    "Question",
    "SignInRefused",
    "TooOften",
    "WrongCode",
    "begin_sign_in",
    "invite_staff",
    "redeem_code",
    "redeem_link",
    "redeem_link_with_code",
    "resend_sign_in",
]
