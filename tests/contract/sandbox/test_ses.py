"""SES v2 and the news it sends through SNS, verified as a subscriber verifies them."""

import base64
import json
from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx
import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.contract.sandbox.listener import Hook
from tests.sandbox_process import free_port, start_sandbox

SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}


def verify_envelope(hook: Hook) -> dict[str, str]:
    """Raise unless the envelope is signed by the certificate it names."""
    envelope: dict[str, str] = hook.json
    pem = httpx.get(envelope["SigningCertURL"], trust_env=False).content
    key = x509.load_pem_x509_certificate(pem).public_key()
    names = [name for name in SIGNED[envelope["Type"]] if name in envelope]
    text = "".join(f"{name}\n{envelope[name]}\n" for name in names)
    signature = base64.b64decode(envelope["Signature"])
    key.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg,arg-type]  # an RSA key
    assert envelope["SignatureVersion"] == "2"
    return envelope


def simple(to: str, **content: object) -> dict[str, object]:
    body = {
        "Text": {"Data": "Your link: https://x.example/a"},
        "Html": {"Data": "<p>Your link</p>"},
    }
    return {
        "FromEmailAddress": "Seagrape Medical <care@seagrape.example>",
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": {"Subject": {"Data": "Your sign-in link"}, "Body": body, **content}},
        "EmailTags": [{"Name": "practice", "Value": "p1"}, {"Name": "dispatch", "Value": "d1"}],
    }


def test_mail_is_kept_and_its_delivery_told(aws, sandbox, endpoint):
    sent = aws("sesv2").send_email(**simple("Ann Lee <ann@example.com>"))
    mail = sandbox.mails("ann@example.com", count=1)[0]
    assert mail["message_id"] == sent["MessageId"]
    assert "https://x.example/a" in mail["text"]
    assert mail["tags"]["dispatch"] == ["d1"]
    hooks = [endpoint.wait(1, kind=kind)[0] for kind in ("Send", "Delivery")]
    for hook in hooks:
        message = json.loads(verify_envelope(hook)["Message"])
        assert message["mail"]["messageId"] == sent["MessageId"]
        assert message["mail"]["tags"]["practice"] == ["p1"]
        assert hook.headers["content-type"].startswith("text/plain")
    assert message["delivery"]["recipients"] == ["ann@example.com"]


def test_raw_mail_keeps_its_calendar_alternative(aws, sandbox):
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = "care@x.example", "b@x.example", "Booked"
    message.set_content("Booked")
    message.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar")
    raw = message.as_bytes()
    aws("sesv2").send_email(Content={"Raw": {"Data": raw}})
    mail = sandbox.mails("b@x.example", count=1)[0]
    source = httpx.get(f"{sandbox.url}/inbox/{mail['id']}/source", trust_env=False).content
    parsed = message_from_bytes(source, policy=policy.default)
    assert [p.get_content_type() for p in parsed.walk()][1:] == ["text/plain", "text/calendar"]


def test_attachment_and_headers_arrive(aws, sandbox):
    attachment = {
        "RawContent": b"BEGIN:VCALENDAR",
        "FileName": "visit.ics",
        "ContentType": "text/calendar; method=REQUEST",
    }
    headers = [{"Name": "List-Unsubscribe", "Value": "<https://x.example/u>"}]
    aws("sesv2").send_email(**simple("c@x.example", Attachments=[attachment], Headers=headers))
    mail = sandbox.mails("c@x.example", count=1)[0]
    assert mail["attachments"] == [{"filename": "visit.ics", "content_type": "text/calendar"}]
    assert mail["headers"]["List-Unsubscribe"] == "<https://x.example/u>"
    url = f"{sandbox.url}/inbox/{mail['id']}/attachments/0"
    assert httpx.get(url, trust_env=False).content == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("local", "event", "part"),
    [
        ("bounce", "Bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
        ("suppressionlist", "Bounce", {"bounceSubType": "OnAccountSuppressionList"}),
        ("complaint", "Complaint", {"complaintFeedbackType": "abuse", "complaintSubType": None}),
    ],
)
def test_simulator_addresses_behave(aws, endpoint, local, event, part):
    aws("sesv2").send_email(**simple(f"{local}+tag@simulator.amazonses.com"))
    message = json.loads(endpoint.wait(1, kind=event)[0].json["Message"])
    detail = message[event.lower()]
    assert {key: detail[key] for key in part} == part


def test_suppressed_address_is_accepted_and_bounces_later(aws, sandbox, endpoint):
    ses = aws("sesv2")
    ses.put_suppressed_destination(EmailAddress="gone@x.example", Reason="BOUNCE")
    found = ses.get_suppressed_destination(EmailAddress="gone@x.example")
    assert found["SuppressedDestination"]["Reason"] == "BOUNCE"
    assert ses.send_email(**simple("gone@x.example"))["MessageId"]
    message = json.loads(endpoint.wait(1, kind="Bounce")[0].json["Message"])
    assert message["bounce"]["bounceSubType"] == "OnAccountSuppressionList"
    ses.delete_suppressed_destination(EmailAddress="gone@x.example")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_suppressed_destination(EmailAddress="gone@x.example")


@pytest.mark.parametrize("kind", ["bounce", "complaint", "delivery_delay", "transient_bounce"])
def test_a_person_can_decide_a_mails_fate(aws, sandbox, endpoint, kind):
    sent = aws("sesv2").send_email(**simple("d@x.example"))
    endpoint.wait(1, kind="Delivery")
    sandbox.mail_event(sent["MessageId"], kind)
    event = {"complaint": "Complaint", "delivery_delay": "DeliveryDelay"}.get(kind, "Bounce")
    verify_envelope(endpoint.wait(1, kind=event)[0])
    suppressed = aws("sesv2").list_suppressed_destinations()["SuppressedDestinationSummaries"]
    assert bool(suppressed) == (kind in {"bounce", "complaint"})


def bad(**change: object) -> dict[str, object]:
    return simple("a@x.example") | change


@pytest.mark.parametrize(
    ("params", "code"),
    [
        (bad(Destination={"ToAddresses": ["no-domain"]}), "BadRequestException"),
        (
            bad(Destination={"ToAddresses": ["a@x.example\r\nBcc: z@x.example"]}),
            "BadRequestException",
        ),
        (
            bad(Destination={"ToAddresses": [f"a{i}@x.example" for i in range(51)]}),
            "BadRequestException",
        ),
        (bad(Destination={}), "BadRequestException"),
        (bad(FromEmailAddress="nobody"), "BadRequestException"),
        (bad(EmailTags=[{"Name": "practice", "Value": "two words"}]), "BadRequestException"),
        (bad(Content={}), "BadRequestException"),
        (bad(Content={"Template": {"TemplateName": "t", "TemplateData": "{}"}}), "NotImplemented"),
    ],
)
def test_what_ses_would_refuse_is_refused(aws, sandbox, params, code):
    with pytest.raises(ClientError) as error:
        aws("sesv2").send_email(**params)
    assert error.value.response["Error"]["Code"] == code
    assert sandbox.mails() == []


def test_account_says_production(aws):
    account = aws("sesv2").get_account()
    assert account["ProductionAccessEnabled"]
    assert account["SendQuota"]["SentLast24Hours"] == 0


def test_reset_after_the_send_leaves_the_outcome_unknown(aws, sandbox):
    sandbox.fault("ses", "reset", "after", times=1)
    with pytest.raises(Exception, match=r"(?i)reset|closed|aborted"):
        aws("sesv2").send_email(**simple("e@x.example"))
    assert len(sandbox.mails("e@x.example", count=1)) == 1
    aws("sesv2").send_email(**simple("e@x.example"))


def test_down_slow_and_garbage_are_seen_by_the_sdk(aws, sandbox):
    sandbox.fault("ses", "status", 503, times=1)
    with pytest.raises(ClientError) as error:
        aws("sesv2").get_account()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    sandbox.fault("ses", "delay", 1, times=1)
    with pytest.raises(Exception, match=r"(?i)timeout"):
        aws("sesv2", read_timeout=0.3).get_account()
    sandbox.fault("ses", "garbage", times=1)
    # botocore swallows a body it cannot read: the answer looks like a success without content.
    assert "SendingEnabled" not in aws("sesv2").get_account()
    assert aws("sesv2").get_account()["SendingEnabled"]


def test_news_wait_until_the_subscription_is_confirmed(tmp_path, endpoint, aws):
    import boto3

    port = free_port()
    hook = {"url": f"{endpoint.url}/late", "host": "late.localhost:8000"}
    own = start_sandbox(tmp_path, {"sns": [hook]}, port=port)
    try:
        asked = [h for h in endpoint.wait(1, kind="SubscriptionConfirmation") if h.path == "/late"]
        boto3.client("sesv2", **own.aws()).send_email(**simple("f@x.example"))
        assert {d["state"] for d in own.deliveries()} >= {"waiting"}
        client = boto3.client("sns", **own.aws())
        envelope = verify_envelope(asked[0])
        assert asked[0].headers["host"] == "late.localhost:8000"
        assert httpx.get(envelope["SubscribeURL"], trust_env=False).status_code == 200
        answer = client.confirm_subscription(TopicArn=envelope["TopicArn"], Token=envelope["Token"])
        assert answer["SubscriptionArn"].startswith(envelope["TopicArn"])
        endpoint.wait(1, kind="Delivery")
        with pytest.raises(ClientError):
            client.confirm_subscription(TopicArn=envelope["TopicArn"], Token="guess")
    finally:
        own.stop()
