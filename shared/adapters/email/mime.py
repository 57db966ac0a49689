"""A letter as raw MIME, for mail that carries an invitation.

Calendar programs show an invitation only when `text/calendar` is an alternative of the text, the
last one, without a disposition (RFC 6047 section 2.4); the vendor's simple form would make it an
attachment.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from shared.adapters.email.letter import Letter, Sender

# RFC 3834: nobody's holiday notice should answer these.
AUTOMATIC = ("Auto-Submitted", "auto-generated")

_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)


def address_line(sender: Sender) -> str:
    """The From line, its display name encoded where it is not plain ASCII (RFC 2047)."""
    return formataddr((sender.name, sender.address))


def raw_message(letter: Letter) -> bytes:
    """The whole letter, text first and invitation last. Raises ValueError without a METHOD."""
    message = EmailMessage(policy=SMTP)
    message["From"] = address_line(letter.sender)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    if letter.sender.reply_to:
        message["Reply-To"] = letter.sender.reply_to
    message[AUTOMATIC[0]] = AUTOMATIC[1]
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar:
        message.add_alternative(
            letter.calendar,
            subtype="calendar",
            cte="base64",
            params={"method": method_of(letter.calendar)},
        )
    return message.as_bytes()


def method_of(calendar: str) -> str:
    """REQUEST, CANCEL ...: the iTIP method (RFC 5546) of an iCalendar object."""
    found = _METHOD.search(calendar)
    if not found:
        raise ValueError("an invitation needs a METHOD")
    return found.group(1)
