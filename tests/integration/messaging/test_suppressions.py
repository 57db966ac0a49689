"""After a bounce or a complaint: no more mail, an item for the desk, and the way back."""

from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from shared.access.principal import Role
from shared.attention import resolve_item
from shared.attention.items import UnknownOutcome, raise_item
from shared.attention.kinds import UnknownKind
from shared.config import Settings
from shared.db import open_session
from shared.jobs import mail
from shared.jobs.registry import Job
from shared.messaging.suppressions import UnknownReason, lift_suppression
from shared.models.attention_item import AttentionItem
from shared.models.suppression import Suppression
from tests.integration.messaging.post import Post, ask, bounce, notice, read, tell, waiting, work
from tests.people import DOOR, Cast, PracticeOf

SIGN_IN = {"link": "/portal/sign-in/link#token", "code": "48219037"}


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def suppressions(practice: PracticeOf) -> list[Suppression]:
    with open_session(practice.context()) as session:
        return list(session.scalars(select(Suppression).execution_options(**DOOR)))


def items(practice: PracticeOf) -> list[AttentionItem]:
    with open_session(practice.context()) as session:
        return list(
            session.scalars(
                select(AttentionItem).order_by(AttentionItem.since).execution_options(door=True)
            )
        )


def sent(practice: PracticeOf, settings: Settings, **changes: object) -> UUID:
    dispatch_id = ask(practice, **changes)
    work(practice, settings, dispatch_id)
    return dispatch_id


def test_a_hard_bounce_suppresses_and_asks_for_attention(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    first = sent(practice, settings)
    tell(practice, bounce(practice, first))
    tell(practice, bounce(practice, first))
    [kept] = suppressions(practice)
    assert (kept.reason, kept.dispatch_id, kept.to) == ("bounced", first, "ana@patients.example")
    [item] = items(practice)
    assert (item.kind, item.subject_id, item.times) == ("mail_bounced", kept.id, 1)
    assert item.patient_id == practice.patients["ana"].id
    second = sent(practice, settings)
    assert (read(practice, second).status, read(practice, second).reason) == (
        "skipped",
        "address_bounced",
    )
    assert len(post.letters) == 1


def test_a_full_mailbox_suppresses_nothing_but_is_told(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    first = sent(practice, settings)
    full = {"bounceType": "Transient", "bounceSubType": "MailboxFull"}
    tell(practice, notice(practice, first, "Bounce", bounce=full))
    assert suppressions(practice) == []
    assert [(item.kind, item.code) for item in items(practice)] == [
        ("mail_failed", "transient_mailbox_full")
    ]


def test_lifting_lets_mail_go_again_and_tells_the_vendor(
    practice: PracticeOf, settings: Settings, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(practice, bounce(practice, sent(practice, settings)))
    [kept] = suppressions(practice)
    rosa = practice.staff["rosa"].acting(Role.RECEPTIONIST)
    with open_session(rosa.context()) as session:
        with pytest.raises(UnknownReason):
            lift_suppression(session, suppression_id=kept.id, reason="because", by=rosa)
        lift_suppression(session, suppression_id=kept.id, reason="mended", by=rosa)
        lift_suppression(session, suppression_id=kept.id, reason="asked_for", by=rosa)
    [lifted] = suppressions(practice)
    assert (lifted.lift_reason, lifted.lifted_by) == ("mended", rosa.account_id)
    assert [item.outcome for item in items(practice)] == ["done"]
    assert waiting(settings)[-1]["task"] == "lift_suppression_at_vendor"
    told: list[str] = []
    monkeypatch.setattr(post, "unsuppress", told.append, raising=False)
    job = Job("lift_suppression_at_vendor", practice.id, settings)
    mail.lift_suppression_at_vendor(job, suppression_id=kept.id)
    assert told == ["ana@patients.example"]
    assert read(practice, sent(practice, settings)).status == "sent"


def test_a_sign_in_mail_that_arrives_proves_the_mailbox_mended(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    tell(practice, bounce(practice, sent(practice, settings)))
    later = sent(practice, settings, template="sign_in", context=SIGN_IN)
    tell(practice, notice(practice, later, "Delivery"))
    [lifted] = suppressions(practice)
    assert (lifted.lift_reason, lifted.lifted_by) == ("delivered_since", None)
    assert [item.outcome for item in items(practice)] == ["by_itself"]


def test_a_complaint_stands_whatever_arrives(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    first = sent(practice, settings)
    tell(practice, notice(practice, first, "Complaint", complaint={}))
    later = sent(practice, settings, template="sign_in", context=SIGN_IN)
    tell(practice, notice(practice, later, "Delivery"))
    [kept] = suppressions(practice)
    assert (kept.reason, kept.lifted_at) == ("complained", None)
    assert items(practice)[0].kind == "mail_complained"


def test_a_message_that_failed_is_told(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    first = sent(practice, settings)
    tell(practice, notice(practice, first, "Reject"))
    assert [(item.kind, item.subject_id) for item in items(practice)] == [("mail_failed", first)]


def test_items_end_with_an_outcome_of_the_list_and_only_once(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    tell(practice, notice(practice, sent(practice, settings), "Reject"))
    [item] = items(practice)
    rosa = practice.staff["rosa"].acting(Role.RECEPTIONIST)
    with open_session(rosa.context()) as session:
        with pytest.raises(UnknownOutcome):
            resolve_item(session, item_id=item.id, outcome="whatever", by=rosa)
        resolve_item(session, item_id=item.id, outcome="done", by=rosa)
        resolve_item(session, item_id=item.id, outcome="not_needed", by=rosa)
    assert [(row.outcome, row.resolved_by) for row in items(practice)] == [
        ("done", rosa.account_id)
    ]
    with open_session(practice.context()) as session, pytest.raises(UnknownKind):
        raise_item(session, "something_else")


def test_two_at_once_open_one_item(practice: PracticeOf) -> None:
    with open_session(practice.context()) as session:
        raise_item(session, "mail_unheard", times=3)
    with open_session(practice.context()) as session:
        raise_item(session, "mail_unheard", code="later")
    [item] = items(practice)
    assert (item.times, item.code) == (4, "later")


def test_a_dropped_table_of_senders_costs_the_name_not_the_mail(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("drop table message_sender cascade")
    dispatch_id = sent(practice, settings)
    row = read(practice, dispatch_id)
    assert (row.status, row.sender_source) == ("sent", "fallback")
    assert [(item.kind, item.code) for item in items(practice)] == [
        ("sender_fallback", "unreadable")
    ]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("address", "front desk", "bad_address"),
        ("name", "P\r\nBcc: x@evil.example", "bad_name"),
        ("name", "\u202e", "bad_name"),
        ("reply_to", "<script>", "bad_reply_to"),
    ],
)
def test_poisoned_rows_give_way_to_the_fallback(
    practice: PracticeOf, settings: Settings, post: Post, column: str, value: str, code: str
) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("alter table message_sender disable trigger user")
        owner.execute(f"update message_sender set {column} = %s", [value])  # type: ignore[arg-type]
    dispatch_id = sent(practice, settings)
    assert read(practice, dispatch_id).sender_source == "fallback"
    assert [item.code for item in items(practice)] == [code]
