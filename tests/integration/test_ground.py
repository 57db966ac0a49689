"""The ground everything stands on: context, isolation, the log's triggers, encryption."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.db import Context, MissingContext, UnguardedRead, db, open_session
from shared.events import ChangeOutsideAct, act
from shared.models.patient import Patient
from tests.people import Cast
from tools import postgres

DOOR = {"door": True}


def test_a_transaction_without_context_is_refused(app: Flask) -> None:
    with Session(db.engine) as session, pytest.raises(MissingContext):
        session.execute(text("select 1"))


def test_the_login_by_itself_reads_nothing(app: Flask) -> None:
    with db.engine.connect() as bare, pytest.raises(DBAPIError, match="permission denied"):
        bare.execute(text("select * from patient"))


def test_a_practice_sees_its_own_patients_only(cast: Cast) -> None:
    with open_session(cast.seagrape.context()) as session:
        rows = session.scalars(select(Patient).execution_options(**DOOR)).all()
    assert {row.given_name for row in rows} == {
        "Ana", "Ben", "Carmen", "Dale", "Esther", "Farid"
    }  # fmt: skip


def test_without_a_practice_there_are_no_rows(app: Flask, cast: Cast) -> None:
    with open_session(Context(None, "bedside_job", "test")) as session:
        assert session.scalars(select(Patient).execution_options(**DOOR)).all() == []


def test_a_patient_sees_one_record(cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    context = cast.seagrape.context("bedside_patient", patient_id=ana.id)
    with open_session(context) as session:
        rows = session.scalars(select(Patient).execution_options(**DOOR)).all()
        assert [row.id for row in rows] == [ana.id]
        assert rows[0].email == "ana@patients.example"


def test_reading_outside_a_door_raises(cast: Cast) -> None:
    with open_session(cast.seagrape.context()) as session, pytest.raises(UnguardedRead):
        session.scalars(select(Patient)).all()


def test_writing_outside_an_act_is_refused_by_the_database(cast: Cast) -> None:
    with pytest.raises(DBAPIError, match="outside any act"):  # noqa: SIM117 - the commit raises
        with open_session(cast.seagrape.context()) as session:
            session.execute(text("update patient set state = 'GA'"))


def test_a_second_change_cannot_borrow_the_name_of_the_act_before(cast: Cast) -> None:
    def ben(session: Session) -> Patient:
        found = select(Patient).where(Patient.given_name == "Ben")
        return session.scalars(found.execution_options(**DOOR)).one()

    def named(session: Session) -> Patient:
        patient = ben(session)
        patient.state = "GA"
        act(session, "practice.seeded", target=patient, patient_id=patient.id)
        return patient

    move = update(Patient).values(state="TX").execution_options(synchronize_session=False)
    with open_session(cast.seagrape.context()) as session:
        named(session).state = "TX"
        with pytest.raises(ChangeOutsideAct, match="patient"):
            session.flush()
        session.rollback()
    with open_session(cast.seagrape.context()) as session:
        named(session)
        with pytest.raises(ChangeOutsideAct, match="patient"):
            session.execute(move)
    with open_session(cast.seagrape.context()) as session:
        act(session, "practice.seeded", target=ben(session))
        session.execute(move.where(Patient.given_name == "Ana"))
        with pytest.raises(ChangeOutsideAct, match="patient"):
            session.execute(move)
    with pytest.raises(ChangeOutsideAct):  # noqa: SIM117 - the commit raises
        with open_session(cast.seagrape.context()) as session:
            named(session).state = "TX"
    with open_session(cast.seagrape.context()) as session:
        rows = session.scalars(select(Patient.state).execution_options(**DOOR)).all()
        assert sorted({state for state in rows if state in ("GA", "TX")}) == ["GA", "TX"]


def test_a_write_leaves_both_images_and_a_link(cast: Cast, app: Flask) -> None:
    ana = cast.seagrape.patients["ana"]
    with open_session(cast.seagrape.context()) as session:
        patient = session.get(Patient, (ana.practice_id, ana.id), execution_options=DOOR)
        assert patient is not None
        patient.state = "GA"
        act(session, "patient.updated", target=patient, patient_id=ana.id)
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        events = session.execute(
            text(
                "select e.kind, e.action, p.body, l.seq from audit.event e"
                " join audit.payload p on p.event_id = e.id join audit.link l on l.event_id = e.id"
                " where e.action = 'patient.updated' order by l.seq"
            )
        ).all()
    assert [row.kind for row in events] == ["act", "write"]
    assert events[1].body["old"]["state"] == "FL"
    assert events[1].body["new"]["state"] == "GA"
    assert "ana@patients.example" not in str(events[1].body)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit.event set action = 'x.y'",
        "delete from audit.event",
        "truncate audit.event",
        "update audit.link set hash = ''",
        "insert into audit.event (id) values (gen_random_uuid())",
        "alter table patient add column x int",
        "drop table patient",
        "delete from patient",
    ],
)
def test_the_application_cannot_change_log_or_schema(cast: Cast, statement: str) -> None:
    for role in ("bedside_job", "bedside_manager", "bedside_clinician"):
        with pytest.raises(DBAPIError), open_session(cast.seagrape.context(role)) as session:
            session.execute(text(statement))


def test_even_an_administrator_cannot_edit_the_log_in_passing(
    server: postgres.Server, database: str
) -> None:
    with (
        psycopg.connect(server.dsn_for(dbname=database)) as admin,
        pytest.raises(psycopg.DatabaseError, match="append-only"),
    ):
        admin.execute("update audit.event set action = 'x.y'")
