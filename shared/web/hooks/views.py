"""One route per vendor and account, so that nothing in the body chooses the secret."""

import structlog
from flask import Response, request

from shared.inbound import ses, stripe, whereby
from shared.inbound.errors import NotificationRefused
from shared.web.current import practice_id, settings
from shared.web.hooks import blueprint
from shared.web.policy import requires

# The largest notification of either vendor is far below this.
BODY_LIMIT = 300_000

log = structlog.get_logger(__name__)


@blueprint.post("/stripe/<any(practice, consulting):account_key>")
@requires("hooks.receive")
def stripe_create(account_key: str) -> Response:
    """Stripe says that something changed in one of our two accounts."""
    stripe.receive(
        raw_body(),
        signature=request.headers.get("Stripe-Signature", ""),
        account_key=account_key,
        settings=settings(),
        practice_id=practice_id(),
    )
    return received()


@blueprint.post("/aws/sns")
@requires("hooks.receive")
def sns_create() -> Response:
    """SNS brings what became of our mail."""
    ses.receive(raw_body(), settings=settings(), practice_id=practice_id())
    return received()


@blueprint.post("/whereby")
@requires("hooks.receive")
def whereby_create() -> Response:
    """The video vendor says who came to a room and who left."""
    whereby.receive(
        raw_body(),
        signature=request.headers.get("Whereby-Signature", ""),
        settings=settings(),
        practice_id=practice_id(),
    )
    return received()


def raw_body() -> bytes:
    """The bytes as they came; 413 before reading more than is ever sent."""
    request.max_content_length = BODY_LIMIT
    return request.get_data(cache=False)


def received() -> Response:
    """Enough for the vendor to stop trying."""
    return Response("received\n", 200, content_type="text/plain; charset=utf-8")


@blueprint.errorhandler(NotificationRefused)
def refused(error: NotificationRefused) -> Response:
    """The same answer for every reason; the reason is in our log."""
    log.warning("hook.refused", reason=str(error).replace(" ", "_"), endpoint=request.endpoint)
    return Response("refused\n", 400, content_type="text/plain; charset=utf-8")
