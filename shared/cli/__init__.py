"""The operator's commands: `flask audit|compliance|db|keys|mail|practice|preflight|...`."""

from flask import Flask

from shared.cli.audit import audit
from shared.cli.auditor import auditor
from shared.cli.cluster_drill import cluster, sweep
from shared.cli.compliance import compliance
from shared.cli.database import bootstrap, sandbox_clock
from shared.cli.drill import drill
from shared.cli.inbox import inbox
from shared.cli.keys import keys
from shared.cli.mail import mail
from shared.cli.practice import practice
from shared.cli.preflight import preflight
from shared.cli.replay import replay
from shared.cli.routes import urlmap
from shared.cli.seed import seed
from shared.cli.staff import staff
from shared.cli.worker import worker


def register_commands(app: Flask) -> None:
    """Add the operator's commands to the program; call after Flask-Migrate made its own."""
    for command in (
        audit,
        compliance,
        drill,
        inbox,
        keys,
        mail,
        practice,
        preflight,
        seed,
        staff,
        urlmap,
        worker,
    ):
        app.cli.add_command(command)
    audit.add_command(replay)
    drill.add_command(cluster)
    drill.add_command(sweep)
    database = app.cli.commands["db"]
    for command in (auditor, bootstrap, sandbox_clock):
        database.add_command(command)  # type: ignore[attr-defined]  # flask-migrate's group
