"""What the sandbox is told at its start: folder, port, credentials, webhook targets."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOPIC_ARN = "arn:aws:sns:us-east-1:000000000000:bedside-ses-events"
DEV_ACCESS_KEY = "sandbox"
DEV_SECRET_KEY = "sandbox"  # noqa: S105  a loopback default, worth nothing elsewhere


@dataclass(frozen=True, slots=True)
class Target:
    """One webhook endpoint: where to post, under which Host, signed with which secret."""

    url: str
    host: str
    secret: str = ""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Target":
        url = str(raw["url"])
        return cls(url=url, host=str(raw.get("host", "")), secret=str(raw.get("secret", "")))


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Typed settings. Every default is the development default of the launcher."""

    data: Path
    port: int = 8001
    region: str = "us-east-1"
    account_id: str = "000000000000"
    topic_arn: str = TOPIC_ARN
    access_key: str = DEV_ACCESS_KEY
    secret_key: str = DEV_SECRET_KEY
    kms_alias: str = "alias/bedside"
    documents_bucket: str = ""
    archive_bucket: str = ""
    public_url: str = ""
    cert_host: str = ""
    webhooks: dict[str, tuple[Target, ...]] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.data / "sandbox"

    @property
    def base_url(self) -> str:
        """Where programs reach us (Python resolves no `*.localhost` name)."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def people_url(self) -> str:
        """Where people reach us: a host of its own, so the product's cookies never come along."""
        return self.public_url or f"http://sandbox.localhost:{self.port}"

    @property
    def sns_url(self) -> str:
        """Host of certificate and SubscribeURL; the product pins it by BEDSIDE_SNS_CERT_HOST."""
        return f"http://{self.cert_host}" if self.cert_host else self.base_url


def read_webhooks(text: str) -> dict[str, tuple[Target, ...]]:
    """Parse BEDSIDE_SANDBOX_WEBHOOKS: {"stripe:practice": [...], "sns": [...]}."""
    raw = json.loads(text or "{}")
    return {kind: tuple(Target.read(one) for one in targets) for kind, targets in raw.items()}


def load_settings(port: int, env: Mapping[str, str] = os.environ) -> SandboxSettings:
    """Read the environment; nothing in it is required."""
    return SandboxSettings(
        data=Path(env.get("BEDSIDE_DATA", ".data")).resolve(),
        port=port,
        region=env.get("AWS_REGION", "us-east-1"),
        topic_arn=env.get("BEDSIDE_SNS_TOPIC_ARN", TOPIC_ARN),
        access_key=env.get("AWS_ACCESS_KEY_ID", DEV_ACCESS_KEY),
        secret_key=env.get("AWS_SECRET_ACCESS_KEY", DEV_SECRET_KEY),
        kms_alias=env.get("BEDSIDE_KMS_KEY_ID", "alias/bedside"),
        documents_bucket=env.get("BEDSIDE_DOCUMENTS_BUCKET", ""),
        archive_bucket=env.get("BEDSIDE_ARCHIVE_BUCKET", ""),
        public_url=env.get("BEDSIDE_SANDBOX_PUBLIC_URL", "").rstrip("/"),
        cert_host=env.get("BEDSIDE_SNS_CERT_HOST", ""),
        webhooks=read_webhooks(env.get("BEDSIDE_SANDBOX_WEBHOOKS", "")),
    )
