"""What an owner sets: a host name, a kind of visit, somebody's hours and a day that differs."""

from uuid import UUID

from shared import clock
from shared.db import open_session
from shared.events import act
from shared.ids import new_id
from shared.models.downtime_sheet import DowntimeSheet
from shared.models.practice import PracticeHost
from shared.models.schedule_exception import ScheduleException
from shared.models.vendor import Vendor
from tests.people import PracticeOf


def settings_of(practice: PracticeOf) -> dict[str, UUID]:
    """One of each, with the argument names that routes use."""
    # Maya works in both practices: somebody who does not is another practice's own.
    name = next((one for one in practice.practitioners if one != "maya"), "maya")
    person = practice.practitioners[name]
    with open_session(practice.context()) as session:
        away = ScheduleException(
            practice_id=practice.id,
            practitioner_id=person,
            on_date=clock.today(practice.view.time_zone),
            kind="closed",
            opens=None,
            closes=None,
            reason="away",
            created_at=clock.now(),
            ended_at=None,
        )
        host = PracticeHost(
            practice_id=practice.id, host=f"{new_id().hex}.example", face="portal", canonical=False
        )
        vendor = Vendor(
            practice_id=practice.id,
            name=f"Vendor {new_id().hex}",
            purpose="Mail",
            handles_phi=True,
            region="United States",
            agreed_on=None,
            renews_on=None,
            exempt_because="",
            changed_at=clock.now(),
            created_at=clock.now(),
            ended_at=None,
        )
        sheet = DowntimeSheet(
            practice_id=practice.id,
            on_date=clock.today(practice.view.time_zone),
            visits=1,
            sha256=b"0" * 32,
            stored_as=f"{practice.id}/sheets/{new_id()}.p7m",
            fingerprint="0" * 64,
            sealed=b"sealed",
            made_at=clock.now(),
        )
        session.add_all([away, host, vendor, sheet])
        act(session, "practice.seeded", target=("practice", practice.id))
    return {
        "host_id": host.id,
        "vendor_id": vendor.id,
        "sheet_id": sheet.id,
        "visit_type_id": next(iter(practice.visit_types.values())),
        "practitioner_id": person,
        "exception_id": away.id,
    }
