"""What a practice stands on before its first patient: keys, hours, licences, mail, sheets."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.models.account import Account
from shared.models.dispatch import Dispatch
from shared.models.downtime_sheet import DowntimeSheet, SheetKey
from shared.models.licence import Licence
from shared.models.mail_warmup import MailWarmup
from shared.models.passkey import Passkey
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.role_grant import RoleGrant
from shared.models.visit_type import VisitType
from shared.models.weekly_hours import WeeklyHours
from tests.integration.attack.furniture import NOW
from tests.people import PracticeOf

if TYPE_CHECKING:
    from tests.integration.attack.world import World

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
SINCE = date(2024, 1, 1)
# Whose passkeys: one that is good, and one that is not any more.
GOOD, OVER = None, NOW - timedelta(days=2)
KEYS = {
    "seagrape": {"maya": (GOOD, OVER), "rosa": (GOOD,)},
    "ironbound": {"tomás": (GOOD, GOOD), "maya": (OVER,), "jun": (GOOD,)},
}
# Name, template, state, hours since it settled, whether it went to a patient.
TEST_MAILS = {
    "seagrape": (
        ("arrived", "operations_test", "delivered", 30, False),
        ("other", "change_due", "delivered", 4, False),
        ("patients", "operations_test", "delivered", 3, True),
        ("back", "operations_test", "bounced", 2, False),
    ),
    "ironbound": (("arrived", "operations_test", "delivered", 1, False),),
}


def furnish_drew(world: "World", session: Session) -> None:
    """A colleague with one sign-in, Ironbound's, and two places: the one there is over."""
    jun = world.cast.ironbound.staff["jun"].account_id
    drew = Practitioner(
        given_name="Drew", family_name="Sato", credentials="DO", biography="", created_at=NOW
    )
    session.add(world.call("dr-drew", drew))
    session.flush()
    # And somebody whom Ironbound calls by the sign-in of Seagrape's receptionist.
    rosa = world.cast.seagrape.staff["rosa"].account_id
    elsa = Practitioner(
        given_name="Elsa", family_name="Sato", credentials="DO", biography="", created_at=NOW
    )
    session.add(world.call("dr-elsa", elsa))
    session.flush()
    for practice, person, account, active in (
        (world.cast.seagrape, drew, jun, True),
        (world.cast.ironbound, drew, jun, False),
        (world.cast.ironbound, elsa, rosa, False),
    ):
        session.add(
            PractitionerRole(
                practice_id=practice.id, practitioner_id=person.id, account_id=account,
                specialty="Family medicine", time_zone="America/New_York", active=active,
                created_at=NOW,
            )
        )  # fmt: skip
    session.flush()


def furnish_ground(world: "World", session: Session, practice: PracticeOf) -> None:
    """Keys, hours, licences, mail that arrived, a warm-up and the sheets of one practice."""
    session.execute(
        text("select set_config('app.practice_id', :id, false)"), {"id": str(practice.id)}
    )
    slug = practice.view.slug
    for name, ends in KEYS[slug].items():
        for ended in ends:
            key = practice.staff[name].account_id
            session.add(_passkey(world, practice, key, ended))
    session.add(
        WeeklyHours(
            practice_id=practice.id, practitioner_id=world.ids["dr-drew"], weekday=0,
            opens=time(9), closes=time(12), valid_from=SINCE,
            valid_until=YESTERDAY if slug == "seagrape" else None,
        )
    )  # fmt: skip
    _licences(world, session, practice)
    _test_mails(world, session, practice)
    _sheets(world, session, practice)
    _visit_type(session, practice)
    _strangers(world, session, practice)


def _visit_type(session: Session, practice: PracticeOf) -> None:
    """One that is offered no more."""
    gone = VisitType(
        practice_id=practice.id, slug="no-more", name="No more", summary="", length_minutes=30,
        buffer_before_minutes=0, buffer_after_minutes=0, notice_minutes=120, horizon_days=60,
        step_minutes=30, modality="video", states=["FL"], price_minor=1, currency="usd",
        cancel_window_hours=24, position=9, active=False, created_at=NOW,
    )  # fmt: skip
    session.add(gone)


def _strangers(world: "World", session: Session, practice: PracticeOf) -> None:
    """Sign-ins: one that had a role once and never a name, one with a name and never a role.

    And in Ironbound one with the id of Seagrape's Maya, which cannot be, and a passkey of its own.
    """
    slug, common = practice.view.slug, {"practice_id": practice.id, "email_ct": b""}
    nameless = Account(
        **common, email_bidx=b"nameless", name=None, user_handle=b"\x02" * 32, created_at=NOW
    )
    session.add(world.call(f"{slug}.nameless", nameless))
    roleless = Account(
        **common, email_bidx=b"roleless", name="Newcomer", user_handle=b"\x03" * 32, created_at=NOW
    )
    session.add(world.call(f"{slug}.roleless", roleless))
    session.flush()
    if practice is world.cast.ironbound:
        maya = world.cast.seagrape.staff["maya"].account_id
        twin = Account(
            **common, id=maya, email_bidx=b"twin", name="Twin", user_handle=b"\x04" * 32,
            created_at=NOW,
        )  # fmt: skip
        session.add(twin)
        session.flush()
        session.add(_passkey(world, practice, maya, GOOD))
    session.add(
        RoleGrant(
            practice_id=practice.id, account_id=nameless.id, role="nurse", granted_by=None,
            granted_at=NOW, ended_by=None, ended_at=NOW,
        )
    )  # fmt: skip
    session.flush()


def _passkey(
    world: "World", practice: PracticeOf, account_id: UUID, ended: datetime | None
) -> Passkey:
    made = len(world.ids)
    key = Passkey(
        practice_id=practice.id, account_id=account_id, label="Theirs",
        rp_id="localhost", credential_id=made.to_bytes(16), public_key=b"", sign_count=0,
        transports=[], aaguid="", backed_up=False, created_at=NOW, last_used_at=None,
        ended_at=ended,
    )  # fmt: skip
    world.call(f"{practice.view.slug}.key-{made}", key)
    return key


def _licences(world: "World", session: Session, practice: PracticeOf) -> None:
    """Drew's is good in Ironbound and was ended in Seagrape, where Maya's first one has run out."""
    drew, maya = world.ids["dr-drew"], practice.practitioners["maya"]
    held = (
        (("drew", drew, "FL", date(2027, 3, 1), NOW), ("old", maya, "FL", YESTERDAY, None))
        if practice is world.cast.seagrape
        else (("drew", drew, "NJ", date(2027, 6, 1), None),)
    )
    for name, who, state, until, ended in held:
        licence = Licence(
            practice_id=practice.id, practitioner_id=who, state=state, number="1",
            starts_on=SINCE, ends_on=until, created_at=NOW, ended_at=ended,
        )  # fmt: skip
        session.add(world.call(f"{practice.view.slug}.licence-{name}", licence))


def _test_mails(world: "World", session: Session, practice: PracticeOf) -> None:
    slug = practice.view.slug
    patient = next(one for one in world.patients.values() if one.practice_id == practice.id)
    sent = NOW - timedelta(hours=40)
    for name, template, status, hours, theirs in TEST_MAILS[slug]:
        mail = Dispatch(
            practice_id=practice.id, channel="email", template=template, status=status,
            patient_id=patient.id if theirs else None, attempts=1, to_bidx=b"z", provider="ses",
            dedupe_key=f"test-{name}", created_at=sent - timedelta(hours=hours), claimed_at=sent,
            settled_at=NOW - timedelta(hours=hours),
        )  # fmt: skip
        session.add(world.call(f"{slug}.test-mail-{name}", mail))


def _sheets(world: "World", session: Session, practice: PracticeOf) -> None:
    both = {"practice_id": practice.id}
    for day, ended in ((1, NOW), (20, None)):
        began = datetime(2026, 12, day, tzinfo=UTC)
        session.add(MailWarmup(**both, started_on=began.date(), ended_at=ended))
        key = SheetKey(
            **both, certificate="", fingerprint="", made_by=practice.id, made_at=began,
            ended_at=ended,
        )  # fmt: skip
        session.add(key)
    ahead = 1 if practice is world.cast.seagrape else 2
    for days in (-1, ahead):
        sheet = DowntimeSheet(
            **both, on_date=TODAY + timedelta(days=days), visits=0, sha256=b"\0" * 32,
            stored_as="", sealed=None, fingerprint="", made_at=NOW,
        )  # fmt: skip
        session.add(sheet)
