"""What needs attention on the desk's first page, its way off the list, dead letters, rehearsals."""

from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from shared import clock
from shared.access.principal import Role
from shared.attention import raise_item, silence
from shared.config import Settings
from shared.db import UnguardedRead, open_session
from shared.models.attention_item import AttentionItem
from tests.belongings import belongings_of
from tests.browsing import Browser, signed_in
from tests.integration.attack.people import hire
from tests.people import Cast, PracticeOf


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, practice: PracticeOf) -> Browser:
    """Physician and owner."""
    return signed_in(app, practice, practice.staff["maya"])


@pytest.fixture
def rosa(app: Flask, practice: PracticeOf) -> Browser:
    """The receptionist."""
    return signed_in(app, practice, practice.staff["rosa"])


@pytest.fixture
def things(practice: PracticeOf) -> dict[str, object]:
    return belongings_of(practice, practice.patients["ana"]).ids


def raised(practice: PracticeOf, kind: str, patient: str | None = None, times: int = 1) -> UUID:
    with open_session(practice.context()) as session:
        patient_id = practice.patients[patient].id if patient else None
        subject = ("dispatch", patient_id) if patient_id else None
        item = raise_item(session, kind, subject=subject, patient_id=patient_id, times=times)
        return item.id


def test_the_first_page_says_who_what_since_when_and_what_follows(
    rosa: Browser, practice: PracticeOf
) -> None:
    item_id = raised(practice, "refund_failed", "ana")
    page = rosa.get("/admin/").text
    assert "Money did not go back to the patient" in page
    assert "Ana Whitfield" in page
    assert "The patient waits for money they were promised." in page
    done = rosa.post(f"/admin/attention/{item_id}/end", printed_on="/admin/attention")
    assert done.status_code == 303
    assert "Money did not go back" not in rosa.get("/admin/").text
    assert "Looked after lately" in rosa.get("/admin/attention").text


def test_each_role_sees_its_own_business(
    rosa: Browser, maya: Browser, practice: PracticeOf
) -> None:
    item_id = raised(practice, "second_provider_used", times=3)
    assert "second provider" not in rosa.get("/admin/attention").text
    shown = maya.get("/admin/attention").text
    assert "Sign-in mail went through the second provider" in shown
    assert "3 times" in shown
    refused = rosa.post(f"/admin/attention/{item_id}/end", printed_on="/admin/attention")
    assert refused.status_code == 404


def test_an_address_gets_mail_again_for_a_reason(rosa: Browser, things: dict[str, object]) -> None:
    page = f"/admin/addresses/{things['suppression_id']}"
    assert "gone@patients.example" in rosa.get(page).text
    assert rosa.post(f"{page}/lift", {}, printed_on=page).status_code == 422
    assert rosa.post(f"{page}/lift", {"reason": "mended"}, printed_on=page).status_code == 303
    assert "Mail goes to this address again" in rosa.get(page).text
    assert "Nothing needs attention" in rosa.get("/admin/attention").text


def test_an_empty_list_says_what_would_stand_there(maya: Browser) -> None:
    assert "Nothing needs attention" in maya.get("/admin/attention").text


def test_a_silent_worker_is_told_to_the_owner(
    maya: Browser, practice: PracticeOf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "_asked", None)
    with psycopg.connect(settings.worker_dsn) as worker:
        worker.execute("set role bedside_job")
        worker.execute(
            "insert into worker_heartbeat (worker, task, seen_at)"
            " values ('dead', 'idle', now() - interval '10 minutes')"
        )
    assert "The background worker is silent" in maya.get("/admin/").text
    assert silence.report_silence([practice.context()])
    monkeypatch.setattr(silence, "_asked", (0.0, None))
    monkeypatch.setattr(silence, "last_beat", clock.now)
    assert "The background worker was silent" in maya.get("/admin/attention").text
    assert not silence.report_silence([practice.context()])


def test_dead_letters_show_bones_only_and_can_be_tried_again(
    maya: Browser, things: dict[str, object]
) -> None:
    page = f"/admin/inbox/{things['inbox_id']}"
    assert "a payment page" in maya.get("/admin/inbox").text
    shown = maya.get(page).text
    assert "evt_1Q2w3E4r5T" in shown
    assert "Somebody" not in shown
    assert maya.post(f"{page}/retry", printed_on=page).status_code == 303
    assert "Everything was applied" in maya.get("/admin/inbox").text
    assert "Waiting to be applied" in maya.get(page).text


def test_without_the_sandbox_there_is_no_rehearsal(maya: Browser) -> None:
    assert maya.get("/admin/rehearsal").status_code == 404
    for path in ("tests", "ses/begin", "ses/end"):
        answer = maya.post(f"/admin/rehearsal/{path}", printed_on="/admin/security")
        assert answer.status_code == 404


def test_what_is_said_of_a_patient_is_a_look_also_by_who_reads_no_records(
    app: Flask, practice: PracticeOf
) -> None:
    """An owner alone sees that somebody's mail came back; whose it was is noted all the same."""
    item_id = raised(practice, "refund_failed", "ana")
    raised(practice, "refund_failed")
    biller = hire(practice, Role.BILLER)
    assert signed_in(app, practice, biller).get("/admin/attention").status_code == 200
    with open_session(practice.context()) as session:
        rows = session.execute(
            text(
                "select target_id, patient_id, actor_id from audit.event"
                " where action = 'attention.viewed' and kind = 'look'"
            )
        ).all()
    ana = practice.patients["ana"].id
    assert {tuple(row) for row in rows} == {(item_id, ana, biller.account_id)}


def test_items_are_read_through_their_doors(practice: PracticeOf) -> None:
    with open_session(practice.context()) as session, pytest.raises(UnguardedRead):
        session.scalars(select(AttentionItem)).all()
