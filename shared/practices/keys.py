"""The data keys of a practice: made once, wrapped by KMS, loaded for the keyring."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.db import Context, open_session
from shared.keyring import FIELD, INDEX, KeyWrapper, WrappedKey, key_context
from shared.models.practice import DataKey


def make_keys(session: Session, wrapper: KeyWrapper, *, practice_id: UUID) -> None:
    """Add the first data keys of a new practice; KeysUnavailable when KMS cannot make them."""
    for purpose in (FIELD, INDEX):
        _, wrapped, key_id = wrapper.generate(key_context(practice_id, purpose, 1))
        session.add(
            DataKey(
                practice_id=practice_id,
                purpose=purpose,
                version=1,
                wrapped=wrapped,
                kms_key_id=key_id,
                created_at=clock.now(),
            )
        )


def load_keys(practice_id: UUID) -> list[WrappedKey]:
    """The wrapped keys of a practice, read in a transaction of its own (needs an app context)."""
    context = Context(practice_id, "bedside_public", "keyring")
    with open_session(context) as session:
        rows = session.execute(
            select(DataKey.purpose, DataKey.version, DataKey.wrapped, DataKey.kms_key_id).where(
                DataKey.practice_id == practice_id, DataKey.retired_at.is_(None)
            )
        )
        return [WrappedKey(*row) for row in rows]
