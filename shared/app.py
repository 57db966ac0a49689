"""Composes the program: settings, database, keyring, the web's way in and out, the faces."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Flask
from flask_migrate import Migrate
from htmx_flask import Htmx

import shared.models  # noqa: F401 - every table must be known before the first query
from shared import clock, keyring
from shared.adapters.database.iam import password_for
from shared.adapters.keys.kms import KmsKeys
from shared.cli import register_commands
from shared.config import Settings, load_settings
from shared.connections import GIVE_UP_AFTER, NETWORK, PASSWORD_FROM
from shared.db import db, report_unguarded_reads
from shared.logs import configure_logs
from shared.practices.keys import load_keys
from shared.replay.revisions import known_revisions
from shared.web import health
from shared.web.admission import init_admission
from shared.web.assets import init_assets
from shared.web.bodies import MAX_BODY_BYTES
from shared.web.cache import init_cache
from shared.web.errors import init_errors
from shared.web.face_sessions import FaceSessions
from shared.web.formats import init_formats
from shared.web.i18n import init_i18n
from shared.web.last_known import init_last_known
from shared.web.mail_page import init_mail_page
from shared.web.pipeline import init_pipeline
from shared.web.policy import check_routes
from shared.web.security import init_security

Result = TypeVar("Result")
MIGRATIONS = Path(__file__).parents[1] / "migrations"
# A little more than the longest statement: then nobody is there any more.
ANSWER_WITHIN = 18.0


def create_app(
    blueprints: Iterable[Blueprint] = (),
    settings: Settings | None = None,
    *,
    process: str = "web",
) -> Flask:
    """The program as a WSGI application; `process` is "web" or "worker" (which database login)."""
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=None, template_folder=None)
    configure(app, settings, process)
    configure_logs(settings)
    clock.follow_sandbox(
        settings.data_path / "sandbox" / "clock.json" if settings.sandbox else None
    )
    db.init_app(app)
    report_unguarded_reads(settings.production)
    Migrate(app, db, directory=str(MIGRATIONS))
    keyring.install(keyring.Keyring(KmsKeys(settings), in_app(app, load_keys)))
    init_web(app)
    for blueprint in (health.blueprint, *blueprints):
        app.register_blueprint(blueprint)
    register_commands(app)
    check_routes(app)
    init_admission(app, settings)
    return app


def configure(app: Flask, settings: Settings, process: str) -> None:
    """Flask's own settings, from ours."""
    dsn = settings.database_of(process)
    secure = settings.scheme == "https"
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.env == "test",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        PREFERRED_URL_SCHEME=settings.scheme,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SQLALCHEMY_DATABASE_URI=dsn.replace("postgresql://", "postgresql+psycopg://", 1),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(password_for(settings, dsn)),
        SCHEMA_HEAD=known_revisions()[-1],
        SCHEMA_KNOWN=known_revisions(),
    )
    app.session_interface = FaceSessions()


def engine_options(password: Callable[[], str] | None = None) -> dict[str, object]:
    """A small pool a process; a dead connection is noticed before it is used."""
    limits = {
        "statement_timeout": 15_000,
        "lock_timeout": 8_000,
        "idle_in_transaction_session_timeout": 30_000,
    }
    options = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in limits.items())
    return {
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 5,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        # An error must not carry the values of a row into a log.
        "hide_parameters": True,
        "connect_args": {
            **NETWORK,
            GIVE_UP_AFTER: ANSWER_WITHIN,
            PASSWORD_FROM: password,
            "options": options,
        },
    }


def init_web(app: Flask) -> None:
    """The web's steps, in the order in which their hooks must run."""
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    Htmx(app)
    init_i18n(app)
    init_formats(app)
    init_assets(app)
    init_errors(app)
    init_security(app)
    init_last_known(app)
    init_cache(app)
    init_pipeline(app)
    if app.config["SETTINGS"].env != "production":
        init_mail_page(app)


def in_app(app: Flask, function: Callable[[UUID], Result]) -> Callable[[UUID], Result]:
    """`function`, able to use the database wherever it is called from."""

    def run(practice_id: UUID) -> Result:
        with app.app_context():
            return function(practice_id)

    return run
