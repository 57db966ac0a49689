"""`flask inbox replay`, as an operator types it."""

from datetime import timedelta

from flask import Flask

from shared import clock
from tests.people import PatientOf
from tests.till import Till


def test_the_command_looks_at_everything_again(app: Flask, till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.hear()
    before = till.status("payment", payment_id)
    since = (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    run = app.test_cli_runner().invoke
    done = run(args=["inbox", "replay", "--since", since])
    assert (done.exit_code, "Looked at" in done.output) == (0, True), done.output
    assert till.status("payment", payment_id) == before
    till.sandbox.fault("stripe", "status", "500")
    again = run(args=["inbox", "replay", "--since", since, "--practice", "seagrape"])
    assert (again.exit_code, "no answer" in again.output) == (1, True)
    assert run(args=["inbox", "replay", "--since", since, "--practice", "x"]).exit_code == 1
