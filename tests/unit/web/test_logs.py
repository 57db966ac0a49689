"""No log line carries what a patient said, who they are, or how to reach them."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog

from shared.config import load_settings
from shared.logs import configure_logs, scrub

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    kept, level = logging.getLogger().handlers, logging.getLogger().level
    settings = load_settings({"BEDSIDE_ENV": "test", "BEDSIDE_SECRET_KEY": "x" * 40})
    configure_logs(replace(settings, log_level="info"))

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    structlog.reset_defaults()
    logging.getLogger().handlers = kept
    logging.getLogger().setLevel(level)


def test_only_listed_fields_leave(lines: Lines) -> None:
    structlog.get_logger("a").info("mail_sent", template="welcome", patient="Rosa", count=2)
    (line,) = lines()
    assert (line["event"], line["template"], line["count"]) == ("mail_sent", "welcome", 2)
    assert line["dropped"] == ["patient"]
    assert "Rosa" not in json.dumps(line)


def test_a_listed_field_still_takes_no_free_text(lines: Lines) -> None:
    structlog.get_logger("a").info("refused", reason="rosa@example.com said no")
    (line,) = lines()
    assert line["dropped"] == ["reason"]


def test_a_crash_says_where_but_not_what(lines: Lines) -> None:
    try:
        int("Rosa Delgado, 123-45-6789, rosa@example.com")
    except ValueError:
        structlog.get_logger("a").exception("crashed")
        logging.getLogger("library").exception("failed for %s", "rosa@example.com")
    for line in lines():
        text = json.dumps(line)
        assert line["error"]["type"] == "ValueError"
        assert "test_logs.py" in text
        assert "Rosa" not in text
        assert "rosa@" not in text
        assert "6789" not in text


def test_a_librarys_line_loses_its_arguments(lines: Lines) -> None:
    logging.getLogger("library").warning("sent to %s", "+1 561 555 0132")
    (line,) = lines()
    assert line["event"] == "sent to %s"


@pytest.mark.parametrize(
    "secret",
    [
        "rosa@example.com",
        "(561) 555-0132",
        "123-45-6789",
        "sk_test_practice",
        "whsec_abc123",
        "'Rosa Delgado'",
        "postgresql://bedside:hunter2@db/bedside",
        "hV3x9Qp0aLk2mN8rT5yU7iO1eW4sD6fG",
    ],
)
def test_scrub_hides(secret: str) -> None:
    scrubbed = scrub(f"before {secret} after")
    assert secret not in scrubbed
    assert "hunter2" not in scrubbed
    assert scrubbed.startswith("before")
