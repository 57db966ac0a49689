"""`flask urlmap`: every route with its methods and the capability it needs."""

import json
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from shared.access.policy import CAPABILITIES
from shared.web.policy import capability_of


@click.command("urlmap")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def urlmap(as_json: bool) -> None:
    """Every route with its methods, its capability, and the roles that hold it."""
    rows = list_routes()
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        click.echo(f"{','.join(row['methods']):10} {row['path']:60} {row['capability']}")


def list_routes() -> list[dict[str, Any]]:
    """[{"path", "endpoint", "methods", "capability", "roles"}], sorted by path."""
    rows = []
    for rule in current_app.url_map.iter_rules():
        capability = capability_of(current_app, rule.endpoint) or ""
        rows.append(
            {
                "path": rule.rule,
                "endpoint": rule.endpoint,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "arguments": sorted(rule.arguments),
                "capability": capability,
                "roles": [role.value for role in CAPABILITIES.get(capability, ())],
            }
        )
    return sorted(rows, key=lambda row: (str(row["path"]), str(row["endpoint"])))
