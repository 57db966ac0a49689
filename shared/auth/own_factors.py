"""One's own passkeys: taking one away, as long as another way in is left."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.auth.ceremonies import DESK
from shared.auth.errors import LastFactor
from shared.auth.recovery_codes import count_recovery_codes
from shared.events import act
from shared.models.account import Account
from shared.models.passkey import Passkey


def end_passkey(session: Session, *, account: Account, passkey_id: UUID) -> Passkey:
    """Remove one of the account's passkeys; it opens nothing from now on.

    Raises NotFound for anybody else's, LastFactor when no other passkey and no code would be left.
    """
    held = session.scalars(
        select(Passkey)
        .where(
            Passkey.practice_id == account.practice_id,
            Passkey.account_id == account.id,
            Passkey.face == DESK,
            Passkey.ended_at.is_(None),
        )
        # Two removals at the same moment must not take the last two.
        .order_by(Passkey.id)
        .with_for_update()
    ).all()
    passkey = next((one for one in held if one.id == passkey_id), None)
    if passkey is None:
        raise NotFound
    if len(held) == 1 and count_recovery_codes(session, account) == 0:
        raise LastFactor
    passkey.ended_at = clock.now()
    act(session, "passkey.ended", target=passkey)
    return passkey
