"""What the development processes are told: addresses, the sandbox's keys, secrets made once."""

import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

DATABASE = "bedside"
LOGINS = ("owner", "web", "worker")
SANDBOX_TOPIC = "arn:aws:sns:us-east-1:000000000000:bedside-ses-events"
VENDORS = ("PG", "AWS_", "STRIPE_", "WHEREBY_", "BEDSIDE_")
AWS_SERVICES = ("SESV2", "KMS", "S3", "SNS")


@dataclass(frozen=True)
class Place:
    """Where one development practice lives: its data folder and its two ports."""

    data: Path
    port: int

    @property
    def sandbox_port(self) -> int:
        return self.port + 1

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def credentials(self) -> Path:
        """Written by the demo seed: who may sign in, and how."""
        return self.data / "demo-credentials.json"


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def environment_for(
    place: Place, server: str, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The whole environment of every process; `server` is an administrator's address.

    What the caller set stands only where it cannot point the practice at somebody else's account.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith(VENDORS) and name != "DATABASE_URL"
    }
    secret = _secrets(place.data)
    return {
        **kept,
        "NO_PROXY": "127.0.0.1,localhost,.localhost",
        "no_proxy": "127.0.0.1,localhost,.localhost",
        "PYTHONUNBUFFERED": "1",
        "FLASK_APP": "wsgi:app",
        "BEDSIDE_ENV": "development",
        "BEDSIDE_DATA": str(place.data),
        "BEDSIDE_PORT": str(place.port),
        "BEDSIDE_SCHEME": "http",
        "BEDSIDE_LOG_LEVEL": inherited.get("BEDSIDE_LOG_LEVEL", "info"),
        "BEDSIDE_SECRET_KEY": secret["secret_key"],
        "DATABASE_URL": server,
        **{
            f"BEDSIDE_{login.upper()}_DSN": login_dsn(server, login, secret[f"{login}_password"])
            for login in LOGINS
        },
        **_sandbox_environment(place),
    }


def login_dsn(server: str, login: str, password: str) -> str:
    """The same server and our database, as one of our own logins."""
    parts = urlsplit(server)
    host = parts.netloc.rpartition("@")[2]
    user = f"bedside_{login}:{quote(password)}@{host}"
    return urlunsplit((parts.scheme, user, f"/{DATABASE}", parts.query, ""))


def _sandbox_environment(place: Place) -> dict[str, str]:
    host = f"localhost:{place.port}"
    hooks = {
        target: {"url": f"http://127.0.0.1:{place.port}/hooks/{path}", "host": host}
        for target, path in {
            "stripe:practice": "stripe/practice",
            "stripe:consulting": "stripe/consulting",
            "sns": "aws/sns",
            "whereby": "whereby",
        }.items()
    }
    for account in ("practice", "consulting"):
        hooks[f"stripe:{account}"]["secret"] = f"whsec_{account}"
    hooks["whereby"] |= {"secret": "whsec_whereby"}
    return {
        "BEDSIDE_SANDBOX_URL": place.sandbox,
        "BEDSIDE_SANDBOX_PUBLIC_URL": f"http://sandbox.localhost:{place.sandbox_port}",
        "BEDSIDE_SANDBOX_WEBHOOKS": json.dumps({name: [hook] for name, hook in hooks.items()}),
        "BEDSIDE_SNS_TOPIC_ARN": SANDBOX_TOPIC,
        "BEDSIDE_SNS_CERT_HOST": f"127.0.0.1:{place.sandbox_port}",
        "BEDSIDE_SNS_CERT_SCHEME": "http",
        "BEDSIDE_KMS_KEY_ID": "alias/bedside",
        "BEDSIDE_SIGNING_KEY_ID": "alias/bedside-signing",
        "BEDSIDE_DOCUMENTS_BUCKET": "bedside-documents",
        "BEDSIDE_ARCHIVE_BUCKET": "bedside-archive",
        **{f"AWS_ENDPOINT_URL_{service}": place.sandbox for service in AWS_SERVICES},
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_EC2_METADATA_DISABLED": "true",
        "RESEND_API_BASE": place.sandbox,
        "RESEND_API_KEY": "re_sandbox",
        "WHEREBY_API_BASE": f"{place.sandbox}/whereby/v1",
        "WHEREBY_API_KEY": "whereby_sandbox",
        "WHEREBY_WEBHOOK_SECRET": "whsec_whereby",
        "WHEREBY_ORIGIN": f"http://sandbox.localhost:{place.sandbox_port}",
        "STRIPE_API_BASE": place.sandbox,
        "STRIPE_PRACTICE_SECRET_KEY": "sk_test_practice",
        "STRIPE_PRACTICE_WEBHOOK_SECRET": "whsec_practice",
        "STRIPE_CONSULTING_SECRET_KEY": "sk_test_consulting",
        "STRIPE_CONSULTING_WEBHOOK_SECRET": "whsec_consulting",
    }


def _secrets(data: Path) -> dict[str, str]:
    """Made at the first start, kept in a file only its owner reads, completed when one is added."""
    path = data / "secrets.json"
    held: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    wanted = ["secret_key", *(f"{login}_password" for login in LOGINS)]
    if missing := [name for name in wanted if name not in held]:
        held |= {name: secrets.token_urlsafe(48) for name in missing}
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(held, indent=1))
        unfinished.replace(path)
    return held
