"""Resend: the second mail provider, for sign-in and operations mail when the first one fails.

https://resend.com/docs/api-reference/emails/send-email. One call, one mail, one outcome, as with
the first. It signs no agreement about health information, so nothing but those mails comes here.
Unlike the first it knows an idempotency key: the same mail within a day is sent once.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import cached_property
from typing import Any, Protocol

import httpx

from shared.adapters.email.letter import Deferred, Letter, Outcome, Refused, Sender, Sent, Unknown
from shared.adapters.email.mime import AUTOMATIC, address_line, method_of

# The values of last resort, and at this provider the only ones: the domain is verified there on
# the first day of a deployment, apart from the first provider's, so that no row can spoil it.
DEFAULT_SENDER = Sender("Your practice", "visits@second.bedside.example", source="fallback")
API_BASE = "https://api.resend.com"
TIMEOUT = httpx.Timeout(10.0, connect=2.0)
# Resend refuses requests that do not say what sends them.
AGENT = "bedside/1"

NOT_CONFIGURED = "second_provider_not_configured"
QUOTAS = frozenset({"daily_quota_exceeded", "monthly_quota_exceeded"})
TAKEN_TWICE = "invalid_idempotent_request"


class SecondMailSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def resend_api_base(self) -> str: ...
    @property
    def resend_api_key(self) -> str: ...


class ResendMail:
    """The vendor's client, made once a process and safe to share between threads."""

    def __init__(self, settings: SecondMailSettings) -> None:
        self._base = settings.resend_api_base.rstrip("/") or API_BASE
        self._key = settings.resend_api_key

    @property
    def is_configured(self) -> bool:
        """Whether there is a key at all."""
        return bool(self._key)

    @cached_property
    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._key}", "User-Agent": AGENT}
        return httpx.Client(
            base_url=self._base, headers=headers, timeout=TIMEOUT, follow_redirects=False
        )

    def send(self, letter: Letter, *, key: str) -> Outcome:
        """Send one letter, once a day for the same `key`. Never raises for what the vendor does."""
        if not self.is_configured:
            return Deferred(NOT_CONFIGURED)
        try:
            answer = self._client.post(
                "/emails", json=_body(letter), headers={"Idempotency-Key": key}
            )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Deferred("no_connection")
        except httpx.HTTPError:
            return Unknown("no_answer")
        except (ValueError, httpx.InvalidURL):  # an invitation without a METHOD, a broken setting
            return Refused("unwritable_letter")
        return _read(answer)


def from_second_provider(letter: Letter) -> Letter:
    """The letter under the sender this provider knows, with the practice's name kept."""
    sender = replace(DEFAULT_SENDER, name=letter.sender.name, reply_to=letter.sender.reply_to)
    return replace(letter, sender=sender)


def _body(letter: Letter) -> dict[str, Any]:
    body: dict[str, Any] = {
        "from": address_line(letter.sender),
        "to": [letter.to],
        "subject": letter.subject,
        "html": letter.html,
        "text": letter.text,
        "headers": {AUTOMATIC[0]: AUTOMATIC[1]},
        "tags": [{"name": name, "value": value} for name, value in letter.tags.items()],
    }
    if letter.sender.reply_to:
        body["reply_to"] = letter.sender.reply_to
    if letter.calendar:
        content = base64.b64encode(letter.calendar.encode()).decode()
        kind = f"text/calendar; charset=utf-8; method={method_of(letter.calendar)}"
        body["attachments"] = [{"filename": "invite.ics", "content": content, "content_type": kind}]
    return body


def _read(answer: httpx.Response) -> Outcome:
    """What an answer means for this mail."""
    said = _said(answer)
    if answer.is_success:
        message_id = said.get("id")
        return Sent(message_id) if isinstance(message_id, str) else Unknown("unreadable_answer")
    name = said.get("name")
    code = name if isinstance(name, str) and name.isidentifier() else f"http_{answer.status_code}"
    if code == TAKEN_TWICE:
        # Something was already taken under this key, in other words: not to be sent again.
        return Unknown(code)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or code in QUOTAS:
        return Deferred(code)
    if answer.status_code in (httpx.codes.INTERNAL_SERVER_ERROR, httpx.codes.SERVICE_UNAVAILABLE):
        return Deferred("vendor_unavailable")
    if answer.is_server_error or answer.status_code == httpx.codes.CONFLICT:
        return Unknown(f"gateway_{answer.status_code}")
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Deferred(code)
    return Refused(code)


def _said(answer: httpx.Response) -> dict[str, Any]:
    try:
        read = answer.json()
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
