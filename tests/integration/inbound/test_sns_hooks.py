"""SNS at the door, with the sandbox as Amazon: subscription, notices, forgeries."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from werkzeug.serving import make_server

from shared.adapters.sns import certificates
from shared.config import Settings
from shared.db import open_session
from shared.jobs.mail import mail
from shared.messaging import send_email
from tests.conftest import make_settings
from tests.people import Cast
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox
from tests.till import Till, make_till
from tools.postgres import Server

PORT = free_port()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """Vendors that deliver to our port."""
    door = {"url": f"http://127.0.0.1:{PORT}/hooks/aws/sns", "host": "localhost"}
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"), {"sns": [door]})
    yield handle
    handle.stop()


@pytest.fixture
def settings(
    server: Server, database: str, sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings that lead to the sandbox."""
    certificates.forget()
    for name, value in sandbox.env.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    mail.cache_clear()
    return replace(
        make_settings(server, database, Path(sandbox.data)),
        sandbox_url=sandbox.url,
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
) -> Iterator[Till]:
    """A till whose door is open."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    served = make_server("127.0.0.1", PORT, app, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield make_till(app, settings, sandbox, server.dsn_for(dbname=database), cast)
    served.shutdown()
    thread.join()


def wait_for(till: Till, count: int) -> list[dict[str, Any]]:
    """Until so many envelopes were stored."""
    for _ in range(150):
        rows = till.rows("inbox")
        if len(rows) >= count:
            return rows
        time.sleep(0.1)
    raise AssertionError(f"{len(till.rows('inbox'))} envelopes, {till.sandbox.deliveries()}")


def test_subscription_is_confirmed_and_notices_move_the_dispatch(
    till: Till, sandbox: SandboxHandle
) -> None:
    assert wait_for(till, 1)[0]["kind"] == "SubscriptionConfirmation"
    assert till.work() == ["apply_inbox"]
    assert till.rows("inbox")[0]["status"] == "applied"
    by = till.practice.job()
    with open_session(by.context()) as session:
        sent = send_email(
            session,
            to="ana@patients.example",
            template="payment_refunded",
            context={"first_name": "Ana", "link": "/portal/"},
        )
    till.run("send_dispatch", dispatch_id=str(sent.id))
    wait_for(till, 3)
    till.work()
    assert till.status("dispatch", sent.id) == "delivered"
    assert {row["source"] for row in till.rows("inbox")} == {"ses"}


@pytest.mark.parametrize(
    "raw", [b"", b"{}", json.dumps({"Type": "Notification"}).encode(), b"\xff", b"x" * 400_000]
)
def test_forged_envelope_is_refused(till: Till, raw: bytes) -> None:
    before = len(till.rows("inbox"))
    answer = till.app.test_client().post(
        "/hooks/aws/sns", data=raw, base_url="http://localhost", content_type="text/plain"
    )
    assert answer.status_code in (400, 413)
    assert len(till.rows("inbox")) == before
