"""Ways into a throw-away practice for programs that look at it: sessions of its own people."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

import wsgi
from shared.auth.accounts import find_account
from shared.auth.sessions import start_session
from shared.config import load_settings
from shared.db import Context, db, open_session
from shared.models.patient_access import PatientAccess
from shared.practices.hosts import find_practice_at
from shared.web.cookies import session_cookie_name
from tools.run import Practice as Running


@dataclass(frozen=True)
class Cookie:
    """What a browser has to send to be somebody."""

    name: str
    value: str

    @property
    def header(self) -> str:
        """As a request's header."""
        return f"{self.name}={self.value}"


@contextmanager
def inside(running: Running) -> Iterator[Flask]:
    """The running practice's program in this process."""
    os.environ.update(running.environ)
    app = wsgi.make_app(load_settings())
    with app.app_context():
        yield app
        db.engine.dispose()


def cookie_of(host: str, face: str, email: str) -> Cookie:
    """Sign somebody in at `host` by their address; call it inside the program."""
    place = find_practice_at(host=host, face=face)
    if place is None:
        raise LookupError(f"nobody lives at {host}")
    with open_session(Context(place.id, "bedside_gate", "tools")) as session:
        account = find_account(session, practice_id=place.id, email=email)
        if account is None:
            raise LookupError(f"{place.name} knows nobody at {email}")
        patient_id = session.scalars(
            select(PatientAccess.patient_id).where(PatientAccess.account_id == account.id)
        ).first()
        started = start_session(
            session,
            account=account,
            face=face,
            factor="link" if face == "portal" else "passkey",
            device="Tools",
            patient_id=patient_id if face == "portal" else None,
        )
        return Cookie(session_cookie_name(face), started.token)
