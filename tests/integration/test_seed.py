"""`flask seed` and `flask practice create`, as an operator runs them."""

import json
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import func, select

from shared import keyring
from shared.app import in_app
from shared.cli.database import bootstrap_server
from shared.config import Settings
from shared.db import db, open_session
from shared.demo.scenarios import CREDENTIALS, seed_demo, seed_scale
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.practices.keys import load_keys
from tests.conftest import make_app, make_settings, upgrade
from tests.keys import LocalKeys
from tests.people import Cast, load_cast
from tools import postgres

DOOR = {"door": True}


def test_a_second_seed_changes_nothing(app: Flask, settings: Settings, cast: Cast) -> None:
    seed_demo(settings)
    assert not (settings.data_path / CREDENTIALS).exists()


def test_a_crowd_is_added_to_the_first_practice(app: Flask, cast: Cast) -> None:
    seed_scale(1500)
    with open_session(cast.seagrape.context()) as session:
        count = session.scalar(select(func.count()).select_from(Patient).execution_options(**DOOR))
    assert count == 1506


def test_an_operator_makes_a_practice_once(app: Flask, cast: Cast) -> None:
    arguments = [
        *"practice create --slug coral --name Coral --host coral.example".split(),
        *"--phone +15615550100 --time-zone America/New_York".split(),
        *"--email hello@coral.example --address".split(),
        *("1 Main Street", "Miami", "FL", "33101"),
    ]
    first = app.test_cli_runner().invoke(args=arguments)
    assert first.exit_code == 0, first.output
    again = app.test_cli_runner().invoke(args=arguments)
    assert again.exit_code == 1
    assert "belongs to a practice already" in again.output


def test_the_urlmap_names_a_capability_for_every_route(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["urlmap", "--json"])
    routes = json.loads(result.output)
    assert routes
    assert all(route["capability"] and route["roles"] for route in routes)


def test_the_demo_is_a_practice_that_has_been_booked(
    server: postgres.Server, settings: Settings, tmp_path: Path
) -> None:
    name = "bedside_demo"
    fresh = make_settings(server, name, tmp_path)
    app = make_app(fresh)
    bootstrap_server(fresh)
    upgrade(fresh.owner_dsn)
    with psycopg.connect(fresh.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    with app.app_context():
        keyring.install(keyring.Keyring(LocalKeys(), in_app(app, load_keys)))
        seed_demo(fresh)
        cast = load_cast()
        with open_session(cast.seagrape.context()) as session:
            booked = session.scalars(select(Appointment.status).execution_options(**DOOR)).all()
        db.engine.dispose()
    known = json.loads((tmp_path / CREDENTIALS).read_text())
    assert sorted(booked) == ["booked"] * 5 + ["fulfilled"] * 3
    assert [person["role"] for person in known["staff"]] == ["physician", "receptionist"]
    assert known["staff"][0]["invitation_url"].startswith("http://localhost/admin/invitations/")
    assert (tmp_path / CREDENTIALS).stat().st_mode & 0o777 == 0o600
