"""Stripe events: kept, listed, and sent signed to the endpoints they concern."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from shared.sandbox.delivery import Letter
from shared.sandbox.settings import Target
from shared.sandbox.stripe.objects import Json, blank, extra_of, save
from shared.sandbox.world import Sandbox

API_VERSION = "2026-10-28.endive"


def sign_stripe(body: bytes, target: Target, moment: int) -> Mapping[str, str]:
    """Stripe-Signature: HMAC-SHA256 over `t.body` under the endpoint's own secret."""
    signed = f"{moment}.".encode() + body
    digest = hmac.new(target.secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={digest}"}


def host_of(url: str) -> str:
    return urlsplit(url).netloc.lower()


def targets_for(world: Sandbox, account: str, host: str) -> list[Target]:
    """Endpoints of the practice the money belongs to; all of the account when none matches."""
    every = list(world.settings.webhooks.get(f"stripe:{account}", ()))
    return [target for target in every if host and target.host.lower() == host] or every


def emit(world: Sandbox, account: str, kind: str, body: Json, request: Json | None = None) -> Json:
    """Keep the event and queue one letter for each endpoint concerned."""
    host = str(extra_of(world, body["id"]).get("host", ""))
    targets = targets_for(world, account, host)
    event = blank(world, "event")
    event |= {
        "api_version": API_VERSION,
        "type": kind,
        "data": {"object": body},
        "pending_webhooks": len(targets),
        "request": request or {"id": None, "idempotency_key": None},
    }
    save(world, account, event, {"host": host})
    payload = json.dumps(event, indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    for target in targets:
        world.postman.post(Letter("stripe", kind, event["id"], target, headers, payload))
    return event
