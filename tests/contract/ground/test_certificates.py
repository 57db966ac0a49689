"""Certificates over a real TLS handshake on loopback: good, of nobody we know, no answer at all."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.adapters.ground.certificates import HostUnavailable, read_certificate

ENDS = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sea.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(ENDS - timedelta(days=3650))
        .not_valid_after(ENDS)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, secret = tmp_path / "shown.pem", tmp_path / "secret.pem"
    shown.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, secret


@pytest.fixture
def port(files: tuple[Path, Path]) -> Iterator[int]:
    """A host that shows it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    wire, _ = listening.accept()
                    with context.wrap_socket(wire, server_side=True) as spoken:
                        spoken.recv(1)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_a_certificate_is_read_as_a_browser_would(port: int, files: tuple[Path, Path]) -> None:
    shown = read_certificate("127.0.0.1", port=port, roots=str(files[0]))
    assert shown.ends_at == ENDS
    assert shown.protocol == "TLSv1.3"


def test_one_that_nobody_vouches_for_is_refused(port: int) -> None:
    with pytest.raises(HostUnavailable, match="certificate"):
        read_certificate("127.0.0.1", port=port)


def test_a_host_that_does_not_listen_is_no_answer() -> None:
    with pytest.raises(HostUnavailable, match="no_answer"):
        read_certificate("127.0.0.1", port=1)
