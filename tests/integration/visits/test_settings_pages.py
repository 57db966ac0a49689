"""Licences and consents as the desk sees them, and how visits by video went."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask

from shared.access.visit_outcomes import Outcome, Signal
from shared.ids import new_id
from shared.visits.quality import Share, summarise
from tests.browsing import signed_in, stranger
from tests.integration.visits.conftest import Clinic
from tests.people import Cast

ZONE = ZoneInfo("America/New_York")
LICENCE = {"state": "GA", "number": "GA 12", "starts_on": "2026-01-01", "ends_on": "2028-01-01"}


def test_owner_enters_and_takes_out_a_licence(app: Flask, clinic: Clinic) -> None:
    maya = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    who = {"practitioner": str(clinic.practice.practitioners["maya"])}
    page = "/admin/settings/licences"
    wrong = maya.post(page, {**LICENCE, **who, "ends_on": "2025-01-01"}, printed_on=page)
    assert wrong.status_code == 422
    assert "before the first" in wrong.text
    assert maya.post(page, {**LICENCE, **who}, printed_on=page).status_code == 303
    assert "Georgia" in maya.get(page).text
    [row] = clinic.rows("licence", "state = 'GA'")
    maya.post(f"{page}/{row['id']}/end", printed_on=page)
    maya.post(f"{page}/{row['id']}/end", printed_on=page)
    assert clinic.rows("licence", "state = 'GA'")[0]["ended_at"] is not None
    assert "Taken out" in maya.get(page).text
    assert "Fingerprint" in maya.get("/admin/settings/consents").text


def test_nobody_else_reaches_licences_or_quality(app: Flask, clinic: Clinic, cast: Cast) -> None:
    [row] = clinic.rows("licence", "state = 'FL' and practice_id = %s", clinic.practice.id)
    page = "/admin/settings/licences"
    rosa = signed_in(app, clinic.practice, clinic.practice.staff["rosa"])
    assert rosa.get(page).status_code == 403
    assert rosa.get("/admin/visits/quality").status_code == 200
    tomas = signed_in(app, cast.ironbound, cast.ironbound.staff["tomás"])
    assert tomas.post(f"{page}/{row['id']}/end", printed_on=page).status_code == 404
    ana = signed_in(app, clinic.practice, clinic.patient)
    for browser in (ana, stranger(app, clinic.practice)):
        assert browser.get("/admin/visits/quality").status_code in {303, 403}


def outcome(**more: object) -> Outcome:
    """A visit that was met by video."""
    told: dict[str, object] = {
        "visit_id": new_id(), "starts_at": datetime(2027, 1, 4, 14, tzinfo=UTC),
        "status": "torn_down", "by_phone": False, "met": True, "why_phone": None, "drops": 0,
    }  # fmt: skip
    return Outcome(**{**told, **more})  # type: ignore[arg-type]  # test data


def noticed(visit_id: UUID, kind: str, milliseconds: int | None = None, **more: str) -> Signal:
    """Something the patient's page noticed."""
    told = {"side": "patient", "reason": "", "browser": "safari", **more}
    return Signal(visit_id=visit_id, kind=kind, milliseconds=milliseconds, **told)


def test_quality_counts_what_happened_and_leaves_absences_out() -> None:
    met, lost = outcome(), outcome(drops=2, starts_at=datetime(2027, 1, 12, 14, tzinfo=UTC))
    phone = outcome(by_phone=True, met=False, why_phone="no_picture")
    nobody, absent = outcome(met=False), outcome(status="no_show", met=False)
    signals = [
        noticed(met.visit_id, "joined"),
        noticed(met.visit_id, "first_picture", 2000),
        noticed(lost.visit_id, "first_picture", 4000, browser="chrome"),
        noticed(lost.visit_id, "reconnected", browser="chrome"),
        noticed(phone.visit_id, "check_failed", reason="camera_denied"),
        noticed(met.visit_id, "first_picture", 90000, side="practitioner"),
    ]
    found = summarise([met, lost, phone, nobody, absent], signals, ZONE)
    assert found.by_video == Share(2, 4)
    assert found.took_place == Share(3, 4)
    assert not found.by_video.is_telling
    assert (found.absent, found.drops, found.dropped_visits, found.reconnects) == (1, 2, 1, 1)
    assert found.first_picture == 3.0
    assert found.phone_reasons == {"no_picture": 1}
    assert found.check_reasons == {"camera_denied": 1}
    assert {one.browser: one.by_video for one in found.browsers} == {
        "safari": Share(1, 2), "chrome": Share(1, 1)
    }  # fmt: skip
    assert [share.whole for share in found.weeks.values()] == [3, 1]


def test_quality_of_nothing_claims_nothing() -> None:
    found = summarise([], [], ZONE)
    assert found.by_video.percent is None
    assert found.first_picture is None
    nearly = summarise([outcome() for _ in range(199)] + [outcome(met=False)], [], ZONE)
    assert nearly.by_video.percent == 99
    assert nearly.by_video.is_telling
