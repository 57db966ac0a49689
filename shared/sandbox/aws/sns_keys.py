"""The key SNS signs with here: made once, kept on disk, its certificate self-signed."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

KEY_FILE = "sns-signing-key.pem"
CERTIFICATE_FILE = "sns-signing-cert.pem"
CERTIFICATE_PATH = "/sns/SimpleNotificationService-sandbox.pem"


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    # Wide on both sides: the sandbox's clock may stand years from today.
    today = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(today - timedelta(days=3650))
    return builder.not_valid_after(today + timedelta(days=7300)).sign(key, hashes.SHA256())


def ensure_signing_key(home: Path) -> None:
    """Make key and certificate at the first start; later starts find them."""
    if (home / CERTIFICATE_FILE).exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (home / KEY_FILE).write_bytes(pem)
    (home / KEY_FILE).chmod(0o600)
    certificate = _certificate(key).public_bytes(serialization.Encoding.PEM)
    (home / CERTIFICATE_FILE).write_bytes(certificate)


def read_certificate(home: Path) -> bytes:
    return (home / CERTIFICATE_FILE).read_bytes()


def sign_text(home: Path, text: str) -> str:
    """SignatureVersion 2: RSA PKCS#1 v1.5 over SHA-256, in base64."""
    key = serialization.load_pem_private_key((home / KEY_FILE).read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{KEY_FILE} holds no RSA key")
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()
