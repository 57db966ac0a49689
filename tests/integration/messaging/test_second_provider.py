"""When the first provider fails or falls silent: sign-in mail goes out all the same, once too often
at worst; other mail never goes out twice."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.adapters.email.letter import Deferred, Letter, Outcome, Refused, Sent, Unknown
from shared.adapters.email.resend import DEFAULT_SENDER
from shared.config import Settings
from shared.db import open_session
from shared.jobs import mail
from shared.models.attention_item import AttentionItem
from tests.integration.messaging.post import Post, ask, notice, read, tell, waiting, work
from tests.people import Cast, PracticeOf

SIGN_IN = {"link": "/portal/sign-in/link#token", "code": "48219037"}
DOWN = [Unknown("no_answer"), Deferred("vendor_unavailable"), Refused("rejected")]


@dataclass
class Second:
    """Stands where the second provider would."""

    is_configured: bool = True
    answers: list[Outcome] = field(default_factory=list)
    letters: list[tuple[str, Letter]] = field(default_factory=list)

    def send(self, letter: Letter, *, key: str) -> Outcome:
        self.letters.append((key, letter))
        return self.answers.pop(0) if self.answers else Sent(f"second-{len(self.letters)}")


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Second:
    office = Second()
    monkeypatch.setattr(mail, "second_mail", lambda _: office)
    return office


def sign_in(practice: PracticeOf) -> UUID:
    return ask(practice, template="sign_in", context=SIGN_IN)


def items(practice: PracticeOf) -> dict[str, int]:
    """Open items: kind and how often."""
    with open_session(practice.context()) as session:
        wanted = (
            select(AttentionItem)
            .where(AttentionItem.resolved_at.is_(None))
            .execution_options(door=True)
        )
        return {item.kind: item.times for item in session.scalars(wanted)}


@pytest.mark.parametrize("trouble", DOWN)
def test_sign_in_mail_goes_through_the_second_at_once(
    practice: PracticeOf, settings: Settings, post: Post, second: Second, trouble: Outcome
) -> None:
    post.answers = [trouble]
    dispatch_id = sign_in(practice)
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.provider, row.provider_message_id) == ("sent", "resend", "second-1")
    assert (row.sender, row.sender_source) == (DEFAULT_SENDER.address, "fallback")
    assert row.context is None
    [(key, letter)] = second.letters
    assert key == f"dispatch/{dispatch_id}"
    assert letter.sender.name == post.letters[0].sender.name
    assert items(practice) == {"second_provider_used": 1}


def test_a_second_time_counts_on_the_same_item(
    practice: PracticeOf, settings: Settings, post: Post, second: Second
) -> None:
    post.answers = [DOWN[0], DOWN[1]]
    for _ in range(2):
        work(practice, settings, sign_in(practice))
    assert items(practice) == {"second_provider_used": 2}


@pytest.mark.parametrize("trouble", DOWN)
def test_other_mail_never_goes_through_the_second(
    practice: PracticeOf, settings: Settings, post: Post, second: Second, trouble: Outcome
) -> None:
    post.answers = [trouble]
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    assert second.letters == []
    assert read(practice, dispatch_id).status in {"unknown", "queued", "failed"}


def test_an_unknown_one_is_settled_by_the_first_providers_news(
    practice: PracticeOf, settings: Settings, post: Post, second: Second
) -> None:
    post.answers = [Unknown("no_answer")]
    dispatch_id = sign_in(practice)
    work(practice, settings, dispatch_id)
    tell(practice, notice(practice, dispatch_id, "Delivery"))
    assert read(practice, dispatch_id).status == "delivered"


@pytest.mark.parametrize(
    ("first", "other", "status"),
    [
        (Deferred("throttled"), Deferred("rate_limit_exceeded"), "queued"),
        (Refused("rejected"), Deferred("no_connection"), "queued"),
        (Refused("rejected"), Refused("validation_error"), "failed"),
    ],
)
def test_when_both_say_no(
    practice: PracticeOf,
    settings: Settings,
    post: Post,
    second: Second,
    first: Outcome,
    other: Outcome,
    status: str,
) -> None:
    post.answers, second.answers = [first], [other]
    dispatch_id = sign_in(practice)
    work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).status == status
    assert ("mail_failed" in items(practice)) == (status == "failed")


def test_when_both_are_silent_it_is_tried_once_more_and_then_unknown(
    practice: PracticeOf, settings: Settings, post: Post, second: Second
) -> None:
    post.answers = [Unknown("no_answer")] * 2
    second.answers = [Unknown("no_answer")] * 2
    dispatch_id = sign_in(practice)
    work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).status == "queued"
    work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).status == "unknown"
    assert len({key for key, _ in second.letters}) == 1
    assert len(waiting(settings)) == 2


def test_without_a_second_provider_nothing_changes(
    practice: PracticeOf, settings: Settings, post: Post, second: Second
) -> None:
    second.is_configured = False
    post.answers = [Deferred("vendor_unavailable")]
    dispatch_id = sign_in(practice)
    work(practice, settings, dispatch_id)
    assert (read(practice, dispatch_id).status, second.letters) == ("queued", [])


def test_a_letter_that_cannot_be_written_is_not_tried_elsewhere(
    practice: PracticeOf, settings: Settings, post: Post, second: Second
) -> None:
    post.answers = [Refused("unwritable_letter")]
    work(practice, settings, sign_in(practice))
    assert second.letters == []
