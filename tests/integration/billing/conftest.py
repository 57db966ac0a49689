"""Money's tests live with a sandbox of their own, whose clock everybody follows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from shared.config import Settings
from tests.conftest import make_settings
from tests.people import Cast, PatientOf
from tests.sandbox_process import SandboxHandle, start_sandbox
from tests.till import Till, make_till
from tools.postgres import Server


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """The vendors, on loopback; nothing is delivered but by hand."""
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def settings(server: Server, database: str, sandbox: SandboxHandle) -> Settings:
    """Settings that lead to the sandbox, on Monday morning."""
    sandbox.reset()
    sandbox.fault("stripe", "off")
    sandbox.clock(at="2027-01-04T12:40:00+00:00")
    return replace(
        make_settings(server, database, Path(sandbox.data)),
        sandbox_url=sandbox.url,
        stripe_api_base=sandbox.url,
        sns_cert_host=f"127.0.0.1:{sandbox.port}",
        sns_cert_scheme="http",
    )


@pytest.fixture
def till(
    app: Flask,
    settings: Settings,
    sandbox: SandboxHandle,
    server: Server,
    database: str,
    cast: Cast,
) -> Till:
    """The till of Seagrape Medical."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    return make_till(app, settings, sandbox, server.dsn_for(dbname=database), cast)


@pytest.fixture
def ana(cast: Cast) -> PatientOf:
    """Somebody who wants to pay."""
    return cast.seagrape.patients["ana"]
