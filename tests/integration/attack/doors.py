"""Every door, asked by everybody for everything, in a database that refuses nothing.

What comes out is told in names, a line for each question, and compared with a file that a
reviewer has read: tests/integration/attack/reviewed/.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import (
    accounts,
    appointments,
    break_glass,
    dispatches,
    holds,
    patient_search,
    patients,
    payment_sweeps,
    payments,
    schedule,
)
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.db import Base
from shared.models.appointment import Appointment
from shared.models.practitioner import Practitioner
from shared.models.role_grant import RoleGrant
from shared.models.visit_type import VisitType
from shared.people.details import name_key
from tests.integration.attack.video import of_video
from tests.integration.attack.world import DAY, NOW, World, viewers

Ask = Callable[[Session, Principal], Any]
Question = tuple[str, Ask]


def _of_patients(world: World) -> Iterator[Question]:
    for name, person in world.patients.items():
        yield (
            f"access_patient {name}",
            lambda s, v, i=person.id: patients.access_patient(s, viewer=v, patient_id=i),
        )
        yield (
            f"search {name} by e-mail",
            lambda s, v, e=person.email: patient_search.search_patients(
                s, viewer=v, text=e, name_key=name_key(e)
            ),
        )
    for typed in ("whi", "wh", "08/14/1985", "1985-08-14", "(561) 555-0199", "  ", "QQ1-11Q"):
        yield (
            f"search {typed!r}",
            lambda s, v, t=typed: patient_search.search_patients(
                s, viewer=v, text=t, name_key=name_key(t)
            ),
        )
    yield "list_patients", lambda s, v: patients.list_patients(s, viewer=v)
    yield "list_patients two", lambda s, v: patients.list_patients(s, viewer=v, limit=2)
    yield (
        "list_patients from w",
        lambda s, v: patients.list_patients(s, viewer=v, starting_with="w"),
    )
    yield "reads_everyone", lambda _, v: patients.reads_everyone(v)
    yield (
        "own patients",
        lambda s, v: patients.list_own_patients(
            s, practice_id=v.practice_id, account_id=v.account_id or v.practice_id
        ),
    )


def _of_visits(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if name.count(".") != 1 or not _is_visit(name):
            continue
        for ask in ("access_appointment", "access_visit", "access_hold"):
            yield (
                f"{ask} {name}",
                lambda s, v, i=key, a=ask: getattr(appointments, a)(s, viewer=v, appointment_id=i),
            )
        yield (
            f"access_entry {name}",
            lambda s, v, i=key: schedule.access_entry(s, viewer=v, appointment_id=i),
        )
        yield (
            f"find_cancellation {name}",
            lambda s, v, i=key: appointments.find_cancellation(
                s, viewer=v, appointment=Appointment(id=i, practice_id=v.practice_id)
            ),
        )
    yield "list_upcoming", lambda s, v: appointments.list_upcoming(s, viewer=v, limit=9)
    yield "list_upcoming one", lambda s, v: appointments.list_upcoming(s, viewer=v, limit=1)
    yield "list_past", lambda s, v: appointments.list_past(s, viewer=v)
    yield (
        "list_past before",
        lambda s, v: appointments.list_past(s, viewer=v, before=NOW - 10 * DAY, limit=2),
    )
    for name, person in world.cast.seagrape.practitioners.items():
        yield (
            f"list_taken {name}",
            lambda s, v, i=person: schedule.list_taken(
                s, viewer=v, practitioner_id=i, first=NOW - 10 * DAY
            ),
        )
    yield (
        "list_schedule",
        lambda s, v: schedule.list_schedule(s, viewer=v, first=NOW - 10 * DAY, until=NOW + 6 * DAY),
    )


def _is_visit(name: str) -> bool:
    return not any(word in name for word in ("mail", "glass", "rosa", "maya", "tomás", "left"))


def _of_holds(world: World) -> Iterator[Question]:
    yield (
        "lock_live_holds",
        lambda s, v: sorted(
            holds.lock_live_holds(s, viewer=v), key=lambda row: (row.hold_expires_at, row.starts_at)
        ),
    )
    for name in ("ana.held", "ana.soon", "cleo.held"):
        yield (
            f"lock_unclaimed_hold {name}",
            lambda s, v, i=world.ids[name]: holds.lock_unclaimed_hold(
                s, practice_id=v.practice_id, appointment_id=i
            ),
        )
    yield (
        "list_own_ranges",
        lambda s, v: [
            f"{(first - NOW).days}d"
            for first, _ in sorted(
                holds.list_own_ranges(s, viewer=v, first=NOW - 10 * DAY, until=NOW + 4 * DAY)
            )
        ],
    )
    for late in (timedelta(), timedelta(minutes=10)):
        yield (
            f"list_expired_holds +{late}",
            lambda s, v, w=late: len(holds.list_expired_holds(s, viewer=v, at=NOW + w)),
        )


def _of_messages(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if ".mail-" not in name:
            continue
        number = ("queued", "delivered", "bounced", "sending").index(name.partition(".mail-")[2])
        whose = name.partition(".")[0]
        yield (
            f"access_dispatch {name}",
            lambda s, v, i=key: dispatches.access_dispatch(s, viewer=v, dispatch_id=i),
        )
        yield (
            f"by key {name}",
            lambda s, v, k=f"key-{number}-{whose}": dispatches.find_dispatch_by_key(
                s, viewer=v, dedupe_key=k
            ),
        )
        yield (
            f"by message id {name}",
            lambda s, v, k=f"m-{number}-{whose}": dispatches.find_dispatch_by_message_id(
                s, viewer=v, message_id=k
            ),
        )
    yield "sent to viewer", lambda s, v: dispatches.list_sent_to_viewer(s, viewer=v)
    for name, person in world.patients.items():
        yield (
            f"sent to {name}",
            lambda s, v, i=person.id: dispatches.list_patient_dispatches(
                s, viewer=v, patient_id=i, limit=3
            ),
        )
        yield (
            f"sent to {name} before",
            lambda s, v, i=person.id, b=f"{name}.mail-delivered": (
                dispatches.list_patient_dispatches(s, viewer=v, patient_id=i, before=world.ids[b])
            ),
        )
    for states in (("queued",), ("sending",), ("sending", "queued")):
        yield (
            f"unsettled {states}",
            lambda s, v, w=states: dispatches.list_unsettled_dispatch_ids(
                s, viewer=v, statuses=w, before=NOW - timedelta(minutes=30), limit=5
            ),
        )


def _of_money(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        kind = name.rpartition(".")[2]
        if kind == "payment":
            yield (
                f"access_payment {name}",
                lambda s, v, i=key: payments.access_payment(s, viewer=v, payment_id=i),
            )
            yield (
                f"pages of {name}",
                lambda s, v, i=key: payments.list_checkouts(s, viewer=v, payment_id=i),
            )
            yield (
                f"refunds of {name}",
                lambda s, v, i=key: payments.list_refunds(s, viewer=v, payment_id=i),
            )
            visit = name.removesuffix(".payment")
            yield (
                f"payment of {visit}",
                lambda s, v, i=world.ids[visit]: payments.find_appointment_payment(
                    s, viewer=v, appointment_id=i, lock=True
                ),
            )
        elif kind.startswith("page"):
            yield (
                f"access_checkout {name}",
                lambda s, v, i=key: payments.access_checkout(s, viewer=v, checkout_id=i),
            )
            vendor = f"cs-{kind[-1]}-{name.rpartition('.')[0]}"
            yield (
                f"checkout {vendor}",
                lambda s, v, i=vendor: payments.find_checkout_by_vendor_id(
                    s, viewer=v, vendor_id=i
                ),
            )
        elif kind == "refund":
            yield (
                f"access_refund {name}",
                lambda s, v, i=key: payments.access_refund(s, viewer=v, refund_id=i),
            )
            vendor = f"re-{name.removesuffix('.refund')}"
            yield (
                f"refund {vendor}",
                lambda s, v, i=vendor: payments.find_refund_by_vendor_id(s, viewer=v, vendor_id=i),
            )
    for name, person in world.patients.items():
        yield (
            f"payments of {name}",
            lambda s, v, i=person.id: payments.list_patient_payments(
                s, viewer=v, patient_id=i, limit=2
            ),
        )
    yield from _of_sweeps()


def _of_sweeps() -> Iterator[Question]:
    for late in (timedelta(), timedelta(hours=2)):
        yield (
            f"pages to close +{late}",
            lambda s, v, w=late: payment_sweeps.list_pages_to_close(s, viewer=v, at=NOW + w),
        )
    for early in (timedelta(hours=25), timedelta(hours=24), timedelta()):
        yield (
            f"pages unheard -{early}",
            lambda s, v, w=early: payment_sweeps.list_pages_unheard(s, viewer=v, before=NOW - w),
        )
        yield (
            f"refunds unheard -{early}",
            lambda s, v, w=early: payment_sweeps.list_refunds_unheard(s, viewer=v, before=NOW - w),
        )


def _of_staff(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if name.endswith((".maya", ".rosa", ".tomás", ".left")):
            yield (
                f"access_account {name}",
                lambda s, v, i=key: accounts.access_account(s, viewer=v, account_id=i),
            )
            for late in (0, 29, 31):
                yield (
                    f"open glass {name} +{late}",
                    lambda s, v, i=key, w=late: break_glass.find_open_glass(
                        s,
                        practice_id=v.practice_id,
                        account_id=i,
                        at=NOW + timedelta(minutes=w),
                    ),
                )
        if ".glass-" in name:
            yield (
                f"access_breaking {name}",
                lambda s, v, i=key: break_glass.access_breaking(s, viewer=v, glass_id=i),
            )
    yield "own account", lambda s, v: accounts.access_own_account(s, viewer=v)
    yield "staff", lambda s, v: accounts.list_staff(s, viewer=v)
    yield "breakings", lambda s, v: break_glass.list_breakings(s, viewer=v)
    yield "one breaking", lambda s, v: break_glass.list_breakings(s, viewer=v, limit=1)
    yield "unended glass", lambda s, v: break_glass.lock_unended_glass(s, viewer=v)


def tell(world: World, found: Any) -> str:
    """An answer in names."""
    if found is None:
        return "-"
    if isinstance(found, list | tuple):
        return "[" + " ".join(tell(world, one) for one in found) + "]"
    if isinstance(found, VisitType | Practitioner):
        return "*"
    if isinstance(found, RoleGrant):
        return found.role
    if isinstance(found, Base | UUID):
        return world.named(found)
    if is_dataclass(found):
        parts = [tell(world, getattr(found, one.name)) for one in fields(found)]
        return "(" + ",".join(parts) + ")"
    return str(found)


def answer(world: World, question: Question, viewer: Principal) -> str:
    """What a door gives one viewer, and the looks it notes."""
    with world.session() as session:
        try:
            said = tell(world, question[1](session, viewer))
        except NotFound:
            said = "NotFound"
        looks = sorted(
            f"{one.action}@{world.named(one.target_id)}/{world.named(one.patient_id)}"
            for one in session.info.get("looks", {})
        )
        session.rollback()
    return said + "".join(f" !{one}" for one in looks)


GROUPS: dict[str, Callable[[World], Iterator[Question]]] = {
    "patients": _of_patients,
    "visits": _of_visits,
    "holds": _of_holds,
    "messages": _of_messages,
    "money": _of_money,
    "staff": _of_staff,
    "video": of_video,
}


def account_of(world: World, group: str) -> Iterator[str]:
    """A line for each question and each different answer: who gets it."""
    everybody = viewers(world.cast, world.patients)
    for question in GROUPS[group](world):
        answers: dict[str, list[str]] = {}
        for name, viewer in everybody.items():
            answers.setdefault(answer(world, question, viewer), []).append(name)
        for said, who in answers.items():
            yield f"{question[0]} | {', '.join(who)} | {said}"
