"""Whoever signs in with a second held time keeps that one; the money decides about the first."""

from uuid import UUID

from shared.access.principal import Principal, Role
from shared.booking import claim_hold, find_next_times, get_visit_type, hold_slot
from shared.db import open_session
from tests.people import PatientOf
from tests.till import Till


def claim_another(till: Till, patient: PatientOf, index: int = 3) -> UUID:
    """Another browser holds a later time, and its person turns out to be the same patient."""
    visitor = Principal.anonymous(till.practice.id, index.to_bytes(32, "big")).under(Role.ANONYMOUS)
    with open_session(visitor.context()) as session:
        visit = get_visit_type(session, practice_id=till.practice.id, slug="first-visit")
        at = find_next_times(session, visit_type=visit, count=index + 1)[index].starts_at
        held = hold_slot(
            session, visit_type=visit, starts_at=at, by=visitor, time_zone="America/New_York"
        )
    with open_session(till.practice.context("bedside_gate")) as session:
        claim_hold(session, appointment_id=held.id, patient_id=patient.id, by=visitor)
    return held.id


def test_a_claimed_time_lets_go_of_the_one_before(till: Till, ana: PatientOf) -> None:
    first = till.hold(ana)
    second = claim_another(till, ana)
    assert "give_up_hold" in till.work()
    assert till.status("appointment", first) == "cancelled"
    assert till.status("appointment", second) == "pending"


def test_the_payment_page_of_the_earlier_time_is_closed_first(till: Till, ana: PatientOf) -> None:
    first, payment_id = till.begin(ana)
    second = claim_another(till, ana)
    done = till.work()
    assert done.index("give_up_hold") < done.index("expire_checkout")
    assert till.newest_page(payment_id)["status"] == "expired"
    assert till.status("payment", payment_id) == "canceled"
    assert till.status("appointment", first) == "cancelled"
    assert till.status("appointment", second) == "pending"
    assert "complete" not in till.pay(payment_id).text


def test_an_earlier_time_that_is_paid_by_then_is_booked(till: Till, ana: PatientOf) -> None:
    first, payment_id = till.begin(ana)
    till.pay(payment_id)
    second = claim_another(till, ana)
    till.work()
    assert till.status("appointment", first) == "booked"
    assert till.status("appointment", second) == "pending"
    assert till.status("payment", payment_id) == "succeeded"
    assert till.rows("refund") == []


def test_claiming_the_same_time_twice_keeps_it(till: Till, ana: PatientOf) -> None:
    held = till.hold(ana)
    visitor = Principal.anonymous(till.practice.id, b"\x01" * 32)
    with open_session(till.practice.context("bedside_gate")) as session:
        claim_hold(session, appointment_id=held, patient_id=ana.id, by=visitor)
    assert till.work() == []
    assert till.status("appointment", held) == "pending"


def test_a_third_time_lets_go_of_both_and_runs_twice_unharmed(till: Till, ana: PatientOf) -> None:
    first = till.hold(ana)
    second = claim_another(till, ana)
    third = claim_another(till, ana, index=6)
    till.work()
    till.run("give_up_hold", appointment_id=str(first))
    states = [till.status("appointment", one) for one in (first, second, third)]
    assert states == ["cancelled", "cancelled", "pending"]
