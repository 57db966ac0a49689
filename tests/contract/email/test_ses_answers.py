"""What each answer of SES means for a mail, by the codes its service model names."""

from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from shared.adapters.email.letter import (
    Deferred,
    Letter,
    Outcome,
    Refused,
    Sender,
    Sent,
    Unknown,
)
from shared.adapters.email.ses import (
    ACCOUNT_WAIT,
    CLIENT_CONFIG,
    DAILY_QUOTA_WAIT,
    SENDER_REFUSED,
    SesMail,
)

LETTER = Letter("a@b.example", Sender("P", "p@p.example", "row"), "S", "T", "<p>H")


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-1"
    ses_configuration_set: str = "bedside"


class Door:
    """Stands where the SDK's client would."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def send_email(self, **_: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def outcome_of(answer: object, letter: Letter = LETTER) -> Outcome:
    with patch("shared.adapters.email.ses.boto3.client", return_value=Door(answer)):
        return SesMail(Settings()).send(letter)


def error(code: str, message: str = "", status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "SendEmail")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"MessageId": "m-1"}, Sent("m-1")),
        ({}, Unknown("answer_without_message_id")),
        (error("TooManyRequestsException", status=429), Deferred("throttled")),
        (error("LimitExceededException"), Deferred("throttled")),
        (error("Throttling", "Maximum sending rate exceeded."), Deferred("throttled")),
        (
            error("LimitExceededException", "Daily message quota exceeded."),
            Deferred("daily_quota", DAILY_QUOTA_WAIT),
        ),
        (error("AccountSuspendedException"), Deferred("account_suspended", ACCOUNT_WAIT)),
        (error("SendingPausedException"), Deferred("sending_paused", ACCOUNT_WAIT)),
        (error("NotFoundException", status=404), Deferred("not_found", ACCOUNT_WAIT)),
        (error("MailFromDomainNotVerifiedException"), Refused(SENDER_REFUSED)),
        (error("MessageRejected", "Email address is not verified."), Refused(SENDER_REFUSED)),
        (error("MessageRejected", "Spam."), Refused("rejected")),
        (error("BadRequestException"), Refused("bad_request")),
        (error("InternalFailure", status=500), Deferred("vendor_unavailable")),
        (error("ServiceUnavailable", status=503), Deferred("vendor_unavailable")),
        (error("502", status=502), Unknown("gateway_502")),
        (error("504", status=504), Unknown("gateway_504")),
        (ReadTimeoutError(endpoint_url="x"), Unknown("no_answer")),
        (ConnectionClosedError(endpoint_url="x"), Unknown("no_answer")),
        (ConnectTimeoutError(endpoint_url="x"), Deferred("no_connection")),
        (ParamValidationError(report="x"), Refused("bad_request")),
        (ResponseParserError("not xml"), Unknown("unreadable_answer")),
        (NoCredentialsError(), Deferred("no_credentials", ACCOUNT_WAIT)),
    ],
)
def test_each_answer_has_one_meaning(answer: object, expected: Outcome) -> None:
    assert outcome_of(answer) == expected


def test_a_letter_that_would_break_its_headers_is_refused() -> None:
    broken = replace(LETTER, subject="a\r\nBcc: x@y.example", calendar="METHOD:REQUEST\r\n")
    assert outcome_of({"MessageId": "never"}, broken) == Refused("unwritable_letter")


def test_a_calendar_without_a_method_is_refused() -> None:
    broken = replace(LETTER, calendar="BEGIN:VCALENDAR\r\n")
    assert outcome_of({"MessageId": "never"}, broken) == Refused("unwritable_letter")


def test_the_sdk_never_sends_again_by_itself() -> None:
    assert CLIENT_CONFIG.retries == {"total_max_attempts": 1, "mode": "standard"}  # type: ignore[attr-defined]  # set by its constructor
