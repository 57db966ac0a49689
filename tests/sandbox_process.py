"""A sandbox of one's own for a test: a real process on a free port, with its own data folder.

handle = start_sandbox(tmp_path, {"stripe:practice": [{"url": ..., "host": ..., "secret": ...}]})
try:
    client = boto3.client("sesv2", **handle.aws("sesv2"))
finally:
    handle.stop()
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
ACCESS_KEY = "sandbox"
SECRET_KEY = "sandbox"
REGION = "us-east-1"
Webhooks = Mapping[str, Sequence[Mapping[str, str]]]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(slots=True)
class SandboxHandle:
    """The running process and short ways to look into it."""

    url: str
    port: int
    data: Path
    process: "subprocess.Popen[bytes]"

    @property
    def env(self) -> dict[str, str]:
        """What a product process needs in its environment to live with this sandbox."""
        names = {
            f"AWS_ENDPOINT_URL_{service}": self.url for service in ("SESV2", "KMS", "S3", "SNS")
        }
        return names | {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "BEDSIDE_DATA": str(self.data),
            "BEDSIDE_KMS_KEY_ID": "alias/bedside",
            "BEDSIDE_ARCHIVE_BUCKET": "bedside-archive",
            "BEDSIDE_SANDBOX_URL": self.url,
            "BEDSIDE_SNS_CERT_HOST": f"127.0.0.1:{self.port}",
            "BEDSIDE_SNS_CERT_SCHEME": "http",
            "RESEND_API_BASE": self.url,
            "RESEND_API_KEY": "re_sandbox",
            "WHEREBY_API_BASE": f"{self.url}/whereby/v1",
            "WHEREBY_API_KEY": "whereby_sandbox",
            "WHEREBY_WEBHOOK_SECRET": "whsec_whereby",
            "WHEREBY_ORIGIN": f"http://sandbox.localhost:{self.port}",
            "STRIPE_API_BASE": self.url,
            "STRIPE_PRACTICE_SECRET_KEY": "sk_test_practice",
            "STRIPE_PRACTICE_WEBHOOK_SECRET": "whsec_practice",
            "STRIPE_CONSULTING_SECRET_KEY": "sk_test_consulting",
            "STRIPE_CONSULTING_WEBHOOK_SECRET": "whsec_consulting",
        }

    def aws(self) -> dict[str, str]:
        """Keyword arguments for `boto3.client(service, ...)`."""
        return {
            "endpoint_url": self.url,
            "region_name": REGION,
            "aws_access_key_id": ACCESS_KEY,
            "aws_secret_access_key": SECRET_KEY,
        }

    def get(self, path: str, **params: str) -> Any:
        answer = httpx.get(f"{self.url}{path}", params=params, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = httpx.post(f"{self.url}{path}", json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def mails(self, to: str = "", *, count: int = 0, within: float = 5.0) -> list[dict[str, Any]]:
        """Mails to one address, newest first; with `count`, waits until that many are there."""
        end = time.monotonic() + within
        while True:
            found: list[dict[str, Any]] = self.get("/_sandbox/mails", to=to)
            if len(found) >= count or time.monotonic() > end:
                return found
            time.sleep(0.05)

    def mail_event(self, message_id: str, kind: str) -> None:
        """bounce, complaint, delivery_delay, transient_bounce or delivery for a sent mail."""
        self.post(f"/_sandbox/mails/{message_id}/events", kind=kind)

    def clock(
        self, *, offset: int | None = None, advance: int | None = None, at: str | None = None
    ) -> int:
        """Move the clock and return the offset in seconds; without arguments only read it."""
        given = {"offset_seconds": offset, "advance_seconds": advance, "at": at}
        wanted = {name: value for name, value in given.items() if value is not None}
        answer = self.post("/_sandbox/clock", **wanted) if wanted else self.get("/_sandbox/clock")
        return int(answer["offset_seconds"])

    def fault(self, service: str, mode: str, value: object = "", times: int = 0) -> None:
        """Misbehave: see shared/sandbox/faults.py; times=0 until `off`."""
        self.post("/_sandbox/faults", service=service, mode=mode, value=str(value), times=times)

    def calls(self, service: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(
            "/_sandbox/calls", **({"service": service} if service else {})
        )
        return found

    def deliveries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/_sandbox/deliveries")
        return found

    def pay(self, session_id: str, card: str = "4242424242424242") -> httpx.Response:
        """Fill the hosted page as a person would and press Pay; the redirect is not followed."""
        form = {"number": card, "expiry": "12 / 40", "cvc": "123", "name": "Test Person"}
        form["email"] = "payer@example.com"
        page = f"{self.url}/stripe/checkout/{session_id}"
        return httpx.post(page, data=form, trust_env=False, follow_redirects=False)

    def reset(self) -> None:
        self.post("/_sandbox/reset")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_sandbox(
    data_dir: Path, webhooks: Webhooks | None = None, *, port: int = 0
) -> SandboxHandle:
    """Start and wait until it answers. Raises RuntimeError with its output when it does not."""
    port = port or free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env |= {
        "BEDSIDE_DATA": str(data_dir),
        "BEDSIDE_SANDBOX_WEBHOOKS": json.dumps(webhooks or {}),
        "BEDSIDE_SNS_CERT_HOST": f"127.0.0.1:{port}",
        "BEDSIDE_ARCHIVE_BUCKET": "bedside-archive",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
    }
    env.pop("BEDSIDE_SANDBOX_PUBLIC_URL", None)
    command = [sys.executable, "-m", "shared.sandbox", "--port", str(port)]
    data_dir.mkdir(parents=True, exist_ok=True)
    output = data_dir / "sandbox.log"
    with output.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    handle = SandboxHandle(f"http://127.0.0.1:{port}", port, data_dir, process)
    end = time.monotonic() + 90  # a cold start on a busy machine
    while time.monotonic() < end and process.poll() is None:
        try:
            handle.get("/_sandbox/health")
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return handle
    handle.stop()
    raise RuntimeError(f"the sandbox did not start:\n{output.read_text()}")
