"""Questions about keys, domains and pages, over HTTP against the sandbox, and nobody answering."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest

from shared.adapters.email.identity import SesIdentities
from shared.adapters.email.ses import MailUnavailable
from shared.adapters.ground.pages import SiteUnavailable, page_exists
from shared.adapters.keys.rotation import KeyRotation
from shared.keyring import KeysUnavailable
from tests.sandbox_process import SandboxHandle, start_sandbox

SETTINGS = SimpleNamespace(
    aws_region="us-east-1", kms_key_id="alias/bedside", ses_configuration_set="bedside"
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxHandle]:
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    yield running
    for service in ("kms", "ses"):
        running.fault(service, "off")


def test_how_often_the_key_turns_is_told_by_the_vendor(sandbox: SandboxHandle) -> None:
    days = KeyRotation(SETTINGS).days()
    assert days is None or days >= 90
    assert KeyRotation(SETTINGS).account().isdigit()


def test_a_key_service_that_is_away_is_told(sandbox: SandboxHandle) -> None:
    sandbox.fault("kms", "status", 500)
    with pytest.raises(KeysUnavailable):
        KeyRotation(SETTINGS).days()


def test_a_domain_is_as_the_vendor_knows_it(sandbox: SandboxHandle) -> None:
    found = SesIdentities(SETTINGS).find("seagrape.example")
    assert found is not None
    assert found.verified


def test_a_mail_vendor_that_is_away_is_told(sandbox: SandboxHandle) -> None:
    sandbox.fault("ses", "status", 500)
    with pytest.raises(MailUnavailable):
        SesIdentities(SETTINGS).find("seagrape.example")


def test_a_page_is_there_or_it_is_not(sandbox: SandboxHandle) -> None:
    assert page_exists(f"{sandbox.url}/")
    assert not page_exists(f"{sandbox.url}/nothing-of-that-name")


def test_a_site_does_not_choose_what_else_is_fetched() -> None:
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host'].partition(':')[0]}{self.path}")
            onward = {
                "/near": "/page",
                "/away": f"http://127.0.0.1:{self.server.server_port}/secret",
                "/round": "/round",
            }.get(self.path)
            self.send_response(302 if onward else 200)
            self.send_header("Location", onward or "")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://localhost:{server.server_port}"
        assert [page_exists(f"{base}/{name}") for name in ("near", "away", "round")] == [
            True,
            False,
            False,
        ]
        server.shutdown()
    assert "127.0.0.1/secret" not in asked


def test_a_site_that_is_away_is_told() -> None:
    with pytest.raises(SiteUnavailable):
        page_exists("http://127.0.0.1:1/")
