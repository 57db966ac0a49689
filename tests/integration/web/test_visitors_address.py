"""Whose knocks a limit counts: the visitor's, behind as many proxies as there are, and no more."""

from dataclasses import replace

import pytest
from flask import Flask

from shared.config import Settings, SettingsError, load_settings
from shared.web.signing_in import network

BALANCER = "10.0.0.9"
VISITOR = "203.0.113.7"
MADE_UP = "198.51.100.1"


def seen(app: Flask, settings: Settings, proxies: str, forwarded: str | None) -> str | None:
    app.config["SETTINGS"] = replace(settings, proxies=proxies)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": BALANCER}):
        return network()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ("0", None, BALANCER),
        ("0", VISITOR, BALANCER),
        ("1", VISITOR, VISITOR),
        ("1", f"{MADE_UP}, {VISITOR}", VISITOR),
        ("2", f"{MADE_UP}, {VISITOR}, 10.0.0.8", VISITOR),
        ("2", VISITOR, BALANCER),
        ("1", None, BALANCER),
    ],
)
def test_address_is_the_one_our_own_proxies_saw(
    app: Flask, settings: Settings, proxies: str, forwarded: str | None, address: str
) -> None:
    assert seen(app, settings, proxies, forwarded) == address


@pytest.mark.parametrize("proxies", ["-1", "10", "all"])
def test_a_senseless_number_of_proxies_is_refused(proxies: str) -> None:
    secret = "only-for-tests-only-for-tests-only-for-tests"
    with pytest.raises(SettingsError, match="BEDSIDE_PROXIES"):
        load_settings({"BEDSIDE_PROXIES": proxies, "BEDSIDE_SECRET_KEY": secret})


@pytest.mark.parametrize(
    ("secret", "told", "address"),
    [
        ("the-edge", "the-edge", VISITOR),
        ("the-edge", "somebody", "10.0.0.8"),
        ("the-edge", "", "10.0.0.8"),
        ("", "", "10.0.0.8"),
    ],
)
def test_the_cdn_is_one_more_proxy_when_it_proves_itself(
    app: Flask, settings: Settings, secret: str, told: str, address: str
) -> None:
    app.config["SETTINGS"] = replace(settings, proxies="1", edge_secret=secret)
    headers = {"X-Forwarded-For": f"{MADE_UP}, {VISITOR}, 10.0.0.8", "X-Bedside-Edge": told}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": BALANCER}):
        assert network() == address
