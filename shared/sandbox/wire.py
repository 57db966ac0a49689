"""What WSGI hides: the raw path, and the socket that a rude vendor would slam shut."""

import contextlib
import os
import socket
import struct
from typing import Any

from werkzeug.exceptions import ClientDisconnected


def split_wire(environ: dict[str, Any]) -> tuple[str, str]:
    """Path and query as sent, still percent-encoded (signatures cover exactly these bytes)."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI") or environ.get("PATH_INFO", "/")
    path, _, query = str(raw).partition("?")
    return path, query


def reset_connection(environ: dict[str, Any]) -> None:
    """Close with a TCP reset, as a load balancer does when it dies; never returns."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # The server's files on this socket would keep it open: take the descriptor away.
            os.close(connection.detach())
    raise ClientDisconnected
