"""What a patient agreed to: which text, which version of it, when; and when they took it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Consent(PracticeRow, Base):
    """FHIR Consent. One stands per patient and kind; a newer text is signed anew."""

    __tablename__ = "consent"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_consent_patient",
        ),
        CheckConstraint("kind in ('telehealth', 'phone', 'sms')", name="kind"),
        CheckConstraint("(kind = 'sms') = (number_ct is not null)", name="number"),
        CheckConstraint("length(text_sha256) = 32", name="text_sha256"),
        Index(
            "uq_consent_standing",
            "practice_id",
            "patient_id",
            "kind",
            unique=True,
            postgresql_where=text("revoked_at is null"),
        ),
    )

    patient_id: Mapped[UUID]
    # telehealth: to be seen by video; phone: to go on without a picture; sms: to get texts.
    kind: Mapped[str]
    # Of sms: the number that texts may go to, in E.164.
    number = Encrypted()
    number_ct: Mapped[bytes | None]
    version: Mapped[str]
    # Of the text's bytes as they were shown.
    text_sha256: Mapped[bytes]
    signed_at: Mapped[datetime]
    # The account that pressed: the patient's own, or whoever acts for them.
    signed_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
