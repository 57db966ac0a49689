"""A wish in JSON as the mail a reader would get."""

import base64
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any


def build_mail(mail: dict[str, Any], at: datetime) -> bytes:
    """The bytes of the mail."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = mail["from"], ", ".join(mail["to"])
    message["Subject"], message["Date"] = mail["subject"], format_datetime(at)
    if mail.get("reply_to"):
        replies = mail["reply_to"]
        message["Reply-To"] = replies if isinstance(replies, str) else ", ".join(replies)
    for name, value in (mail.get("headers") or {}).items():
        message[name] = value
    if mail.get("text"):
        message.set_content(mail["text"])
        if mail.get("html"):
            message.add_alternative(mail["html"], subtype="html")
    else:
        message.set_content(mail["html"], subtype="html")
    for part in mail.get("attachments") or []:
        main, _, sub = part.get("content_type", "application/octet-stream").partition("/")
        message.add_attachment(
            base64.b64decode(part["content"]),
            maintype=main,
            subtype=sub.partition(";")[0],
            filename=part["filename"],
        )
    return message.as_bytes()
