"""Every question that a runbook asks the database can be asked of it."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.rules.test_runbooks import FENCE, RUNBOOKS
from tools import postgres

A_UUID = "00000000-0000-0000-0000-000000000000"
BLANKS = {"<from>": "2027-01-04", "<to>": "2027-01-05"}


def questions(path: Path) -> list[str]:
    """The statements of its SQL blocks, blanks filled in."""
    found = []
    for kind, body in FENCE.findall(path.read_text()):
        if kind == "sql":
            plain = re.sub(r"--.*", "", body)
            for blank, value in BLANKS.items():
                plain = plain.replace(blank, value)
            plain = re.sub(r"<\w+>", A_UUID, plain)
            found += [one.strip() for one in plain.split(";") if one.strip()]
    return found


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_questions_can_be_asked(server: postgres.Server, template: str, path: Path) -> None:
    with psycopg.connect(server.dsn_for(dbname=template)) as admin:
        for question in questions(path):
            assert question.startswith("select"), "a runbook reads; commands change"
            admin.execute(f"explain {question}".encode())
