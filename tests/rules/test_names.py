"""A file's name says the thing; the top level holds what the design says and nothing else."""

import re

from tests.rules.tree import ROOT, files, named

SAYS_NOTHING = re.compile(
    r"^(utils?|helpers?|common|misc|(.+_)?(manager|handler|utils|helpers)|process)$"
)
TOP_LEVEL = {
    *("admin", "docs", "infra", "marketing", "migrations", "portal", "shared", "tests", "tools"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile", "LICENSE", "Makefile", "README.md"),
    *("SECURITY.md", "babel.cfg", "pyproject.toml", "requirements-dev.lock", "requirements.lock"),
    *("testkit.toml", "wsgi.py"),
}


def test_file_names_say_the_thing() -> None:
    vague = [named(path) for path in files() if SAYS_NOTHING.match(path.name.split(".")[0])]
    assert vague == []


def test_top_level_holds_nothing_else() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - TOP_LEVEL - {"build", "htmlcov", "test-results", "__pycache__"} == set()


def test_room_modules_are_views_forms_and_presenters() -> None:
    """A room holds Python only; what it shows lies in its face's templates."""
    strays = [
        named(path)
        for path in files()
        if path.suffix in {".html", ".css", ".js"}
        and named(path).split("/")[0] in {"admin", "marketing", "portal"}
        and named(path).split("/")[1] not in {"templates", "static"}
    ]
    assert strays == []
