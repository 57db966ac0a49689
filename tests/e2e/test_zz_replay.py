"""After all journeys: the practice's log, replayed into an empty database, is the practice.

Named to run last, so that everything the journeys did is in the log.
"""

import subprocess
import sys

import pytest

from tests.e2e.stack import Stack
from tests.replaying import empty_database
from tests.sandbox_process import ROOT
from tools import postgres
from tools.environment import Place, environment_for


@pytest.fixture
def server(stack: Stack) -> postgres.Server:
    """The running practice's own Postgres."""
    return postgres.start(stack.data / "postgres")


def test_the_log_of_all_journeys_is_the_practice(stack: Stack, server: postgres.Server) -> None:
    environ = environment_for(Place(stack.data, stack.port), server.dsn_for())
    with empty_database(server, "bedside_drill") as empty:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "audit", "replay", "--into", empty],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every row is identical." in done.stdout
