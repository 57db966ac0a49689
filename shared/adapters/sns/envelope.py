"""Verifies an SNS envelope posted to us over HTTP.

Signature version 2 only (RSA PKCS #1 v1.5 over SHA-256; version 1 is SHA-1), one topic, recent,
and signed by a certificate from the one host we were told to believe. Source: Amazon SNS
developer guide, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from shared.adapters.sns.certificates import CertificateRefused, signing_key
from shared.config import Settings

NOTIFICATION = "Notification"
CONFIRMATIONS = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
# SNS goes on trying for at most an hour; the envelope keeps its first time.
BACKWARD = timedelta(minutes=65)
FORWARD = timedelta(minutes=1)

_SIGNED_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SIGNED_CONFIRMATION = (
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)


class EnvelopeRefused(Exception):
    """Not a genuine, recent message of our topic."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A verified envelope; `message` is the publisher's text, still to be read with care."""

    type: str
    message_id: str
    message: str
    timestamp: datetime
    subscribe_url: str | None


def open_envelope(raw: bytes, *, settings: Settings, at: datetime) -> Envelope:
    """Verify the raw body and return its envelope. Raises EnvelopeRefused."""
    fields = _fields(raw)
    if fields.get("TopicArn") != settings.sns_topic_arn:
        raise EnvelopeRefused("another topic")
    if fields.get("SignatureVersion") != "2":
        raise EnvelopeRefused("signature version")
    timestamp = _recent(fields.get("Timestamp", ""), at)
    _check_signature(fields, settings)
    return Envelope(
        type=fields["Type"],
        message_id=fields["MessageId"],
        message=fields["Message"],
        timestamp=timestamp,
        subscribe_url=fields.get("SubscribeURL"),
    )


def check_subscribe_url(url: str, *, settings: Settings) -> None:
    """Raises EnvelopeRefused unless the address is SNS's own: we are about to fetch it."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise EnvelopeRefused("subscription address elsewhere") from error
    if parts.scheme != settings.sns_cert_scheme or parts.netloc != settings.sns_cert_host:
        raise EnvelopeRefused("subscription address elsewhere")


def _fields(raw: bytes) -> dict[str, str]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise EnvelopeRefused("not JSON") from error
    if not isinstance(body, dict):
        raise EnvelopeRefused("not an envelope")
    return {key: value for key, value in body.items() if isinstance(value, str)}


def _recent(text: str, at: datetime) -> datetime:
    try:
        timestamp = datetime.fromisoformat(text)
    except ValueError as error:
        raise EnvelopeRefused("timestamp malformed") from error
    if timestamp.tzinfo is None:
        raise EnvelopeRefused("timestamp malformed")
    if not at - BACKWARD <= timestamp <= at + FORWARD:
        raise EnvelopeRefused("timestamp out of bounds")
    return timestamp


def _check_signature(fields: dict[str, str], settings: Settings) -> None:
    kind = fields.get("Type", "")
    if kind == NOTIFICATION:
        names = tuple(n for n in _SIGNED_NOTIFICATION if n != "Subject" or n in fields)
    elif kind in CONFIRMATIONS:
        names = _SIGNED_CONFIRMATION
    else:
        raise EnvelopeRefused("unknown type")
    try:
        signed = "".join(f"{name}\n{fields[name]}\n" for name in names).encode()
        signature = base64.b64decode(fields["Signature"], validate=True)
        key = signing_key(fields["SigningCertURL"], settings=settings)
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except KeyError as error:
        raise EnvelopeRefused(f"no {error.args[0]}") from error
    except (InvalidSignature, binascii.Error, UnicodeEncodeError) as error:
        raise EnvelopeRefused("signature does not fit") from error
    except CertificateRefused as error:
        raise EnvelopeRefused(str(error)) from error
