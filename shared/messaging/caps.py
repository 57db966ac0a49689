"""How many mails may leave in an hour: from one practice, and from the whole server.

Whoever makes us mail strangers by the thousand spends our good name with the mailbox providers,
and then the mail a patient is waiting for goes to spam. So there is an end to it, far above any
honest day. When it nears, strangers' sign-in mails stop first, other mail next, and last of all
what a person we know waits for in front of a screen. What is not sent says so (docs/states.md).
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.messaging.catalogue import find_template
from shared.models.dispatch import Dispatch
from shared.models.mail_count import MailCount

SERVER = "server"
TOO_MANY = "too_many_mails"
# The part of a cap that each kind of mail may fill, in hundredths.
STRANGERS, ORDINARY, WAITING = 70, 90, 100


class CapSettings(Protocol):
    """The part of the settings that says how much is too much."""

    @property
    def server_mails(self) -> int: ...
    @property
    def practice_mails(self) -> int: ...


def share_of(dispatch: Dispatch) -> int:
    """How much of a cap this mail may fill: those who are waited for by people we know come last
    to be stopped."""
    template = find_template(dispatch.template)
    if not template.urgent:
        return ORDINARY
    if template.face == "portal" and dispatch.account_id is None and dispatch.patient_id is None:
        return STRANGERS
    return WAITING


def take_place(session: Session, dispatch: Dispatch, settings: CapSettings) -> bool:
    """Count this mail; False, and counted no further, when it would be one too many.

    The server's row is locked until the claim commits, which is a matter of milliseconds.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    share = share_of(dispatch)
    practice = settings.practice_mails * share // 100
    server = settings.server_mails * share // 100
    return count_in(session, str(dispatch.practice_id), hour, practice) and count_in(
        session, SERVER, hour, server
    )


def count_in(session: Session, scope: str, hour: datetime, most: int) -> bool:
    """One more in this hour, unless it is full."""
    if most < 1:
        return False
    statement = (
        insert(MailCount)
        .values(scope=scope, hour=hour, sent=1)
        .on_conflict_do_update(
            index_elements=["scope", "hour"],
            set_={"sent": MailCount.sent + 1},
            where=MailCount.sent < most,
        )
        .returning(MailCount.sent)
    )
    return session.execute(statement).scalar_one_or_none() is not None
