"""A browser without a screen: Flask's test client, signed in, on the right host, reading forms."""

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.auth.sessions import start_session
from shared.db import open_session
from shared.models.account import Account
from shared.web.cookies import session_cookie_name
from tests.people import PatientOf, PracticeOf, StaffOf
from tests.visiting import forget_last_request

HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)" value="([^"]*)"')


@dataclass
class Browser:
    """One person's browser on one practice's host."""

    client: FlaskClient
    base: str

    def get(self, path: str, **options: object) -> TestResponse:
        """A page."""
        forget_last_request()
        return self.client.get(path, base_url=self.base, **options)  # type: ignore[arg-type]

    def hidden(self, page: str) -> dict[str, object]:
        """The hidden fields of a form printed on `page`."""
        return dict(HIDDEN.findall(self.get(page).get_data(as_text=True)))

    def post(
        self, path: str, data: dict[str, object] | None = None, *, printed_on: str | None = None
    ) -> TestResponse:
        """Send a form, with the hidden fields of the page it is printed on."""
        fields: dict[str, object] = {}
        if printed_on is not None:
            fields = self.hidden(printed_on)
        forget_last_request()
        return self.client.post(path, base_url=self.base, data={**fields, **(data or {})})


def stranger(app: Flask, practice: PracticeOf) -> Browser:
    """Somebody who has not signed in."""
    return Browser(app.test_client(), f"http://{practice.host}")


def signed_in(app: Flask, practice: PracticeOf, person: PatientOf | StaffOf) -> Browser:
    """A patient in the portal, or staff at the desk."""
    face = "portal" if isinstance(person, PatientOf) else "admin"
    with open_session(practice.context("bedside_gate")) as session:
        account = session.get_one(Account, (practice.id, person.account_id))
        started = start_session(
            session,
            account=account,
            face=face,
            factor="link" if face == "portal" else "passkey",
            device="Test browser",
            patient_id=person.id if isinstance(person, PatientOf) else None,
        )
        token = started.token
    browser = stranger(app, practice)
    browser.client.set_cookie(session_cookie_name(face), token, domain=practice.host)
    return browser
