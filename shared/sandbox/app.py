"""The sandbox as one WSGI application: AWS by signature, Stripe by path, pages for people."""

from flask import Flask, Response, request

from shared.sandbox.aws.gateway import deny_anonymous, serve_aws
from shared.sandbox.aws.kms_keys import ensure_first_keys
from shared.sandbox.aws.s3_store import make_bucket
from shared.sandbox.aws.sns_keys import CERTIFICATE_PATH, ensure_signing_key, read_certificate
from shared.sandbox.clock import SandboxClock
from shared.sandbox.control import control
from shared.sandbox.delivery import Postman
from shared.sandbox.resend.api import resend_api
from shared.sandbox.settings import SandboxSettings
from shared.sandbox.store import Store
from shared.sandbox.stripe.api import stripe_api
from shared.sandbox.stripe.hosted import hosted
from shared.sandbox.stripe.webhooks import sign_stripe
from shared.sandbox.ui import register_pages
from shared.sandbox.whereby.api import whereby_api
from shared.sandbox.whereby.room_page import room_page
from shared.sandbox.whereby.webhooks import sign_whereby
from shared.sandbox.world import Sandbox, sandbox

MAX_BODY = 64 * 1024 * 1024


def build_world(settings: SandboxSettings) -> Sandbox:
    """Open the memory, make what a first start lacks."""
    store = Store(settings.home / "sandbox.sqlite3")
    clock = SandboxClock(settings.home)
    postman = Postman(store, clock, {"stripe": sign_stripe, "whereby": sign_whereby})
    world = Sandbox(settings, store, clock, postman)
    ensure_signing_key(settings.home)
    ensure_first_keys(world)
    if settings.documents_bucket:
        make_bucket(world, settings.documents_bucket, lock=False)
    if settings.archive_bucket:
        make_bucket(world, settings.archive_bucket, lock=True)
    return world


def _certificate() -> Response:
    pem = read_certificate(sandbox().settings.home)
    return Response(pem, content_type="application/x-pem-file")


def _not_found(_error: Exception) -> tuple[Response | str, int] | Response:
    bucket = request.path.strip("/").partition("/")[0]
    return deny_anonymous(bucket) or ("Not found", 404)


def create_sandbox_app(world: Sandbox) -> Flask:
    """Compose the doors. AWS goes first, because path-style S3 owns every path it signed."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = 4 * 1024 * 1024
    app.extensions["sandbox"] = world
    app.before_request(serve_aws)
    app.register_blueprint(control)
    app.register_blueprint(stripe_api)
    app.register_blueprint(resend_api)
    app.register_blueprint(hosted)
    app.register_blueprint(whereby_api)
    app.register_blueprint(room_page)
    app.add_url_rule(CERTIFICATE_PATH, "certificate", _certificate)
    app.register_error_handler(404, _not_found)
    register_pages(app)
    return app
