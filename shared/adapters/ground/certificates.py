"""The certificate a host shows to a browser: whose, until when, over which TLS."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

PORT = 443
ANSWER_WITHIN = 5.0


class HostUnavailable(Exception):
    """The host did not answer, or not with a certificate that a browser takes; `str` says which."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a browser would see."""

    ends_at: datetime
    protocol: str


def read_certificate(host: str, *, port: int = PORT, roots: str | None = None) -> Certificate:
    """The certificate of a host, checked as a browser does. Raises HostUnavailable.

    `roots` is a file of authorities to believe instead of the machine's.
    """
    context = ssl.create_default_context(cafile=roots)
    try:
        with (
            socket.create_connection((host, port), timeout=ANSWER_WITHIN) as wire,
            context.wrap_socket(wire, server_hostname=host) as spoken,
        ):
            shown = spoken.getpeercert() or {}
            protocol = spoken.version() or ""
    except ssl.SSLCertVerificationError as error:
        raise HostUnavailable("certificate") from error
    except (OSError, ValueError) as error:
        raise HostUnavailable("no_answer") from error
    ends = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return Certificate(datetime.fromtimestamp(ends, UTC), protocol)
