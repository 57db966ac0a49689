"""The post office of these tests."""

import pytest

from shared.jobs import mail
from tests.integration.messaging.post import Post


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    office = Post()
    monkeypatch.setattr(mail, "mail", lambda _: office)
    return office
