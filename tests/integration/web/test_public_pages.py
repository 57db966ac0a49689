"""The public site: cookie-less, cacheable, honest, and as much a brand as the practice is."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

HOSTS = {"seagrape": "localhost", "ironbound": "ironbound.localhost"}
PAGES = ("/", "/about", "/privacy", "/robots.txt")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", HOSTS.values())
def test_public_page_is_cacheable_and_sets_no_cookie(
    client: FlaskClient, path: str, host: str
) -> None:
    answer = client.get(path, base_url=f"http://{host}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_home_names_price_and_leads_to_booking(client: FlaskClient) -> None:
    text = client.get("/", base_url="http://localhost").text
    assert "$150.00" in text
    assert "/portal/book/first-visit" in text
    assert 'href="tel:911"' in text
    assert 'href="tel:988"' in text


def test_visit_page_shows_what_it_costs_and_where_one_must_be(client: FlaskClient) -> None:
    text = client.get("/visits/first-visit", base_url="http://localhost").text
    assert "$150.00" in text
    assert "Florida" in text
    assert "50 minutes" in text


def test_unknown_visit_and_other_practices_visit_are_not_found(client: FlaskClient) -> None:
    for slug in ("nothing", "consultation"):
        answer = client.get(f"/visits/{slug}", base_url="http://localhost")
        assert answer.status_code == 404
        assert "We could not find that page" in answer.text


def test_two_practices_are_two_brands(client: FlaskClient) -> None:
    sheets = {}
    for slug, host in HOSTS.items():
        text = client.get("/", base_url=f"http://{host}").text
        address = re.search(rf"/brand/{slug}-[0-9a-f]{{12}}\.css", text)
        assert address
        answer = client.get(address.group(), base_url=f"http://{host}")
        assert "immutable" in answer.headers["Cache-Control"]
        sheets[slug] = answer.text
    assert sheets["seagrape"] != sheets["ironbound"]


def test_nobody_lives_at_an_unknown_host(client: FlaskClient) -> None:
    answer = client.get("/", base_url="http://elsewhere.example")
    assert answer.status_code == 421
    assert "Nobody lives at this address" in answer.text
