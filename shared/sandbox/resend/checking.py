"""What Resend refuses: a mail without recipient or words, addresses and tags it rejects."""

import base64
import binascii
import re
from email.utils import getaddresses
from typing import Any

TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
KNOWN = {
    *("from", "to", "subject", "html", "text", "headers", "attachments", "tags"),
    *("cc", "bcc", "reply_to", "scheduled_at", "topic_id"),
}
MOST_RECIPIENTS = 50


class ResendError(Exception):
    """An answer that is an error, with its own name."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message

    def body(self) -> dict[str, Any]:
        """The shape every error has."""
        return {"statusCode": self.status, "name": self.name, "message": self.message}


def _refused(message: str, name: str = "validation_error") -> ResendError:
    return ResendError(422, name, message)


def check_mail(wanted: object) -> dict[str, Any]:
    """The mail as wished for, with `to` as a list. Raises ResendError."""
    if not isinstance(wanted, dict):
        raise ResendError(400, "validation_error", "The request body is not valid JSON.")
    unknown = set(wanted) - KNOWN
    if unknown:
        raise _refused(f"Unknown field: {min(unknown)}")
    mail = dict(wanted)
    for name in ("from", "to", "subject"):
        if not mail.get(name):
            raise _refused(f"Missing `{name}` field.", "missing_required_field")
    if not mail.get("html") and not mail.get("text"):
        raise _refused("Missing `html` or `text` field.", "missing_required_field")
    mail["to"] = mail["to"] if isinstance(mail["to"], list) else [mail["to"]]
    if len(mail["to"]) > MOST_RECIPIENTS:
        raise _refused("The `to` field accepts at most 50 addresses.")
    for one in (mail["from"], *mail["to"]):
        _check_address(one)
    _check_tags(mail.get("tags", []))
    _check_attachments(mail.get("attachments", []))
    return mail


def _check_address(text: object) -> None:
    found = getaddresses([text]) if isinstance(text, str) else []
    broken = not isinstance(text, str) or any(mark in text for mark in "\r\n")
    if broken or len(found) != 1 or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", found[0][1]):
        raise _refused("Invalid email format: use `email@example.com` or `Name <email@...>`.")


def _check_tags(tags: object) -> None:
    if not isinstance(tags, list):
        raise _refused("`tags` must be an array.")
    for tag in tags:
        parts = (tag.get("name"), tag.get("value")) if isinstance(tag, dict) else ("", "")
        if not all(isinstance(part, str) and TAG.fullmatch(part) for part in parts):
            raise _refused("Tags should only contain ASCII letters, numbers, _, or dashes.")


def _check_attachments(attachments: object) -> None:
    if not isinstance(attachments, list):
        raise _refused("`attachments` must be an array.")
    for part in attachments:
        try:
            base64.b64decode(part["content"], validate=True)
            named = bool(part["filename"])
        except (KeyError, TypeError, binascii.Error):
            named = False
        if not named:
            raise ResendError(422, "invalid_attachment", "Attachments need content and filename.")
