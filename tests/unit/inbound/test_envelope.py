"""SNS envelopes: genuine ones open, everything else is refused before anybody reads it."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from shared.adapters.sns import certificates
from shared.adapters.sns.certificates import CertificateRefused
from shared.adapters.sns.envelope import EnvelopeRefused, check_subscribe_url, open_envelope
from shared.adapters.sns.subscription import SubscriptionFailed, confirm_subscription
from shared.config import Settings, load_settings

AT = datetime(2027, 1, 4, 14, 30, tzinfo=UTC)
HOST = "sns.us-east-1.amazonaws.com"
CERT_URL = f"https://{HOST}/SimpleNotificationService-0123.pem"
TOPIC = "arn:aws:sns:us-east-1:000000000000:bedside-ses-events"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


def envelope(**changes: str | None) -> dict[str, str]:
    fields = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": '{"eventType": "Delivery"}',
        "Timestamp": "2027-01-04T14:29:58.123Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERT_URL,
        **changes,
    }
    return {key: value for key, value in fields.items() if value is not None}


def seal(fields: dict[str, str], *, key: rsa.RSAPrivateKey = KEY) -> bytes:
    order = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn")
    text = "".join(f"{name}\n{fields[name]}\n" for name in (*order, "Type") if name in fields)
    sealed = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return json.dumps({**fields, "Signature": base64.b64encode(sealed).decode()}).encode()


@pytest.fixture
def settings() -> Settings:
    return load_settings({"BEDSIDE_SECRET_KEY": "x" * 40, "BEDSIDE_ENV": "test"})


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """SNS's certificate host, counting who asks."""
    asked: list[str] = []

    def answer(url: str) -> bytes:
        asked.append(url)
        return certificate()

    certificates.forget()
    monkeypatch.setattr(certificates, "fetch", answer)
    yield asked
    certificates.forget()


@pytest.mark.parametrize("extra", [{}, {"Subject": "Amazon SES Email Event Notification"}])
def test_notification_opens_when_genuine(settings: Settings, extra: dict[str, str]) -> None:
    opened = open_envelope(seal(envelope(**extra)), settings=settings, at=AT)
    assert opened.type == "Notification"
    assert opened.message_id == "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"
    assert json.loads(opened.message) == {"eventType": "Delivery"}


def test_certificate_is_fetched_once(settings: Settings, served: list[str]) -> None:
    for _ in range(3):
        open_envelope(seal(envelope()), settings=settings, at=AT)
    assert served == [CERT_URL]


def test_confirmation_opens_when_genuine(settings: Settings) -> None:
    fields = envelope(
        Type="SubscriptionConfirmation",
        Token="t0k3n",
        SubscribeURL=f"https://{HOST}/?Action=ConfirmSubscription&Token=t0k3n",
    )
    opened = open_envelope(seal(fields), settings=settings, at=AT)
    assert opened.subscribe_url == fields["SubscribeURL"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"TopicArn": TOPIC.replace("0000", "1111")}, "another topic"),
        ({"SignatureVersion": "1"}, "signature version"),
        ({"SignatureVersion": None}, "signature version"),
        ({"Timestamp": "2027-01-04T13:24:59Z"}, "out of bounds"),
        ({"Timestamp": "2027-01-04T14:31:01Z"}, "out of bounds"),
        ({"Timestamp": "yesterday"}, "malformed"),
        ({"Timestamp": "2027-01-04T14:29:58"}, "malformed"),
        ({"Type": "Surprise"}, "unknown type"),
        ({"Type": "SubscriptionConfirmation"}, "no SubscribeURL"),
        ({"SigningCertURL": "https://sns.us-east-1.amazonaws.com.evil.example/a.pem"}, "elsewhere"),
        ({"SigningCertURL": CERT_URL.replace("https", "http")}, "elsewhere"),
        ({"SigningCertURL": f"https://{HOST}/a.txt"}, "elsewhere"),
        ({"SigningCertURL": f"{CERT_URL}?x=.pem"}, "elsewhere"),
        ({"SigningCertURL": f"https://someone@{HOST}/a.pem"}, "elsewhere"),
        ({"SigningCertURL": None}, "no SigningCertURL"),
        ({"Message": "a lone \ud800 surrogate"}, "does not fit"),
    ],
)
def test_envelope_is_refused_when(
    settings: Settings, changes: dict[str, str | None], reason: str
) -> None:
    fields = envelope(**changes)
    try:
        raw = seal(fields)
    except UnicodeEncodeError:
        raw = json.dumps({**fields, "Signature": "AAAA"}).encode()
    with pytest.raises(EnvelopeRefused, match=reason):
        open_envelope(raw, settings=settings, at=AT)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"TopicArn": 5}', b"Type=Notification"]
)
def test_body_is_refused_when_it_is_no_envelope(settings: Settings, raw: bytes) -> None:
    with pytest.raises(EnvelopeRefused):
        open_envelope(raw, settings=settings, at=AT)


def test_envelope_is_refused_when_the_message_was_changed(settings: Settings) -> None:
    body = json.loads(seal(envelope()))
    body["Message"] = '{"eventType": "Bounce"}'
    with pytest.raises(EnvelopeRefused, match="does not fit"):
        open_envelope(json.dumps(body).encode(), settings=settings, at=AT)


@pytest.mark.parametrize("signature", ["", "not base64!", "AAAA"])
def test_envelope_is_refused_when_the_signature_is_nonsense(
    settings: Settings, signature: str
) -> None:
    raw = json.dumps({**envelope(), "Signature": signature}).encode()
    with pytest.raises(EnvelopeRefused, match="does not fit"):
        open_envelope(raw, settings=settings, at=AT)


def test_envelope_is_refused_when_signed_by_somebody_else(settings: Settings) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(EnvelopeRefused, match="does not fit"):
        open_envelope(seal(envelope(), key=other), settings=settings, at=AT)


@pytest.mark.parametrize(
    "served_bytes", [b"<html>", certificate(ec.generate_private_key(ec.SECP256R1()))]
)
def test_envelope_is_refused_when_the_certificate_is_none_of_ours(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, served_bytes: bytes
) -> None:
    monkeypatch.setattr(certificates, "fetch", lambda url: served_bytes)
    with pytest.raises(EnvelopeRefused, match="certificate"):
        open_envelope(seal(envelope()), settings=settings, at=AT)


def test_forged_notices_do_not_make_us_fetch_again_and_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def absent(url: str) -> bytes:
        asked.append(url)
        raise CertificateRefused("unreachable")

    monkeypatch.setattr(certificates, "fetch", absent)
    forged = [f"https://{HOST}/{number}.pem" for number in range(50)] + [f"https://{HOST}/0.pem"]
    for url in forged:
        with pytest.raises(EnvelopeRefused):
            open_envelope(seal(envelope(SigningCertURL=url)), settings=settings, at=AT)
    assert len(asked) == certificates.MISSES_AT_MOST
    certificates._missed.update(
        dict.fromkeys(certificates._missed, time.monotonic() - certificates.MISSED_SECONDS)
    )
    with pytest.raises(EnvelopeRefused):
        open_envelope(seal(envelope(SigningCertURL=forged[0])), settings=settings, at=AT)
    assert len(asked) == certificates.MISSES_AT_MOST + 1


def test_a_known_certificate_is_believed_while_others_are_missed(
    settings: Settings, served: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_envelope(seal(envelope()), settings=settings, at=AT)
    for number in range(certificates.MISSES_AT_MOST):
        certificates._missed[f"https://{HOST}/{number}.pem"] = time.monotonic()
    open_envelope(seal(envelope()), settings=settings, at=AT)
    assert len(served) == 1


def test_kept_certificates_stay_few(settings: Settings, served: list[str]) -> None:
    for number in range(certificates.KEPT_AT_MOST + 2):
        url = f"https://{HOST}/{number}.pem"
        open_envelope(seal(envelope(SigningCertURL=url)), settings=settings, at=AT)
    assert len(served) == certificates.KEPT_AT_MOST + 2


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/?Action=ConfirmSubscription",
        f"http://{HOST}/?Action=ConfirmSubscription",
        f"https://{HOST}:444/?Action=ConfirmSubscription",
        "file:///etc/passwd",
    ],
)
def test_subscription_is_not_confirmed_elsewhere(settings: Settings, url: str) -> None:
    with pytest.raises(EnvelopeRefused, match="elsewhere"):
        check_subscribe_url(url, settings=settings)


def test_subscription_is_confirmed_by_fetching_its_address(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("shared.adapters.sns.subscription.fetch", asked.append)
    confirm_subscription(f"https://{HOST}/?Token=t", settings=settings)
    assert asked == [f"https://{HOST}/?Token=t"]


def test_subscription_may_be_tried_again_when_sns_is_silent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(url: str) -> bytes:
        raise CertificateRefused("unreachable")

    monkeypatch.setattr("shared.adapters.sns.subscription.fetch", silent)
    with pytest.raises(SubscriptionFailed):
        confirm_subscription(f"https://{HOST}/?Token=t", settings=settings)
