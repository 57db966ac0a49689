"""Amazon SES (API v2): one call, one mail, one outcome.

The vendor knows no idempotency token, so the SDK's own retries are off: with its defaults a single
read timeout sent one mail five times. Whoever calls decides what to do about each outcome.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from shared.adapters.email.letter import Deferred, Letter, Outcome, Refused, Sender, Sent, Unknown
from shared.adapters.email.mime import AUTOMATIC, address_line, raw_message

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sesv2.type_defs import EmailContentTypeDef

# Used when a practice has no sender of its own, when its row is unusable, or when the database
# cannot be asked. Verified at the vendor on the first day of a deployment.
FALLBACK_SENDER = Sender("Your practice", "visits@mail.bedside.example", source="fallback")

CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 1, "mode": "standard"},
)

DAILY_QUOTA_WAIT = timedelta(hours=6)
ACCOUNT_WAIT = timedelta(minutes=30)

# The sender's address is not verified: the same mail may pass under the fallback's.
SENDER_REFUSED = "sender_not_verified"

REFUSALS = {
    "BadRequestException": "bad_request",
    "MailFromDomainNotVerifiedException": SENDER_REFUSED,
    "MessageRejected": "rejected",
}
THROTTLES = frozenset(
    {"LimitExceededException", "Throttling", "ThrottlingException", "TooManyRequestsException"}
)
# Statuses by which the vendor itself says that it took nothing.
NOT_TAKEN = frozenset({500, 503})


class MailUnavailable(Exception):
    """The vendor gave no usable answer. The message names its code only."""


class MailSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def ses_configuration_set(self) -> str: ...


class SesMail:
    """The vendor's client, made once a process and safe to share between threads."""

    def __init__(self, settings: MailSettings) -> None:
        self._region = settings.aws_region
        self._configuration_set = settings.ses_configuration_set

    @cached_property
    def _client(self) -> SESV2Client:
        return boto3.client("sesv2", region_name=self._region, config=CLIENT_CONFIG)

    def send(self, letter: Letter) -> Outcome:
        """Send one letter. Never raises for anything the vendor or the network may do."""
        try:
            answer = self._client.send_email(
                FromEmailAddress=address_line(letter.sender),
                Destination={"ToAddresses": [letter.to]},
                ReplyToAddresses=[letter.sender.reply_to] if letter.sender.reply_to else [],
                Content=_content(letter),
                EmailTags=[{"Name": name, "Value": value} for name, value in letter.tags.items()],
                ConfigurationSetName=self._configuration_set,
            )
        except ClientError as error:
            return _read_refusal(error)
        except BotoCoreError as error:
            return _read_failure(error)
        except ResponseParserError:
            return Unknown("unreadable_answer")
        except ValueError:  # a letter that cannot be put into MIME, such as a line break in a name
            return Refused("unwritable_letter")
        message_id = answer.get("MessageId")
        return Sent(message_id) if message_id else Unknown("answer_without_message_id")

    def unsuppress(self, address: str) -> None:
        """Take an address off the account's own suppression list; one not on it is no error.

        Raises MailUnavailable, to be run again.
        """
        try:
            self._client.delete_suppressed_destination(EmailAddress=address)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code != "NotFoundException":
                raise MailUnavailable(_snake(code)) from None
        except (BotoCoreError, ResponseParserError):
            raise MailUnavailable("no_answer") from None


def _content(letter: Letter) -> EmailContentTypeDef:
    if letter.calendar:
        return {"Raw": {"Data": raw_message(letter)}}
    return {
        "Simple": {
            "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": letter.text, "Charset": "UTF-8"},
                "Html": {"Data": letter.html, "Charset": "UTF-8"},
            },
            "Headers": [{"Name": AUTOMATIC[0], "Value": AUTOMATIC[1]}],
        }
    }


def _read_refusal(error: ClientError) -> Outcome:
    """The vendor answered with an error: what it means for this mail."""
    details = error.response.get("Error", {})
    code, message = details.get("Code", ""), details.get("Message", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if "daily message quota" in message.lower():
        return Deferred("daily_quota", DAILY_QUOTA_WAIT)
    if code in THROTTLES or status == 429:
        return Deferred("throttled")
    if code == "MessageRejected" and "not verified" in message.lower():
        return Refused(SENDER_REFUSED)
    if code in REFUSALS:
        return Refused(REFUSALS[code])
    if status in NOT_TAKEN:
        return Deferred("vendor_unavailable")
    if status >= 502:
        return Unknown(f"gateway_{status}")
    # Suspended, paused, unknown configuration set, rights: an operator mends it, the mail waits.
    return Deferred(_snake(code) or f"http_{status}", ACCOUNT_WAIT)


def _read_failure(error: BotoCoreError) -> Outcome:
    """No answer that can be read: was the request on its way when it broke?"""
    if isinstance(error, ConnectTimeoutError | EndpointConnectionError):
        return Deferred("no_connection")
    if isinstance(error, ParamValidationError):
        return Refused("bad_request")
    if isinstance(error, NoCredentialsError):
        return Deferred("no_credentials", ACCOUNT_WAIT)
    if isinstance(error, HTTPClientError):
        return Unknown("no_answer")
    return Unknown("unreadable_answer")


def _snake(code: str) -> str:
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in code)
    return words.removesuffix("_exception").strip("_")
