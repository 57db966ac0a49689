"""docs/promises.md names files and tests: each is there."""

import re

import pytest

from tests.rules.tree import ROOT

PAGE = (ROOT / "docs/promises.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith("|---")
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", " ".join(row))})


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists(), path
    if test:
        assert re.search(rf"^def {test}\(", (ROOT / path).read_text(), re.MULTILINE), name


def test_every_promise_is_made_true_and_proven() -> None:
    promises = [row for row in ROWS if row[0] not in {"promise", "service"}]
    assert len(promises) > 30
    for row in promises:
        made, proof = row[-2], row[-1]
        if made.startswith("not built yet"):
            continue
        assert "`" in made, row
        assert "`tests/" in proof or "`infra/" in proof, row
