"""A proven address becomes a patient: found or made once, with the held time in hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.auth.devices import Browser
from shared.auth.errors import NothingToOpen
from shared.booking.offers import get_visit_type
from shared.config import Settings
from shared.db import open_session
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.web_session import WebSession
from shared.onboarding import (
    Arrival,
    PersonDetails,
    begin_sign_in,
    redeem_link,
    redeem_link_with_code,
)
from tests.people import SEEDED_AT, Cast, PracticeOf
from tests.visiting import mails

NINE = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)  # Tuesday 9:00 in Boca Raton
KEY = b"\x07" * 32
NEW = PersonDetails(
    "Zoë", "O'Neil-<b>", date(1990, 2, 28), "(561) 555-0199", "FL", "America/New_York"
)


@pytest.fixture(autouse=True)
def standing_clock(settings: Settings) -> Iterator[None]:
    """The database's clock stands where the program's does."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    with clock.freeze(SEEDED_AT):
        yield


def hold(place: PracticeOf, key: bytes = KEY) -> UUID:
    """A time held by a browser, by default the one that will ask."""
    viewer = place.anonymous(key)
    with open_session(viewer.context()) as session:
        visit_type = get_visit_type(session, practice_id=place.id, slug="first-visit")
        held = booking.hold_slot(
            session,
            visit_type=visit_type,
            starts_at=NINE,
            by=viewer,
            time_zone="America/New_York",
        )
        return held.id


def arrive(
    place: PracticeOf,
    email: str,
    details: PersonDetails | None = None,
    hold_id: UUID | None = None,
    *,
    elsewhere: bool = False,
) -> Arrival:
    """Ask and redeem."""
    with open_session(place.anonymous(KEY).context()) as session:
        begin_sign_in(
            session,
            practice=place.view,
            email=email,
            browser=KEY,
            network="192.0.2.1",
            hold_id=hold_id,
            details=details,
        )
    context = mails(place.id)[-1][1]
    token = context["link"].rpartition("/")[2]
    browser = Browser(b"\x09" * 32 if elsewhere else KEY, "Test browser", None)
    with open_session(place.context("bedside_gate")) as session:
        if elsewhere:
            found = redeem_link_with_code(
                session,
                practice_id=place.id,
                token=token,
                code=context["code"],
                browser=browser,
                network="192.0.2.2",
                answer="yes",
            )
            assert isinstance(found, Arrival)
            return found
        return redeem_link(
            session, practice_id=place.id, token=token, browser=browser, network="192.0.2.1"
        )


def patients(place: PracticeOf) -> list[Patient]:
    """Everybody on record, newest last."""
    with open_session(place.context()) as session:
        return list(
            session.scalars(
                select(Patient)
                .order_by(Patient.created_at, Patient.id)
                .execution_options(door=True)
            )
        )


def newest_session(place: PracticeOf) -> WebSession:
    """The session that was started last."""
    with open_session(place.context("bedside_gate")) as session:
        return session.scalars(select(WebSession).order_by(WebSession.id.desc())).first()  # type: ignore[return-value]  # there is one


def test_new_person_becomes_a_patient_with_account_access_and_the_held_time(
    app: Flask, cast: Cast
) -> None:
    place = cast.seagrape
    hold_id = hold(place)
    before = len(patients(place))
    arrival = arrive(place, "zoe@new.example", NEW, hold_id)
    assert arrival.location == f"/portal/appointments/{hold_id}/payment"
    assert not arrival.hold_lost
    made = patients(place)[-1]
    assert len(patients(place)) == before + 1
    assert (made.given_name, made.family_name) == ("Zoë", "O'Neil-<b>")
    assert made.phone == "+15615550199"
    assert made.email == "zoe@new.example"
    with open_session(place.job().context()) as session:
        row = access_appointment(session, viewer=place.job(), appointment_id=hold_id)
        assert row.patient_id == made.id
        assert row.visitor_key is None
    assert newest_session(place).patient_id == made.id


def test_held_time_follows_when_the_code_is_typed_in_another_browser(
    app: Flask, cast: Cast
) -> None:
    hold_id = hold(cast.seagrape)
    arrival = arrive(cast.seagrape, "zoe@new.example", NEW, hold_id, elsewhere=True)
    assert not arrival.hold_lost
    assert arrival.location.endswith(f"{hold_id}/payment")


def test_returning_person_is_recognised_and_nothing_known_is_overwritten(
    app: Flask, cast: Cast
) -> None:
    place = cast.seagrape
    ana = place.patients["ana"]
    before = patients(place)
    known = next(row for row in before if row.id == ana.id)
    said = PersonDetails(
        "Annie", "Whitfeld", known.birth_date, "+19545550000", "GA", "America/Chicago"
    )
    arrive(place, ana.email.upper(), said)
    after = patients(place)
    assert len(after) == len(before)
    same = next(row for row in after if row.id == ana.id)
    assert (same.given_name, same.phone, same.state) == (known.given_name, known.phone, "FL")
    assert newest_session(place).patient_id == ana.id


def test_second_person_at_one_address_gets_a_record_and_shares_the_account(
    app: Flask, cast: Cast
) -> None:
    place = cast.seagrape
    ana = place.patients["ana"]
    child = PersonDetails(
        "Leo", "Whitfield", date(2001, 5, 1), "+15615550171", "FL", "America/New_York"
    )
    arrive(place, ana.email, child)
    leo = patients(place)[-1]
    assert leo.given_name == "Leo"
    assert newest_session(place).patient_id == leo.id
    with open_session(place.context("bedside_gate")) as session:
        rows = session.execute(
            select(PatientAccess.patient_id, PatientAccess.relationship).where(
                PatientAccess.account_id == ana.account_id
            )
        ).all()
    assert {(row.patient_id, row.relationship) for row in rows} == {
        (ana.id, "self"),
        (leo.id, "family"),
    }
    arrive(place, ana.email)
    assert newest_session(place).patient_id == ana.id


def test_same_person_twice_is_one_patient(app: Flask, cast: Cast) -> None:
    place = cast.seagrape
    arrive(place, "zoe@new.example", NEW)
    count = len(patients(place))
    arrive(place, "Zoe@New.example ", NEW)
    assert len(patients(place)) == count


def test_access_that_was_ended_stays_ended(app: Flask, cast: Cast) -> None:
    place = cast.seagrape
    ana = place.patients["ana"]
    known = next(row for row in patients(place) if row.id == ana.id)
    with open_session(place.context()) as session:
        session.execute(text("select set_config('app.action', 'account.named', true)"))
        session.execute(
            text("update patient_access set ended_at = now() where patient_id = :id"),
            {"id": ana.id},
        )
    said = PersonDetails(
        "Ana", "Whitfield", known.birth_date, "+15615550171", "FL", "America/New_York"
    )
    with pytest.raises(NothingToOpen):
        arrive(place, ana.email, said)
    with open_session(place.context("bedside_gate")) as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_signing_in_succeeds_when_somebody_else_has_the_time_by_now(app: Flask, cast: Cast) -> None:
    place = cast.seagrape
    mine = hold(place)
    with clock.freeze(SEEDED_AT + timedelta(minutes=11)):
        theirs = hold(place, b"\x08" * 32)
        arrival = arrive(place, "zoe@new.example", NEW, mine)
    assert arrival.hold_lost
    assert arrival.location == "/portal/"
    with open_session(place.context()) as session:
        rows = session.execute(
            select(Appointment.id, Appointment.patient_id, Appointment.status).execution_options(
                door=True
            )
        ).all()
    assert {(row.id, row.patient_id, row.status) for row in rows} == {
        (mine, None, "cancelled"),
        (theirs, None, "pending"),
    }
