"""A visitor without JavaScript: follows links, fills in forms as printed, keeps cookies."""

import json
import re
from html import unescape
from typing import Any
from uuid import UUID

from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.db import Context, open_session
from shared.models.dispatch import Dispatch

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<(?:input|button)\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


class Visitor:
    """One browser on one host."""

    def __init__(self, app: Flask, host: str = "localhost", **environ: str) -> None:
        self.host = host
        self.client: FlaskClient = app.test_client()
        self.environ = environ
        self.last: TestResponse | None = None

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open an address."""
        forget_last_request()
        self.last = self.client.get(
            path, base_url=f"http://{self.host}", environ_overrides=self.environ, **kwargs
        )
        return self.last

    def post(self, path: str, data: dict[str, str], **kwargs: Any) -> TestResponse:
        """Send a form as it is."""
        forget_last_request()
        self.last = self.client.post(
            path,
            data=data,
            base_url=f"http://{self.host}",
            environ_overrides=self.environ,
            **kwargs,
        )
        return self.last

    def submit(self, action: str, **fields: str) -> TestResponse:
        """Fill in the form of the last page whose action contains `action`, and send it."""
        target, values = self.form(action)
        return self.post(target, values | fields)

    def form(self, action: str) -> tuple[str, dict[str, str]]:
        """The action and hidden values of a form on the last page."""
        assert self.last is not None
        for head, body in _FORM.findall(self.last.text):
            attributes = dict(_ATTRIBUTE.findall(head))
            target = unescape(attributes.get("action", ""))
            if action in target:
                inputs = (dict(_ATTRIBUTE.findall(found)) for found in _INPUT.findall(body))
                return target, {
                    one["name"]: unescape(one.get("value", "")) for one in inputs if "name" in one
                }
        raise AssertionError(f"no form for {action} on this page")

    def cookie(self, name: str) -> str | None:
        """The value of a cookie of this host."""
        found = self.client.get_cookie(name, domain=self.host)
        return found.value if found else None


def forget_last_request() -> None:
    """Tests run inside one application context; a real request begins with an empty `g`."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


def mails(practice_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """Every mail the practice has asked for, oldest first: template and context."""
    with open_session(Context(practice_id, "bedside_job", "job")) as session:
        rows = session.scalars(
            select(Dispatch).order_by(Dispatch.created_at, Dispatch.id).execution_options(door=True)
        ).all()
        return [(row.template, dict(json.loads(row.context or "{}")["context"])) for row in rows]
