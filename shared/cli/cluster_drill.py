"""`flask drill cluster|sweep`: production's own restore drill, in a cluster that is thrown away.

The cluster is set back beside the one that runs to the latest moment the platform offers. Its log
has to be the beginning of the living one, entry by entry and hash by hash; its rows have to be what
its log makes of them. Then it is removed, whatever came of it. The living database is read as the
worker reads it, and only its log; nothing signs in there as the owner.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import click
import psycopg
import structlog
from flask import current_app
from flask.cli import with_appcontext

from shared import clock
from shared.adapters.ground.clusters import Clusters, ClusterUnavailable
from shared.adapters.ground.throwaway import Found, NotOurs, Throwaway
from shared.cli.audit import BROKEN, UNABLE, jobs_for
from shared.cli.restored import compare
from shared.config import Settings
from shared.proof.drills import note_drill
from shared.replay import TargetUnfit, UnknownRevision

log = structlog.get_logger(__name__)

# How long the platform may take, and how often it is asked.
WAIT, POLL = 3 * 3600.0, 20.0
# A cluster older than this belongs to no drill that is still at work.
LEFT_BEHIND = timedelta(hours=6)


class NotDone(Exception):
    """The drill could not be held; nothing is known of the backups. The text is a code."""


UNABLE_FOR = (NotDone, NotOurs, ClusterUnavailable, TargetUnfit, UnknownRevision)


@dataclass(frozen=True, slots=True)
class Times:
    """What the platform was measured by: how old its copy was, and how long it took."""

    moment: datetime
    copy_s_old: float
    restore_s: float

    def noted(self) -> dict[str, Any]:
        """For the report."""
        return {
            "moment": self.moment.isoformat(),
            "copy_s_old": round(self.copy_s_old),
            "restore_s": round(self.restore_s),
        }


@click.command("cluster")
@with_appcontext
def cluster() -> None:
    """Restore the cluster to the latest moment beside itself, compare, report, and remove it.

    For the task that AWS starts by schedule (infra/modules/schedules). Exit code 1 when anything
    differs, 2 when it cannot be done.
    """
    settings: Settings = current_app.config["SETTINGS"]
    started_at = clock.now()
    try:
        times, found = hold(settings)
    except (*UNABLE_FOR, psycopg.Error) as reason:
        code = str(reason) if not isinstance(reason, psycopg.Error) else "database"
        log.critical("drill.unable", code=code)
        click.echo(f"The drill could not be held: {code}.", err=True)
        sys.exit(UNABLE)
    with jobs_for("drill", None) as jobs:
        note_drill(jobs, found, started_at=started_at)
    for sentence in found["differences"]:
        click.echo(f"  {sentence}")
    verdict = "identical" if found["identical"] else "NOT identical"
    click.echo(
        f"Set back to {times.moment.isoformat()}, {times.copy_s_old:.0f} s old, in"
        f" {times.restore_s / 60:.0f} minutes ({found['gigabytes']} GB):"
        f" {found['entries']} entries and {found['rows']} rows compared: {verdict}."
    )
    if not found["identical"]:
        log.critical("drill.failed", count=found["wrong"])
        sys.exit(BROKEN)
    log.info("drill.passed", count=found["entries"])


@click.command("sweep")
@with_appcontext
def sweep() -> None:
    """Remove a drill's cluster that was left behind; exit code 1 when it does not go."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.database_cluster:
        click.echo("BEDSIDE_DATABASE_CLUSTER is not set: there is nothing to sweep.")
        return
    throwaway = Throwaway(settings)
    try:
        found = throwaway.find()
        if found is None:
            click.echo("Nothing was left behind.")
            return
        if at_work(found):
            click.echo("A drill is at work.")
            return
        remove(throwaway)
    except (NotOurs, ClusterUnavailable, NotDone) as reason:
        log.critical("drill.left_behind", code=str(reason))
        click.echo(f"{throwaway.name} does not go: {reason}.", err=True)
        sys.exit(BROKEN)
    click.echo(f"{throwaway.name} was left behind, and is gone.")


def hold(settings: Settings) -> tuple[Times, dict[str, Any]]:
    """The whole drill: restored, compared, removed.

    Raises NotDone, NotOurs, ClusterUnavailable.
    """
    if not settings.database_cluster:
        raise NotDone("no_cluster")
    throwaway = Throwaway(settings)
    found = throwaway.find()
    if found is not None and at_work(found):
        raise NotDone("another_is_at_work")
    if found is not None:
        remove(throwaway)
    latest = Clusters(settings).backups().latest
    if latest is None:
        raise NotDone("no_moment")
    begun, asked_at = time.monotonic(), clock.now()
    throwaway.restore(latest)
    # From here on there is something to remove; what RDS refused is not ours.
    try:
        host = raise_up(throwaway)
        copy_s = (asked_at - latest).total_seconds()
        times = Times(latest, copy_s, time.monotonic() - begun)
        return times, {**times.noted(), **compare(settings, beside(settings, host), latest)}
    finally:
        let_go(throwaway)


def at_work(found: Found) -> bool:
    """Whether a drill may still need it."""
    return found.made_at is not None and clock.now() - found.made_at < LEFT_BEHIND


def raise_up(throwaway: Throwaway) -> str:
    """Wait for the cluster, give it an instance, wait for that. Returns its host.

    Raises NotDone when it takes too long, or fails.
    """
    for status in _asked(lambda: found.status if (found := throwaway.find()) else "absent"):
        if status == "available":
            break
    throwaway.add_instance()
    for status in _asked(throwaway.instance_status):
        if status == "available":
            break
    found = throwaway.find()
    if found is None or not found.endpoint:
        raise NotDone("no_endpoint")
    return found.endpoint


def remove(throwaway: Throwaway) -> None:
    """Order its end until it is gone. Raises NotDone, NotOurs."""

    def gone() -> str:
        throwaway.remove()
        return "there" if throwaway.find() else "gone"

    for status in _asked(gone):
        if status == "gone":
            return


def let_go(throwaway: Throwaway) -> None:
    """Remove it without hiding what came before; what stays is told, and swept by the next day."""
    try:
        remove(throwaway)
    except (NotDone, NotOurs, ClusterUnavailable) as reason:
        log.critical("drill.left_behind", code=str(reason))


def _asked(question: Callable[[], object]) -> Iterator[str]:
    """The answers, one each while; an answer that does not come is asked for again.

    Raises NotDone after too long, and when a cluster says that it failed.
    """
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        try:
            status = str(question())
        except ClusterUnavailable:
            status = "unanswered"
        if "fail" in status or "incompatible" in status:
            raise NotDone(status)
        yield status
        time.sleep(POLL)
    raise NotDone("took_too_long")


def beside(settings: Settings, host: str) -> Settings:
    """The settings of a worker and an owner at the restored cluster."""
    return replace(
        settings,
        worker_dsn=_at(settings.worker_dsn, host),
        owner_dsn=_at(settings.owner_dsn, host),
    )


def _at(dsn: str, host: str) -> str:
    parts = urlsplit(dsn)
    login = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{login}{host}{port}"))
