"""What a worker process stands on: settings, database login, keyring, the sandbox's clock."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

import shared.models  # noqa: F401 - every table must be known before the first query
from shared import clock, keyring
from shared.adapters.database.iam import password_for
from shared.adapters.keys.kms import KmsKeys
from shared.config import Settings
from shared.connections import GIVE_UP_AFTER, NETWORK, PASSWORD_FROM
from shared.db import db
from shared.keyring import WrappedKey
from shared.logs import configure_logs
from shared.practices.keys import load_keys

# Longer than the web's: a job may wait for a lock that a page holds.
SESSION_LIMITS = (
    "-c statement_timeout=60000 -c lock_timeout=20000 -c idle_in_transaction_session_timeout=60000"
)

# A little more than the longest statement: then nobody is there any more.
ANSWER_WITHIN = 65.0


def make_base(settings: Settings, *, connections: int) -> Flask:
    """An application without any page, for the database's and the keyring's sake."""
    base = Flask(__name__, static_folder=None, template_folder=None)
    base.config.update(
        SETTINGS=settings,
        SQLALCHEMY_DATABASE_URI=settings.worker_dsn.replace(
            "postgresql://", "postgresql+psycopg://", 1
        ),
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": connections,
            "max_overflow": connections,
            "pool_timeout": 10,
            "pool_pre_ping": True,
            "pool_recycle": 1800,
            "connect_args": {
                **NETWORK,
                GIVE_UP_AFTER: ANSWER_WITHIN,
                PASSWORD_FROM: password_for(settings, settings.worker_dsn),
                "options": SESSION_LIMITS,
            },
        },
    )
    clock.follow_sandbox(
        settings.data_path / "sandbox" / "clock.json" if settings.sandbox else None
    )
    configure_logs(settings)
    db.init_app(base)

    def load(practice_id: UUID) -> list[WrappedKey]:
        with base.app_context():
            return load_keys(practice_id)

    keyring.install(keyring.Keyring(KmsKeys(settings), load))
    return base
