"""Asking for a mail: the row in the business transaction, the sending after it commits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.dispatches import find_dispatch_by_key
from shared.access.principal import Principal
from shared.events import act
from shared.keyring import blind_index, normalise_email
from shared.messaging.catalogue import check_context, find_template
from shared.models.dispatch import Dispatch
from shared.queue import defer

DEDUPE_CONSTRAINT = "uq_dispatch_dedupe"
NO_ADDRESS = "no_address"


def send_email(
    session: Session,
    *,
    to: str | None,
    template: str,
    context: Mapping[str, Any],
    patient_id: UUID | None = None,
    account_id: UUID | None = None,
    about: tuple[str, UUID] | None = None,
    dedupe_key: str | None = None,
    calendar: str | bytes | None = None,
) -> Dispatch:
    """Record that a mail is to be sent, and ask for it to be sent once this commits.

    `context` may hold only what the template's line in the catalogue lists. `link` is a path on the
    practice's own site; `starts_at` an aware datetime with its IANA `time_zone`. `calendar` is an
    iCalendar object with a METHOD. Without an address the row says `skipped`. A second mail with
    the same `dedupe_key` is the first one. Flushes. Raises UnknownTemplate, NotForMail.
    """
    check_context(find_template(template), frozenset(context))
    practice_id = session.info["context"].practice_id
    if dedupe_key is not None:
        earlier = _find_earlier(session, practice_id, dedupe_key)
        if earlier is not None:
            return earlier
    address = normalise_email(to) if to else None
    dispatch = Dispatch(
        practice_id=practice_id,
        channel="email",
        template=template,
        patient_id=patient_id,
        account_id=account_id,
        about_type=about[0] if about else None,
        about_id=about[1] if about else None,
        status="queued" if address else "skipped",
        reason=None if address else NO_ADDRESS,
        attempts=0,
        dedupe_key=dedupe_key,
        created_at=clock.now(),
        to=address,
        to_bidx=blind_index(practice_id, "email", address),
        context=_packed(context, calendar) if address else None,
    )
    return _store(session, dispatch)


def _store(session: Session, dispatch: Dispatch) -> Dispatch:
    """Insert and ask; or answer with the message that somebody else just stored under the key."""
    action = "dispatch.queued" if dispatch.status == "queued" else "dispatch.skipped"
    words = find_template(dispatch.template).label
    try:
        with session.begin_nested():
            session.add(dispatch)
            act(
                session,
                action,
                target=dispatch,
                patient_id=dispatch.patient_id,
                mail=words,
                reason=dispatch.reason or "",
            )
    except IntegrityError as conflict:
        if DEDUPE_CONSTRAINT not in str(conflict.orig) or dispatch.dedupe_key is None:
            raise
        earlier = _find_earlier(session, dispatch.practice_id, dispatch.dedupe_key)
        if earlier is None:
            raise
        return earlier
    if dispatch.status == "queued":
        ask_to_send(session, dispatch.id)
    return dispatch


def ask_to_send(session: Session, dispatch_id: UUID, *, run_at: datetime | None = None) -> None:
    """Enqueue the sending. Jobs for one dispatch run one at a time."""
    defer(
        session,
        "send_dispatch",
        run_at=run_at,
        lock=f"dispatch:{dispatch_id}",
        dispatch_id=dispatch_id,
    )


def _find_earlier(session: Session, practice_id: UUID, dedupe_key: str) -> Dispatch | None:
    """The message under the key, as far as the transaction's own role may see it."""
    viewer = Principal.job(practice_id, "send_email")
    return find_dispatch_by_key(session, viewer=viewer, dedupe_key=dedupe_key)


def _packed(context: Mapping[str, Any], calendar: str | bytes | None) -> str:
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in context.items()
    }
    text = calendar.decode() if isinstance(calendar, bytes) else calendar
    return json.dumps({"context": plain, "calendar": text}, sort_keys=True, default=str)
