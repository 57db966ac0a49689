"""The key of the downtime sheets: made once, its secret half handed to the owner and forgotten."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.booking.downtime import find_key
from shared.events import act
from shared.models.downtime_sheet import SheetKey

BITS = 3072
SHORTEST_PASSPHRASE = 12
LASTS = timedelta(days=3650)


class PassphraseTooShort(ValueError):
    """Whoever finds the file must not guess what opens it."""


def make_sheet_key(session: Session, *, passphrase: str, by: Principal) -> bytes:
    """Seal sheets for a new key from now on; returns its secret half (PKCS 8, PEM), kept nowhere.

    Older sheets still open with the older key. Raises PassphraseTooShort. Whoever calls it has
    seen a fresh proof of who asks.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort
    if by.account_id is None:
        raise NotFound
    end_sheet_key(session, by=by)
    secret = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    now = clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Downtime sheets")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LASTS)
        .sign(secret, hashes.SHA256())
    )
    row = SheetKey(
        practice_id=by.practice_id,
        certificate=certificate.public_bytes(Encoding.PEM).decode(),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        made_by=by.account_id,
        made_at=now,
        ended_at=None,
    )
    session.add(row)
    act(session, "sheet_key.made", target=row)
    locked = BestAvailableEncryption(passphrase.encode())
    return secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


def end_sheet_key(session: Session, *, by: Principal) -> None:
    """No more sheets for the present key."""
    row = find_key(session, practice_id=by.practice_id)
    if row is not None:
        row.ended_at = clock.now()
        act(session, "sheet_key.ended", target=row)
