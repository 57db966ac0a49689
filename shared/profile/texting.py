"""The agreement to text messages: to which words, for which number, taken back in one press.

Carriers let a number send when they have seen how people agree, so the agreement comes first; no
text is sent yet. It stands by itself, is no condition of care, and is asked for with an empty box
(CTIA Messaging Principles and Best Practices, 5.1); any way of taking it back counts
(47 CFR 64.1200(a)(10)).
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared import clock
from shared.access.consents import find_consent
from shared.access.errors import NotFound
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.events import act
from shared.models.consent import Consent
from shared.people.consent_texts import SMS, ConsentText, consent_text
from shared.practices.hosts import PracticeView, get_practice


class OtherWords(Exception):
    """What was shown is not what would be agreed to now: read again."""


@dataclass(frozen=True, slots=True)
class TextAgreement:
    """What stands for one patient. Without a `number` nobody can be asked."""

    text: ConsentText
    asked: bool
    number: str | None
    given: Consent | None

    @property
    def holds(self) -> bool:
        """True when today's text was agreed to for today's number."""
        return (
            self.given is not None
            and self.given.version == self.text.version
            and self.given.number == self.number
        )


def texts_wording(here: PracticeView) -> ConsentText:
    """The words in the practice's name."""
    return consent_text(SMS).of(practice=here.name, company=here.legal_name)


def read_text_agreement(
    session: Session, *, viewer: Principal, lock: bool = False
) -> TextAgreement:
    """What the patient agreed to, and what they would be asked now.

    Raises NotFound where the practice does not ask and nothing stands.
    """
    if viewer.patient_id is None:
        raise NotFound
    patient = access_patient(session, viewer=viewer, patient_id=viewer.patient_id, lock=lock)
    given = find_consent(session, viewer=viewer, patient_id=patient.id, kind=SMS)
    here = get_practice(session, viewer.practice_id)
    if given is None and not here.asks_about_texts:
        raise NotFound
    return TextAgreement(texts_wording(here), here.asks_about_texts, patient.phone, given)


def has_to_do_with_texts(session: Session, *, viewer: Principal) -> bool:
    """Whether there is anything to show: the practice asks, or an agreement stands."""
    if get_practice(session, viewer.practice_id).asks_about_texts:
        return True
    patient_id = viewer.patient_id
    return patient_id is not None and bool(
        find_consent(session, viewer=viewer, patient_id=patient_id, kind=SMS)
    )


def agree_to_texts(session: Session, *, version: str, number: str, by: Principal) -> Consent:
    """Agree to the text `version` for `number`, as they were shown. Flushes.

    Raises OtherWords when either is another now, NotFound where nobody is asked.
    """
    # Two windows at once agree once.
    now = read_text_agreement(session, viewer=by, lock=True)
    if not now.asked or now.number is None:
        raise NotFound
    if (version, number) != (now.text.version, now.number):
        raise OtherWords
    if now.given is not None and now.holds:
        return now.given
    if now.given is not None:
        _end(session, now.given)
    row = Consent(
        practice_id=by.practice_id,
        patient_id=by.patient_id,
        kind=SMS,
        version=now.text.version,
        text_sha256=now.text.sha256,
        number=now.number,
        signed_at=clock.now(),
        signed_by=by.account_id,
    )
    session.add(row)
    act(
        session,
        "text_consent.signed",
        target=row,
        patient_id=row.patient_id,
        version=row.version,
    )
    return row


def stop_texts(session: Session, *, by: Principal) -> bool:
    """Take it back; False when nothing stood. Flushes. Raises NotFound as reading does."""
    given = read_text_agreement(session, viewer=by, lock=True).given
    if given is None:
        return False
    _end(session, given)
    return True


def _end(session: Session, given: Consent) -> None:
    given.revoked_at = clock.now()
    act(session, "text_consent.revoked", target=given, patient_id=given.patient_id)
