"""Amazon SES: what the vendor knows of a sending domain, and what it wants to find in its names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from shared.adapters.email.ses import CLIENT_CONFIG, MailSettings, MailUnavailable

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client


@dataclass(frozen=True, slots=True)
class Identity:
    """`tokens` are the names under `_domainkey` that lead to the vendor's keys (Easy DKIM)."""

    verified: bool
    tokens: tuple[str, ...]
    mail_from: str


class SesIdentities:
    """The vendor's client for questions about domains."""

    def __init__(self, settings: MailSettings) -> None:
        self._region = settings.aws_region

    @cached_property
    def _client(self) -> SESV2Client:
        return boto3.client("sesv2", region_name=self._region, config=CLIENT_CONFIG)

    def find(self, domain: str) -> Identity | None:
        """The domain as the vendor knows it, None when it does not. Raises MailUnavailable."""
        try:
            told = self._client.get_email_identity(EmailIdentity=domain)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            if code == "NotFoundException":
                return None
            raise MailUnavailable(code) from None
        except (BotoCoreError, ResponseParserError) as error:
            raise MailUnavailable(type(error).__name__) from None
        dkim = told.get("DkimAttributes", {})
        return Identity(
            verified=bool(told.get("VerifiedForSendingStatus")),
            tokens=tuple(dkim.get("Tokens", [])),
            mail_from=told.get("MailFromAttributes", {}).get("MailFromDomain", ""),
        )
