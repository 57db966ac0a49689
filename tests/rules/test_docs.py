"""Documents stay short, complete and true."""

import re
from urllib.parse import unquote

from tests.rules.tree import ROOT, files, named
from tools.settings_doc import PAGE, rendered

ADR_LINES = 60
EXPECTED = (
    *("README.md", "LICENSE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"),
    *("docs/architecture.md", "docs/states.md", "docs/data-dictionary.md", "docs/settings.md"),
    *("docs/runbooks/README.md", "infra/README.md"),
)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_the_expected_documents_exist() -> None:
    assert [name for name in EXPECTED if not (ROOT / name).is_file()] == []


def test_decisions_are_short_and_numbered_without_gaps() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        lines = path.read_text().splitlines()
        assert len(lines) <= ADR_LINES, path.name
        assert lines[0].startswith(f"# {int(path.name[:4])}. "), path.name
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in lines, f"{path.name} has no {part}"


def test_settings_page_is_what_the_settings_say() -> None:
    assert PAGE.read_text() == rendered(), "run `make docs`"


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{named(path)}: {target}"
        for path in files()
        if path.suffix == ".md"
        for target in LINK.findall(path.read_text())
        if not (path.parent / unquote(target)).exists()
    ]
    assert broken == []
