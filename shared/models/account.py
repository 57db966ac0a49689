"""An account: a way to sign in. It is not a patient; one account may act for several."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Account(PracticeRow, Base):
    """Somebody who can sign in to one practice, known by an e-mail address."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("practice_id", "email_bidx", name="uq_account_email"),
        CheckConstraint("length(name) between 1 and 200", name="name"),
        CheckConstraint("length(user_handle) between 16 and 64", name="user_handle"),
    )

    email = Encrypted()
    email_ct: Mapped[bytes]
    email_bidx: Mapped[bytes]
    # Staff only: what colleagues call them. A patient's name lives in the patient's record.
    name: Mapped[str | None]
    # WebAuthn's user handle: random, shared by all passkeys of the account, never an address.
    user_handle: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column()
    closed_at: Mapped[datetime | None]
    # Since when keys pressed alone do nothing for them at the desk (WCAG 2.1.4).
    single_keys_off_at: Mapped[datetime | None]
