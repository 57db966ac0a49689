"""One sandbox for the whole folder, emptied before every test."""

from collections.abc import Iterator

import boto3
import httpx
import pytest
import stripe
from botocore.config import Config
from stripe import StripeClient

from tests.contract.sandbox.listener import Listener, start_listener
from tests.sandbox_process import SandboxHandle, start_sandbox

ONE_TRY = {"total_max_attempts": 1, "mode": "standard"}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Listener]:
    listener = start_listener()
    yield listener
    listener.stop()


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, endpoint: Listener
) -> Iterator[SandboxHandle]:
    hosts = ("localhost:8000", "ironbound.localhost:8000")
    practice = [
        {"url": f"{endpoint.url}/hooks/stripe/practice", "host": host, "secret": "whsec_practice"}
        for host in hosts
    ]
    consulting = {"url": f"{endpoint.url}/hooks/stripe/consulting", "host": hosts[0]}
    webhooks = {
        "stripe:practice": practice,
        "stripe:consulting": [{**consulting, "secret": "whsec_consulting"}],
        "sns": [{"url": f"{endpoint.url}/hooks/aws/sns", "host": hosts[0]}],
    }
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"), webhooks)
    asked = endpoint.wait(1, kind="SubscriptionConfirmation")[0]
    httpx.get(asked.json["SubscribeURL"], trust_env=False).raise_for_status()
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle, endpoint: Listener) -> SandboxHandle:
    running.reset()
    endpoint.answers.clear()
    endpoint.hooks.clear()
    return running


@pytest.fixture
def aws(sandbox: SandboxHandle):  # type: ignore[no-untyped-def]  # boto3 clients are built at run time
    def client(service: str, **config: object):  # type: ignore[no-untyped-def]  # as above
        settings = Config(retries=ONE_TRY, **config)
        return boto3.client(service, config=settings, **sandbox.aws())

    return client


@pytest.fixture
def s3(aws):  # type: ignore[no-untyped-def]  # as above
    return aws("s3", signature_version="s3v4", s3={"addressing_style": "path"})


@pytest.fixture
def practice(sandbox: SandboxHandle) -> StripeClient:
    return stripe_client(sandbox, "sk_test_practice")


@pytest.fixture
def consulting(sandbox: SandboxHandle) -> StripeClient:
    return stripe_client(sandbox, "sk_test_consulting")


def stripe_client(sandbox: SandboxHandle, key: str) -> StripeClient:
    client = stripe.HTTPXClient(timeout=5, allow_sync_methods=True)
    addresses = {"api": sandbox.url}
    return StripeClient(key, base_addresses=addresses, http_client=client, max_network_retries=0)
