"""What is installed is pinned by hash; where it comes from is the machine's affair."""

import re

from tests.rules.tree import ROOT, files, named

LOCKS = ("requirements.lock", "requirements-dev.lock", "tools/uv.lock", "tools/checkov.lock")
# Written with a class each, so that this file does not name one either.
PACKAGE_HOST = re.compile(
    r"pythonhos[t]ed|npm[j]s\.(org|com)|pyp[i]\.(org|python)|(deb|ftp)\.deb[i]an|ghc[r]\.io"
)
TEXT = {".py", ".md", ".toml", ".lock", ".yml", ".cfg", ".html", ".js", ".css", ".sql", ".sh", ""}


def test_locks_pin_every_package_by_hash() -> None:
    for lock in LOCKS:
        text = (ROOT / lock).read_text()
        pins = re.findall(r"^([a-z0-9][a-z0-9._-]*)==\S+( \\)?$", text, re.MULTILINE)
        assert pins, lock
        assert all(continued for _, continued in pins), f"{lock} has a pin without a hash"


def test_locks_hold_no_address() -> None:
    assert [lock for lock in LOCKS if "://" in (ROOT / lock).read_text()] == []


def test_no_file_names_a_package_host() -> None:
    named_hosts = [
        named(path)
        for path in files()
        if path.suffix in TEXT and PACKAGE_HOST.search(path.read_text(errors="replace"))
    ]
    assert named_hosts == []
