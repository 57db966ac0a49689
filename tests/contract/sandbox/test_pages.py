"""The pages for people: what they show, what they change, whom they refuse."""

import re

import boto3
import httpx
import pytest

from tests.contract.sandbox.test_stripe import session_params

PAGES = ("/", "/inbox", "/terminal", "/clock", "/troubles", "/deliveries")


@pytest.fixture
def web(sandbox):
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        yield client


@pytest.fixture
def mail(sandbox, aws):
    html = (
        '<h1>Hello</h1><script>parent.hacked=1</script><a href="https://x.example/in">Sign in</a>'
    )
    body = {"Text": {"Data": "Go to https://x.example/in <b>now</b>"}, "Html": {"Data": html}}
    aws("sesv2").send_email(
        FromEmailAddress="care@x.example",
        Destination={"ToAddresses": ["ann@x.example"]},
        Content={"Simple": {"Subject": {"Data": "<i>Your link</i>"}, "Body": body}},
    )
    return sandbox.mails("ann@x.example", count=1)[0]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sealed_and_runs_no_script(web, mail, path):
    answer = web.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert len(re.findall("<h1", answer.text)) == 1


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("sandbox.localhost", 200),
        ("127.0.0.1", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
    ],
)
def test_only_loopback_names_are_served(web, host, status):
    assert web.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8000"])
def test_a_form_from_elsewhere_changes_nothing(web, sandbox, origin):
    for path in ("/clock", "/_sandbox/clock", "/troubles/ses-down", "/inbox/empty"):
        answer = web.post(path, data={"move": "86400", "state": "on"}, headers={"Origin": origin})
        assert answer.status_code == 403
    assert sandbox.clock() == 0
    assert sandbox.get("/_sandbox/faults") == []


def test_mail_is_shown_escaped_and_its_design_caged(web, mail):
    page = web.get(f"/inbox/{mail['id']}")
    assert "&lt;i&gt;Your link&lt;/i&gt;" in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    body = web.get(f"/inbox/{mail['id']}/body")
    policy = body.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert '<base target="_blank">' in body.text
    text = web.get(f"/inbox/{mail['id']}", params={"view": "text"}).text
    assert 'href="https://x.example/in"' in text
    assert "&lt;b&gt;now&lt;/b&gt;" in text
    assert "Subject:" in web.get(f"/inbox/{mail['id']}", params={"view": "source"}).text


def test_inbox_filters_bounces_and_empties(web, mail, sandbox):
    assert mail["id"] in web.get("/inbox", params={"to": "ann@x.example"}).text
    assert mail["id"] not in web.get("/inbox", params={"to": "bob@x.example"}).text
    assert web.post(f"/inbox/{mail['id']}/events", data={"kind": "bounce"}).status_code == 303
    assert sandbox.mails()[0]["state"] == "bounced"
    assert web.post(f"/inbox/{mail['id']}/events", data={"kind": "explode"}).status_code == 400
    web.post("/inbox/empty")
    assert "No mail yet" in web.get("/inbox").text
    assert web.get(f"/inbox/{mail['id']}").status_code == 404


@pytest.mark.parametrize(
    ("move", "least", "most"),
    [("600", 600, 600), ("2592000", 2592000, 2592000), ("tomorrow", 8 * 3600 - 60, 32 * 3600 + 60)],
)
def test_clock_buttons_move_the_file_the_product_reads(web, sandbox, move, least, most):
    assert web.post("/clock", data={"move": move}).status_code == 303
    assert least <= sandbox.clock() <= most
    if move == "tomorrow":
        assert "at 8:00 am Eastern" in web.get("/clock").text
    assert (sandbox.data / "sandbox" / "clock.json").read_text() == (
        f'{{"offset_seconds": {sandbox.clock()}}}'
    )
    web.post("/clock", data={"move": "now"})
    assert sandbox.clock() == 0


def test_clock_takes_an_exact_time_and_refuses_nonsense(web, sandbox):
    web.post("/clock", data={"move": "exact", "at": "2027-01-04T09:30"})
    assert "Monday 4 January 2027 at 9:30 am Eastern" in web.get("/clock").text
    for at in ("", "soon", "9999-01-01T00:00"):
        assert web.post("/clock", data={"move": "exact", "at": at}).status_code == 422
    assert web.post("/clock", data={"move": "5"}).status_code == 422
    assert sandbox.clock(at="2026-12-24T08:00:00-05:00") > 0
    for wrong in ({}, {"at": "2026-12-24T08:00:00"}, {"offset_seconds": "x"}):
        assert web.post("/_sandbox/clock", json=wrong).status_code == 400


def test_trouble_switches_turn_on_and_off(web, sandbox):
    web.post("/troubles/ses-down", data={"state": "on"})
    assert sandbox.get("/_sandbox/faults") == [
        {"service": "ses", "mode": "status", "value": "503", "times": -1, "until": None}
    ]
    assert 'aria-checked="true"' in web.get("/troubles").text
    web.post("/troubles/ses-down", data={"state": "off"})
    assert sandbox.get("/_sandbox/faults") == []
    web.post("/troubles/kms-down", data={"state": "on"})
    web.post("/troubles")
    assert sandbox.get("/_sandbox/faults") == []
    assert web.post("/troubles/none", data={"state": "on"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "fax", "mode": "status"},
        {"service": "ses", "mode": "explode"},
        {"service": "ses", "mode": "duplicate"},
        {"service": "ses", "mode": "status", "value": "200"},
        {"service": "ses", "mode": "delay", "value": "soon"},
        {"service": "ses", "mode": "reset", "value": "sideways"},
        {"mode": "status"},
    ],
)
def test_senseless_faults_are_refused(web, wrong):
    assert web.post("/_sandbox/faults", json=wrong).status_code == 400


def test_calls_are_counted_without_their_contents(sandbox, practice, aws, mail):
    practice.v1.checkout.sessions.create(session_params())
    calls = sandbox.calls()
    assert {c["service"] for c in calls} >= {"ses", "stripe"}
    assert "ann@example.com" not in str(calls)
    assert [c["operation"] for c in sandbox.calls("ses")] == ["SendEmail"]


def test_state_survives_a_restart(tmp_path):
    from tests.contract.sandbox.conftest import stripe_client
    from tests.sandbox_process import start_sandbox

    first = start_sandbox(tmp_path)
    try:
        client = stripe_client(first, "sk_test_practice")
        session = client.v1.checkout.sessions.create(session_params())
        boto3.client("s3", **first.aws()).create_bucket(Bucket="kept")
        boto3.client("s3", **first.aws()).put_object(Bucket="kept", Key="k", Body=b"v")
        first.clock(advance=3600)
    finally:
        first.stop()
    second = start_sandbox(tmp_path)
    try:
        again = stripe_client(second, "sk_test_practice")
        assert again.v1.checkout.sessions.retrieve(session.id).status == "open"
        assert (
            boto3.client("s3", **second.aws()).get_object(Bucket="kept", Key="k")["Body"].read()
            == b"v"
        )
        assert second.clock() == 3600
    finally:
        second.stop()
