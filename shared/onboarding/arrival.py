"""Arriving: a proven address becomes an account, a patient, a claimed hold and a session.

Whoever proves an address need not be the one who typed it: anybody can fill in "About you" with
somebody else's. In the browser that typed it, both are the same. In any other the person is asked
first whether it was them, and says no by one press: then nothing of it is kept but the log's line.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.holds import find_unclaimed_hold
from shared.access.principal import Principal
from shared.auth import limits
from shared.auth.accounts import find_or_create_account
from shared.auth.attempts import (
    check_code,
    check_link,
    check_link_with_code,
    give_try_back,
    note_refusal,
    redeem_attempt,
)
from shared.auth.devices import Browser
from shared.auth.errors import NothingToOpen
from shared.auth.gate import through_gate
from shared.auth.return_to import safe_return_to
from shared.auth.sessions import start_session
from shared.booking import HoldGone, OwnOverlap, claim_hold
from shared.events import act
from shared.models.sign_in_attempt import SignInAttempt
from shared.people import PersonDetails, is_known, settle_patient

PAYMENT_PATH = "/portal/appointments/{appointment_id}/payment"
HOME_PATH = "/portal/"


YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody has signed in: the token for the cookie, where they go, what did not work out."""

    token: str
    location: str
    hold_lost: bool


@dataclass(frozen=True, slots=True)
class Question:
    """ "Is this you?" What another browser said in this person's name: as little as tells them."""

    given_name: str | None
    starts_at: datetime | None
    time_zone: str | None


class PutAway(NothingToOpen):
    """It was not them, and the practice knows nobody else at their address: nothing is kept."""


def redeem_link(
    session: Session, *, practice_id: UUID, token: str, browser: Browser, network: str | None
) -> Arrival:
    """One press in the browser that asked.

    Raises LinkSpent, OtherBrowser, NothingToOpen, TooOften.
    """
    place = limits.network_of(network)
    with limits.failures_of(session, limits.REDEMPTIONS_FROM_NETWORK, place):
        attempt = check_link(session, practice_id=practice_id, token=token, browser=browser.key)
        return _arrive(session, attempt, browser, factor="link")


def redeem_link_with_code(
    session: Session,
    *,
    practice_id: UUID,
    token: str,
    code: str,
    browser: Browser,
    network: str | None,
    answer: str | None = None,
) -> Arrival | Question:
    """Link and digits in any other browser; `answer` is what they say to the question, if asked.

    Raises LinkSpent, WrongCode, NothingToOpen, PutAway, TooOften.
    """
    place = limits.network_of(network)
    with limits.failures_of(session, limits.REDEMPTIONS_FROM_NETWORK, place):
        attempt = check_link_with_code(session, practice_id=practice_id, token=token, code=code)
        says_more = attempt.details is not None or attempt.hold_id is not None
        if says_more and attempt.browser_hash != browser.key:
            if answer not in (YES, NO):
                give_try_back(session, attempt)
                return _question(session, attempt)
            if answer == NO:
                return _put_away(session, attempt, browser)
        return _arrive(session, attempt, browser, factor="code")


def redeem_code(
    session: Session, *, attempt: SignInAttempt, code: str, browser: Browser
) -> Arrival:
    """Digits typed where the attempt was made. Raises LinkSpent, WrongCode, NothingToOpen."""
    check_code(session, attempt, code)
    return _arrive(session, attempt, browser, factor="code")


_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('arrival ' || :who, 0))")


def _question(session: Session, attempt: SignInAttempt) -> Question:
    details = PersonDetails.from_json(attempt.details) if attempt.details else None
    held = attempt.hold_id and find_unclaimed_hold(
        session, practice_id=attempt.practice_id, appointment_id=attempt.hold_id
    )
    return Question(
        given_name=details.given_name if details else None,
        starts_at=held.starts_at if held else None,
        time_zone=held.patient_time_zone if held else None,
    )


def _put_away(session: Session, attempt: SignInAttempt, browser: Browser) -> Arrival:
    """It was somebody else: sign in to one's own record, if there is one, and to nothing more."""
    if is_known(session, practice_id=attempt.practice_id, email=attempt.email):
        act(session, "sign_in.disowned", target=attempt)
        return _arrive(session, attempt, browser, factor="code", disowned=True)
    with through_gate(session) as own:
        redeem_attempt(own, attempt)
        act(own, "sign_in.disowned", target=attempt)
    raise PutAway("disowned")


def _arrive(
    session: Session,
    attempt: SignInAttempt,
    browser: Browser,
    *,
    factor: str,
    disowned: bool = False,
) -> Arrival:
    """`disowned`: nothing but the address of the attempt is believed."""
    # Two browsers proving one address at once must not open two records for one person.
    session.execute(_ONE_AT_A_TIME, {"who": attempt.email_bidx.hex()})
    redeem_attempt(session, attempt)
    if disowned:
        attempt.details = attempt.hold_id = attempt.return_to = None
    details = PersonDetails.from_json(attempt.details) if attempt.details else None
    try:
        account = find_or_create_account(
            session, practice_id=attempt.practice_id, email=attempt.email
        )
        patient_id = settle_patient(session, account=account, email=attempt.email, details=details)
    except NothingToOpen as refusal:
        note_refusal(session, attempt_id=attempt.id, reason=refusal.reason)
        raise
    started = start_session(
        session,
        account=account,
        face="portal",
        factor=factor,
        device=browser.device,
        patient_id=patient_id,
        replacing=browser.session_token,
        token=browser.next_token,
    )
    claimed = _claim(session, attempt, patient_id)
    location = safe_return_to("portal", attempt.return_to)
    if attempt.hold_id is not None:
        location = PAYMENT_PATH.format(appointment_id=attempt.hold_id) if claimed else HOME_PATH
    attempt.destination = location
    session.flush()
    return Arrival(started.token, location, attempt.hold_id is not None and not claimed)


def _claim(session: Session, attempt: SignInAttempt, patient_id: UUID) -> bool:
    """Make the held time the patient's; signing in succeeds also when the time is gone."""
    if attempt.hold_id is None:
        return False
    # The time is held by the browser that asked, which need not be the one that signs in.
    holder = Principal.anonymous(attempt.practice_id, visitor=attempt.browser_hash)
    try:
        with session.begin_nested():
            claim_hold(session, appointment_id=attempt.hold_id, patient_id=patient_id, by=holder)
    except (HoldGone, OwnOverlap, NotFound):
        return False
    return True
