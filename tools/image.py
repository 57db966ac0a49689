"""`make image`: builds the image on a base pinned by digest, and says what is inside.

Without a container engine nothing can be built here, and that is what it says; the same files are
put together and started by tests/integration/test_image.py.
"""

import argparse
import fnmatch
import hashlib
import re
import shutil
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tools import sbom

ROOT = Path(__file__).parent.parent
PINS = ROOT / "tools" / "image.lock"
BUNDLE = ROOT / "build" / "rds-bundle.pem"
BUNDLE_FROM = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
BASE = "python:3.11-slim-bookworm"
NO_ENGINE = """No image was built: there is no container engine on this machine (docker or podman).
Its files are put together and started without one by tests/integration/test_image.py.
Run `make image` where an engine runs; it needs nothing else from the repository."""
PINNED = """Nothing was built yet. Two things are pinned now, in tools/image.lock:
  {base}
    compare the digest with the one that Docker Hub shows for this tag of the official image
  {count} authorities of Amazon's databases, SHA-256 {sha256}
    from {source}, whose certificate was checked
Look at both, commit the file, and run `make image` again: it builds on a committed file only."""
UNCOMMITTED = """tools/image.lock is not as it was committed: somebody has to have looked at what
the image stands on. Look at it, commit it, and run `make image` again."""
MALFORMED = """tools/image.lock does not name {base} by digest and a SHA-256 of the certificates.
Remove it and run `make image`: it pins both anew."""
DIGEST = re.compile(rf"{re.escape(BASE)}@sha256:[0-9a-f]{{64}}")
SHA256 = re.compile(r"[0-9a-f]{64}")
# Who signs for Amazon's databases; a bundle that lets in anybody else is not theirs.
AMAZON = "Amazon Web Services, Inc."


class NotBuilt(Exception):
    """Why there is no image; for the person at the terminal."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--push", default="", metavar="REPOSITORY", help="push it there")
    wanted = parser.parse_args()
    try:
        build(find_engine(), wanted.push)
    except NotBuilt as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def find_engine() -> str:
    """docker or podman, and one that answers. Raises NotBuilt."""
    for name in ("docker", "podman"):
        program = shutil.which(name)
        if program and asked(program, "info").returncode == 0:
            return program
    raise NotBuilt(NO_ENGINE)


def build(engine: str, push: str) -> None:
    """Build, say what is inside, push where asked. Raises NotBuilt."""
    pins = read_pins()
    if not pins:
        raise NotBuilt(write_pins(engine))
    if told("git", "status", "--porcelain", "--", str(PINS)):
        raise NotBuilt(UNCOMMITTED)
    fetch_bundle(pins["rds-bundle"])
    revision = told("git", "rev-parse", "--short=12", "HEAD")
    if told("git", "status", "--porcelain", "--untracked-files=no"):
        revision += "-changed"
    name = f"{push or 'bedside'}:{revision}"
    run(
        *(engine, "build", "--pull=false", "--tag", name, "--build-arg", f"REVISION={revision}"),
        *("--build-arg", f"BASE_IMAGE={pins['base']}"),
        *("--build-arg", f"RDS_BUNDLE_SHA256={pins['rds-bundle']}", str(ROOT)),
    )
    sbom.write(ROOT / "build" / "bedside.cdx.json", pins["base"])
    print(f"Built {name}; what is inside: build/bedside.cdx.json")
    if push:
        run(engine, "push", name)
        print(told(engine, "inspect", "--format", "{{index .RepoDigests 0}}", name))


def read_pins() -> dict[str, str]:
    """What tools/image.lock pins; nothing before the first build. Raises NotBuilt."""
    if not PINS.is_file():
        return {}
    lines = [line for line in PINS.read_text().splitlines() if line and line[0] != "#"]
    pins = {name: value for name, _, value in (line.partition(" = ") for line in lines)}
    named = DIGEST.fullmatch(pins.get("base", "")) and SHA256.fullmatch(pins.get("rds-bundle", ""))
    if not named or len(pins) != 2:
        raise NotBuilt(MALFORMED.format(base=BASE))
    return pins


def write_pins(engine: str) -> str:
    """Ask the engine what the base is today, and Amazon for its certificates; say what to look at.

    Raises NotBuilt.
    """
    run(engine, "pull", BASE)
    digest = told(engine, "inspect", "--format", "{{index .RepoDigests 0}}", BASE).split("@")[1]
    content = download()
    found = authorities(content)
    if set(found) != {AMAZON}:
        raise NotBuilt(
            f"{BUNDLE_FROM} does not hold Amazon's authorities alone: {sorted(set(found))}"
        )
    base, sha256 = f"{BASE}@{digest}", hashlib.sha256(content).hexdigest()
    PINS.write_text(
        "# What the image stands on; `make image` wrote it. To renew: remove, run it again, look.\n"
        f"base = {base}\n"
        f"rds-bundle = {sha256}\n"
    )
    return PINNED.format(base=base, count=len(found), sha256=sha256, source=BUNDLE_FROM)


def authorities(bundle: bytes) -> list[str]:
    """The organisation of each authority in a bundle. Raises NotBuilt for what is no bundle."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=bundle.decode("ascii"))
    except (ValueError, ssl.SSLError) as error:
        raise NotBuilt(f"{BUNDLE_FROM} is no list of certificates.") from error
    subjects: list[Any] = [one.get("subject", ()) for one in context.get_ca_certs()]
    named = [dict(pair for part in subject for pair in part) for subject in subjects]
    return [str(one.get("organizationName", "")) for one in named]


def fetch_bundle(expected: str) -> None:
    """Amazon's certificates, those that were looked at and no others. Raises NotBuilt."""
    content = BUNDLE.read_bytes() if BUNDLE.is_file() else download()
    if hashlib.sha256(content).hexdigest() != expected:
        raise NotBuilt("Amazon's certificates are not those of tools/image.lock: look, then renew.")
    BUNDLE.parent.mkdir(exist_ok=True)
    BUNDLE.write_bytes(content)


def download() -> bytes:
    """The certificates as Amazon offers them. Raises NotBuilt."""
    try:
        with urllib.request.urlopen(BUNDLE_FROM, timeout=30) as answer:  # nosec B310 - https, said above
            content: bytes = answer.read()
    except OSError as error:
        raise NotBuilt(f"Amazon's certificates cannot be fetched: {error}") from error
    return content


def context_files() -> list[Path]:
    """What .dockerignore lets into the build, relative to the root, by Docker's rules."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    found = []
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        hidden = {".git", ".venv", ".tools", ".data", "node_modules"} & set(relative.parts)
        if not hidden and path.is_file() and let_in(relative, rules):
            found.append(relative)
    return found


def let_in(path: Path, rules: list[str]) -> bool:
    """The last rule that speaks of the path, or of a folder above it, decides."""
    names = [path.as_posix(), *(one.as_posix() for one in path.parents if one.parts)]
    inside = True
    for rule in rules:
        pattern = rule.lstrip("!")
        anywhere = pattern.removeprefix("**/")
        spoken = any(
            fnmatch.fnmatch(name, pattern)
            if pattern == anywhere
            else fnmatch.fnmatch(name.rsplit("/", 1)[-1], anywhere)
            for name in names
        )
        if spoken:
            inside = rule.startswith("!")
    return inside


def run(*words: str) -> None:
    """Run, letting its words through. Raises NotBuilt."""
    if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:
        raise NotBuilt(f"`{' '.join(words[:2])}` failed.")


def asked(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run, keeping its words."""
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def told(*words: str) -> str:
    """What a program answers. Raises NotBuilt."""
    done = asked(*words)
    if done.returncode != 0:
        raise NotBuilt(f"`{' '.join(words)}`: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
