"""Documents stay short, complete and true."""

import re
from types import ModuleType
from urllib.parse import unquote

import pytest

from tests.rules.tree import ROOT, files, named
from tools.pages import PAGES

ADR_LINES = 60
EXPECTED = (
    *("README.md", "LICENSE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"),
    *("docs/architecture.md", "docs/states.md", "docs/data-dictionary.md", "docs/settings.md"),
    *("docs/runbooks/README.md", "infra/README.md"),
)
# Pages of the public site link to addresses, which a test of their own follows.
SITE = "marketing/content/"
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.PAGE.name)
def test_generated_page_is_what_the_code_says(page: ModuleType) -> None:
    assert page.PAGE.read_text() == page.rendered(), "run `make docs`"


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{named(path)}: {target}"
        for path in files()
        if path.suffix == ".md" and not named(path).startswith(SITE)
        for target in LINK.findall(path.read_text())
        if not (path.parent / unquote(target)).exists()
    ]
    assert broken == []
