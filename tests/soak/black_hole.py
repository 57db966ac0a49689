"""A small proxy before Postgres that can fall silent: bytes are taken and nothing comes back."""

import contextlib
import socket
import threading
from pathlib import Path

NAME = ".s.PGSQL.5432"


class BlackHole:
    """Listens on a Unix socket in `folder` and passes everything to the server's, until told."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self._server = str(server / NAME)
        self._silent = threading.Event()
        self._ends: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / NAME))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """From now on nothing passes, in either direction; connections stay open."""
        self._silent.set()

    def speak_again(self) -> None:
        """New connections pass; the old ones stay dead, as after a failed router."""
        self._silent.clear()
        self._hang_up()

    def close(self) -> None:
        """End it."""
        self._listener.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.close()
        self._ends.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._ends.append(client)
            if self._silent.is_set():
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            self._ends.append(server)
            for here, there in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(here, there), daemon=True).start()

    def _pass(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                if self._silent.is_set():
                    return
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)
