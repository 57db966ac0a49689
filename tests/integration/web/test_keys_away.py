"""Without the key service encrypted fields stay shut: pages say so and lose nothing."""

import pytest
from flask import Flask

from shared import keyring
from shared.keyring import KeysUnavailable, KeyWrapper
from tests.browsing import signed_in
from tests.people import Cast


class SilentKeys:
    """A key service that does not answer."""

    def generate(self, context: dict[str, str]) -> tuple[bytes, bytes, str]:
        raise KeysUnavailable("EndpointConnectionError")

    def unwrap(self, wrapped: bytes, context: dict[str, str], key_id: str | None = None) -> bytes:
        raise KeysUnavailable("EndpointConnectionError")

    def rewrap(self, wrapped: bytes, context: dict[str, str], key_id: str) -> tuple[bytes, str]:
        raise KeysUnavailable("EndpointConnectionError")


@pytest.fixture
def away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has never seen the practice's keys, and the service is silent."""
    ring = keyring.current()
    silent: KeyWrapper = SilentKeys()
    monkeypatch.setattr(ring, "wrapper", silent)
    monkeypatch.setattr(ring, "_cache", {})


def test_page_with_encrypted_fields_asks_to_come_back(
    app: Flask, cast: Cast, request: pytest.FixtureRequest
) -> None:
    ana = cast.seagrape.patients["ana"]
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    page = f"/admin/patients/{ana.id}"
    assert rosa.get(page).status_code == 200
    request.getfixturevalue("away")
    answer = rosa.get(page)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "EndpointConnectionError" not in answer.text


def test_pages_without_encrypted_fields_stay(
    app: Flask, cast: Cast, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("away")
    answer = app.test_client().get("/", base_url="http://localhost")
    assert answer.status_code == 200
