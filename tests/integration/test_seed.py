"""`flask seed` and `flask practice create`, as an operator runs them."""

import json

from flask import Flask
from sqlalchemy import func, select

from shared.config import Settings
from shared.db import open_session
from shared.demo.scenarios import CREDENTIALS, seed_demo, seed_scale
from shared.models.patient import Patient
from tests.people import Cast

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
    arguments = (
        "practice create --slug coral --name Coral --host coral.example --phone +15615550100"
        " --time-zone America/New_York --email hello@coral.example"
    ).split() + ["--address", "1 Main Street", "Miami", "FL", "33101"]
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
