"""Asking to sign in: an attempt, and one mail for every address, known or not."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.auth import limits, tokens
from shared.auth.accounts import find_account
from shared.auth.attempts import open_attempt
from shared.auth.gate import through_gate
from shared.auth.lifetimes import SIGN_IN_ATTEMPT
from shared.auth.return_to import safe_return_to
from shared.messaging.email import send_email
from shared.models.sign_in_attempt import SignInAttempt
from shared.people import PersonDetails, is_known
from shared.practices.hosts import PracticeView

LINK_PATH = "/portal/sign-in/link/{token}"
START_PATH = "/"


def begin_sign_in(
    session: Session,
    *,
    practice: PracticeView,
    email: str,
    browser: bytes,
    network: str | None,
    hold_id: UUID | None = None,
    details: PersonDetails | None = None,
    return_to: str | None = None,
) -> UUID:
    """Open an attempt for the asking browser and send its mail; returns the attempt's id.

    The same is done for every address, so that neither answer nor time tells whether it is known:
    an unknown one, without details to make a record from, gets a mail that says so. Works in the
    gate's own transaction, whoever calls. Raises TooOften.
    """
    limits.spend(session, limits.MAILS_FROM_NETWORK, limits.network_of(network))
    limits.spend(session, limits.MAILS_TO_ADDRESS, limits.mailbox_of(email))
    with through_gate(session) as own:
        opened = open_attempt(
            own,
            practice_id=practice.id,
            email=email,
            browser=browser,
            hold_id=hold_id,
            details=details.to_json() if details else None,
            return_to=safe_return_to("portal", return_to),
        )
        known = is_known(own, practice_id=practice.id, email=email)
        template, context = "sign_in_unknown", {"link": START_PATH, "face": "marketing"}
        if known or details is not None:
            template = "sign_in"
            context = {
                "link": LINK_PATH.format(token=opened.token),
                "code": tokens.format_code(opened.code),
                "minutes": str(int(SIGN_IN_ATTEMPT.total_seconds()) // 60),
            }
        send_email(
            own,
            to=email,
            template=template,
            context=context,
            account_id=_account_id(own, practice.id, email),
            about=("sign_in_attempt", opened.attempt.id),
        )
        return opened.attempt.id


def _account_id(session: Session, practice_id: UUID, email: str) -> UUID | None:
    """Somebody who has signed in here before: when mail runs short, theirs goes first."""
    account = find_account(session, practice_id=practice_id, email=email)
    return account.id if account else None


def resend_sign_in(
    session: Session,
    *,
    practice: PracticeView,
    attempt: SignInAttempt,
    browser: bytes,
    network: str | None,
) -> UUID:
    """Begin again with everything the earlier attempt knew; its own link stays good until it ends.

    Raises TooOften.
    """
    details = PersonDetails.from_json(attempt.details) if attempt.details else None
    return begin_sign_in(
        session,
        practice=practice,
        email=attempt.email,
        browser=browser,
        network=network,
        hold_id=attempt.hold_id,
        details=details,
        return_to=attempt.return_to,
    )
