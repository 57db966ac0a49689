"""The certificates SNS signs with: fetched from one host only, kept for a day.

Anybody may post an envelope that names any address of that host, so what was not found is
remembered for a minute, and of addresses not known yet only a few a minute are asked for: SNS
itself tries again for an hour.
"""

import time
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared.config import Settings

KEPT_SECONDS = 86_400.0
KEPT_AT_MOST = 8
SIZE_LIMIT = 20_000
FETCH_SECONDS = 4.0
HTTP_OK = 200

# How long a certificate that could not be had is not asked for again, and how many may fail.
MISSED_SECONDS = 60.0
MISSES_AT_MOST = 5

_kept: dict[str, tuple[float, RSAPublicKey]] = {}
_missed: dict[str, float] = {}


class CertificateRefused(Exception):
    """The certificate is elsewhere, unreachable, or none."""


def signing_key(url: str, *, settings: Settings) -> RSAPublicKey:
    """The public key of the certificate at `url`. Raises CertificateRefused."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise CertificateRefused("certificate elsewhere") from error
    if parts.scheme != settings.sns_cert_scheme or parts.netloc != settings.sns_cert_host:
        raise CertificateRefused("certificate elsewhere")
    if not parts.path.endswith(".pem") or parts.query or parts.fragment:
        raise CertificateRefused("certificate elsewhere")
    known = _kept.get(url)
    if known and time.monotonic() - known[0] < KEPT_SECONDS:
        return known[1]
    _check_misses(url)
    try:
        key = _key(fetch(url))
    except CertificateRefused:
        _missed[url] = time.monotonic()
        raise
    if len(_kept) >= KEPT_AT_MOST:
        _kept.clear()
    _kept[url] = (time.monotonic(), key)
    return key


def fetch(url: str) -> bytes:
    """GET one small page of SNS's, following nothing. Raises CertificateRefused."""
    try:
        answer = httpx.get(url, timeout=FETCH_SECONDS, follow_redirects=False)
    except httpx.HTTPError as error:
        raise CertificateRefused("unreachable") from error
    if answer.status_code != HTTP_OK or len(answer.content) > SIZE_LIMIT:
        raise CertificateRefused("unreachable")
    return answer.content


def _check_misses(url: str) -> None:
    """Raises CertificateRefused for what was just missed, or when too much was."""
    now = time.monotonic()
    for old in [one for one, at in _missed.items() if now - at >= MISSED_SECONDS]:
        _missed.pop(old, None)
    if url in _missed or len(_missed) >= MISSES_AT_MOST:
        raise CertificateRefused("missed a moment ago")


def forget() -> None:
    """Drop what is kept, for a test that changes the certificate behind an address."""
    _kept.clear()
    _missed.clear()


def _key(pem: bytes) -> RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError as error:
        raise CertificateRefused("not a certificate") from error
    if not isinstance(key, RSAPublicKey):
        raise CertificateRefused("not an RSA certificate")
    return key
