"""The image without an engine: the same files, the same command, started and stopped in order."""

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools import image, sbom

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
BIN = Path(sys.executable).parent


def environment() -> dict[str, str]:
    """What the image's last stage sets."""
    block = DOCKERFILE.rsplit("\nENV ", 1)[1].split("\nCOPY")[0].replace("\\\n", " ")
    return dict(word.split("=", 1) for word in shlex.split(block))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/app as the image has it."""
    app = tmp_path_factory.mktemp("image") / "app"
    for path in image.context_files():
        (app / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, app / path)
    return app


@pytest.fixture
def silent_database() -> Iterator[str]:
    """The address of a server that takes the call and says nothing: the slowest page there is."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        port = listening.getsockname()[1]
        yield f"postgresql://bedside_web@127.0.0.1:{port}/bedside"


def settings(database: str, data: Path) -> dict[str, str]:
    return environment() | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "BEDSIDE_DATA": str(data),
        "BEDSIDE_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
        "BEDSIDE_WEB_DSN": database,
        "BEDSIDE_WORKER_DSN": database,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def test_the_files_are_the_program_s_and_no_others(program: Path) -> None:
    inside = {path.parts[0] for path in image.context_files()} - {"build"}
    assert inside == {
        *("admin", "docs", "marketing", "migrations", "portal", "shared", "tools"),
        *("requirements.lock", "wsgi.py"),
    }
    assert not (program / "shared/sandbox").exists()
    assert not list(program.rglob("test_*.py"))
    assert not list(program.rglob("*.pyc"))
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    named = {word for line in copied for word in line.split()} - {"build/rds-bundle.pem"}
    missing = [name for name in named if not (program / name).exists()]
    assert missing == []
    left = [
        path
        for path in image.context_files()
        if not any(path.is_relative_to(name) for name in [*named, "build"])
    ]
    assert left == [], "let in and never copied"


def test_it_starts_answers_and_finishes_what_it_has_when_told_to_stop(
    program: Path, silent_database: str, tmp_path: Path
) -> None:
    before = sorted(program.rglob("*"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = json.loads(DOCKERFILE.rsplit("\nCMD ", 1)[1])
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        command,
        cwd=program,
        env=settings(silent_database, tmp_path) | {"PORT": str(port)},
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        answers: list[int] = []
        slow = threading.Thread(
            target=lambda: answers.append(status(f"http://127.0.0.1:{port}/readyz"))
        )
        slow.start()
        time.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        slow.join(20)
        assert answers == [503], "the page that was being made is answered all the same"
        assert process.wait(40) == 0
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
    finally:
        process.kill()
        process.wait(10)
        log.close()
    assert sorted(program.rglob("*")) == before, "nothing is written beside the program"


@pytest.mark.parametrize(
    "command",
    [
        ["python", "-m", "shared.jobs.worker", "--help"],
        ["flask", "db", "upgrade", "--help"],
    ],
    ids=["worker", "migrate"],
)
def test_the_same_files_run_the_other_ways(
    program: Path, silent_database: str, tmp_path: Path, command: list[str]
) -> None:
    done = subprocess.run(
        command,
        cwd=program,
        env=settings(silent_database, tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_the_build_asks_for_a_digest_and_runs_as_nobody_in_particular() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE_IMAGE}"] * 2
    assert "ARG BASE_IMAGE=" not in DOCKERFILE
    assert "*@sha256:*" in DOCKERFILE
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert "USER 10001:10001" in last
    assert "apt-get" not in DOCKERFILE
    assert "pip uninstall" in last


def test_without_an_engine_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(image.NotBuilt, match="there is no container engine on this machine"):
        image.find_engine()


LOCK = f"base = {image.BASE}@sha256:{'a' * 64}\nrds-bundle = {'b' * 64}\n"


@pytest.mark.parametrize(
    "spoilt",
    [
        LOCK.replace("@sha256:" + "a" * 64, ""),
        LOCK.replace("a" * 64, "latest"),
        LOCK.replace("python", "somebody/python"),
        LOCK.replace("b" * 64, "unknown"),
        LOCK.replace("rds-bundle", "bundle"),
        "nonsense",
        LOCK + "another = 1\n",
    ],
)
def test_a_lock_that_pins_less_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoilt: str
) -> None:
    lock = tmp_path / "image.lock"
    monkeypatch.setattr(image, "PINS", lock)
    lock.write_text(LOCK)
    assert set(image.read_pins()) == {"base", "rds-bundle"}
    lock.write_text(spoilt)
    with pytest.raises(image.NotBuilt, match="by digest"):
        image.read_pins()


def authority(organisation: str, name: str = "Root") -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    named = {NameOID.ORGANIZATION_NAME: organisation, NameOID.COMMON_NAME: name}
    subject = x509.Name([x509.NameAttribute(*pair) for pair in named.items()])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """An engine that pulls and builds nothing, and Git that has the lock as it is."""
    ran: list[tuple[str, ...]] = []

    def told(*words: str) -> str:
        if words[1] == "inspect":
            return f"{image.BASE}@sha256:{'a' * 64}"
        return "" if words[1] == "status" else "0123456789ab"

    monkeypatch.setattr(image, "PINS", tmp_path / "image.lock")
    monkeypatch.setattr(image, "BUNDLE", tmp_path / "bundle.pem")
    monkeypatch.setattr(image, "run", lambda *words: ran.append(words))
    monkeypatch.setattr(image, "told", told)
    two = authority(image.AMAZON) + authority(image.AMAZON, "Second")
    monkeypatch.setattr(image, "download", lambda: two)
    monkeypatch.setattr(sbom, "write", lambda *_: None)
    return ran


def test_the_first_build_pins_says_what_to_look_at_and_builds_nothing(
    engine: list[tuple[str, ...]],
) -> None:
    with pytest.raises(image.NotBuilt, match="2 authorities") as said:
        image.build("docker", "")
    assert f"{image.BASE}@sha256:{'a' * 64}" in str(said.value)
    assert not [words for words in engine if "build" in words]
    assert set(image.read_pins()) == {"base", "rds-bundle"}


def test_what_is_pinned_but_not_committed_is_not_built_on(
    engine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    image.PINS.write_text(LOCK)
    monkeypatch.setattr(image, "told", lambda *_: "?? tools/image.lock")
    with pytest.raises(image.NotBuilt, match="not as it was committed"):
        image.build("docker", "")
    assert engine == []


def test_the_second_build_is_built_on_both_pins(
    engine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = authority(image.AMAZON)
    monkeypatch.setattr(image, "download", lambda: bundle)
    image.PINS.write_text(LOCK.replace("b" * 64, hashlib.sha256(bundle).hexdigest()))
    image.build("docker", "")
    [built] = [words for words in engine if "build" in words]
    assert f"BASE_IMAGE={image.BASE}@sha256:{'a' * 64}" in built
    assert f"RDS_BUNDLE_SHA256={hashlib.sha256(bundle).hexdigest()}" in built


@pytest.mark.parametrize("content", [b"<html>", b"\xff", authority("Somebody Else, Inc.")])
def test_certificates_that_are_not_amazon_s_are_never_pinned(
    engine: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(image, "download", lambda: content)
    with pytest.raises(image.NotBuilt):
        image.build("docker", "")
    assert not image.PINS.exists()


def test_other_certificates_than_those_looked_at_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(image, "BUNDLE", tmp_path / "bundle.pem")
    (tmp_path / "bundle.pem").write_text("another")
    with pytest.raises(image.NotBuilt, match="not those of tools"):
        image.fetch_bundle("0" * 64)


def test_the_list_of_what_is_inside_is_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", lock, re.MULTILINE))
    told = sbom.bill(lock)
    assert {(one["name"], one["version"]) for one in told["components"]} == pinned
    assert all(one["hashes"] for one in told["components"])
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, "it ended by itself"
        try:
            if status(address) == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("it does not answer")


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
