"""The proof that a notification came from Stripe, byte by byte and second by second."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.signature import SignatureRefused, verify

SECRET = "whsec_made_up_for_this_test"
AT = datetime(2027, 1, 4, 14, 30, tzinfo=UTC)
BODY = b'{"id": "evt_1", "object": "event"}'


def sign(body: bytes, *, secret: str = SECRET, at: datetime = AT) -> str:
    stamp = str(int(at.timestamp()))
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def header(*signatures: str, at: datetime = AT) -> str:
    return ",".join([f"t={int(at.timestamp())}", *(f"v1={one}" for one in signatures)])


def test_signature_is_accepted_when_it_fits_a_known_vector() -> None:
    # Computed with `openssl dgst -sha256 -hmac`, so that the test does not quote the code.
    known = "19d10b888f70d268176da43025185043a258f5320162e57a512fa925eaf7a27a"
    verify(BODY, header(known), secrets=(SECRET,), at=AT)


def test_signature_is_accepted_when_one_of_several_fits() -> None:
    verify(BODY, header("0" * 64, sign(BODY)), secrets=(SECRET,), at=AT)


def test_signature_is_accepted_with_either_secret_while_one_rotates() -> None:
    verify(BODY, header(sign(BODY, secret="whsec_new")), secrets=(SECRET, "whsec_new"), at=AT)


@pytest.mark.parametrize("age", [-60, 0, 300])
def test_signature_is_accepted_at_the_edges_of_its_time(age: int) -> None:
    signed_at = AT - timedelta(seconds=age)
    given = header(sign(BODY, at=signed_at), at=signed_at)
    verify(BODY, given, secrets=(SECRET,), at=AT)


@pytest.mark.parametrize(("age", "reason"), [(-61, "in the future"), (301, "too old")])
def test_signature_is_refused_beyond_its_time(age: int, reason: str) -> None:
    signed_at = AT - timedelta(seconds=age)
    given = header(sign(BODY, at=signed_at), at=signed_at)
    with pytest.raises(SignatureRefused, match=reason):
        verify(BODY, given, secrets=(SECRET,), at=AT)


@pytest.mark.parametrize(
    "body", [BODY + b" ", BODY.replace(b"evt_1", b"evt_2"), b"", BODY.replace(b" ", b"")]
)
def test_signature_is_refused_when_a_byte_differs(body: bytes) -> None:
    with pytest.raises(SignatureRefused, match="no signature fits"):
        verify(body, header(sign(BODY)), secrets=(SECRET,), at=AT)


def test_signature_is_refused_when_made_with_the_other_accounts_secret() -> None:
    with pytest.raises(SignatureRefused, match="no signature fits"):
        verify(BODY, header(sign(BODY, secret="whsec_other")), secrets=(SECRET,), at=AT)


def test_signature_is_refused_when_no_secret_is_configured() -> None:
    with pytest.raises(SignatureRefused, match="no signature fits"):
        verify(BODY, header(sign(BODY)), secrets=(), at=AT)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "t=",
        "nonsense",
        "t=1,t=2,v1=00",
        "t=-5,v1=00",
        "t=²,v1=00",
        f"v1={'0' * 64}",
        f"t={int(AT.timestamp())}",
        f"t={int(AT.timestamp())},v0={'0' * 64}",
        "t=1" + ",v1=00" * 500,
    ],
)
def test_header_is_refused_when_malformed(given: str) -> None:
    with pytest.raises(SignatureRefused):
        verify(BODY, given, secrets=(SECRET,), at=AT)


def test_header_may_hold_characters_that_are_not_ascii() -> None:
    with pytest.raises(SignatureRefused, match="no signature fits"):
        verify(BODY, f"t={int(AT.timestamp())},v1=é", secrets=(SECRET,), at=AT)
