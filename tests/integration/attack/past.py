"""A past for the log, in days after LATER: long after all that the machine's clock wrote.

Entries lie in the log as a row of it would; the chain takes them up like any other.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.models.dispatch import Dispatch
from shared.models.log_verification import LogVerification
from tests.integration.attack.furniture import DAY, NOW
from tests.people import PracticeOf

if TYPE_CHECKING:
    from tests.integration.attack.world import World

LATER = datetime(2090, 1, 1, tzinfo=UTC)
_EVENT = text("""
    insert into audit.event (id, practice_id, act_id, kind, at, actor_kind, actor_id, db_role,
        reason, action, target_type, target_id, patient_id, schema_revision, payload_hash)
    values (:id, :practice_id, :act_id, :kind, :at, :actor_kind, :actor_id, 'bedside_job',
        :reason, :action, :target_type, :target_id, :patient_id, '0001', '')
""")
_PAYLOAD = text("""
    insert into audit.payload (event_id, practice_id, patient_id, kind, retention, salt, body)
    values (:id, :practice_id, :patient_id, :kind, 'security', decode(repeat('00', 32), 'hex'),
        cast(:body as jsonb))
""")
_CHECKPOINT = text("""
    insert into audit.checkpoint (practice_id, first_seq, last_seq, merkle_root, chain_hash,
        previous_hash, key_id, signature, stored_as, made_at)
    values (:practice_id, :first, :last, '', '',
        case when cast(:first as bigint) > 1 then cast('' as bytea) end, '', '', '', :at)
""")
_FORK = text("""
    insert into audit.fork (practice_id, fork, event_id, last_kept, declared_at)
    values (:practice_id, :fork, :event_id, 0, :at)
""")
# Of each practice the first and last entry, and the day.
CHECKPOINTS = {"seagrape": ((1, 3, 1), (4, 5, 2)), "ironbound": ((1, 7, 3),)}
# Of each practice what was verified, on which day, and how it ended.
VERIFIED = {
    "seagrape": (("chain", 1, "passed"), ("chain", 2, "failed"), ("archive", 1, "passed")),
    "ironbound": (("chain", 3, "passed"), ("replay", 1, "unable")),
}


@dataclass(frozen=True)
class Entry:
    """One entry of the log; without a body its words are erased. `day` counts from LATER."""

    name: str
    day: int
    kind: str
    action: str
    target: tuple[str, UUID | None]
    patient_id: UUID | None = None
    actor_kind: str = "job"
    actor_id: UUID | None = None
    reason: str | None = None
    body: dict[str, Any] | None = field(default_factory=dict)
    # The entry whose act it belongs to.
    act_of: str = ""


def write(
    world: "World", session: Session, practice: PracticeOf, entry: Entry, minute: int
) -> UUID:
    """Put one entry into the log of a practice; its name is "seagrape.entry.booked".

    No two entries have the same `minute`: the newest of a day is always the same one.
    """
    name = f"{practice.view.slug}.entry.{entry.name}"
    made: UUID = world.call(name, new_id())
    act_of = world.ids[f"{practice.view.slug}.entry.{entry.act_of}"] if entry.act_of else made
    values = {
        "id": made, "practice_id": practice.id, "act_id": act_of, "kind": entry.kind,
        "at": LATER + entry.day * DAY + timedelta(minutes=minute), "action": entry.action,
        "actor_kind": entry.actor_kind, "actor_id": entry.actor_id, "reason": entry.reason,
        "target_type": entry.target[0], "target_id": entry.target[1],
        "patient_id": entry.patient_id,
    }  # fmt: skip
    session.execute(_EVENT, values)
    if entry.body is not None:
        session.execute(_PAYLOAD, values | {"body": json.dumps(entry.body)})
    return made


def furnish_past(world: "World", session: Session, practice: PracticeOf) -> None:
    """A record's life, a patient's story, who looked, and how the log of a practice is proven."""
    session.execute(
        text("select set_config('app.practice_id', :id, false)"), {"id": str(practice.id)}
    )
    slug = practice.view.slug
    mine = [one for one in world.patients.values() if one.practice_id == practice.id]
    other = next(one for one in world.patients.values() if one.practice_id != practice.id)
    mail = Dispatch(
        practice_id=practice.id, channel="email", template="receipt", status="delivered",
        patient_id=mine[0].id, attempts=1, to_bidx=b"q", provider="ses", dedupe_key="was-read",
        created_at=NOW - 50 * DAY, claimed_at=NOW - 50 * DAY, settled_at=NOW,
    )  # fmt: skip
    session.add(world.call(f"{slug}.read-mail", mail))
    if slug == "ironbound":
        # Another practice's mail has the same id, which cannot be.
        twin = Dispatch(
            id=world.ids["seagrape.read-mail"], practice_id=practice.id, channel="email",
            template="twin", status="delivered", attempts=1, to_bidx=b"q", dedupe_key="twin",
            created_at=NOW - 50 * DAY,
        )  # fmt: skip
        session.add(twin)
    session.flush()
    entries = (
        *_of_a_record(world.call(f"{slug}.record", new_id()), practice),
        Entry("looked", 2, "look", "record.viewed_as_it_was",
              ("weekly_hours", world.call(f"{slug}.looked-at", new_id()))),
        *_of_a_story(mine[0].id, practice),
        *_of_looks(mine[0].id, practice, mail.id),
        *_of_summaries(world, mine[0].given_name.lower(), mine[0].id),
        # The log of this practice names somebody of another.
        Entry("strange-act", 4, "act", "appointment.cancelled", ("patient", other.id), other.id),
        Entry("strange-look", 4, "look", "patient.viewed", ("patient", other.id), other.id,
              "physician", reason="strange"),
        Entry("strange-opening", -9, "look", "summary.viewed",
              ("visit_summary", world.ids[f"{other.given_name.lower()}.done.summary-2"]),
              other.id, "patient"),
    )  # fmt: skip
    for minute, entry in enumerate(entries):
        write(world, session, practice, entry, minute)
    _proofs(world, session, practice)


def _of_a_record(key: UUID, practice: PracticeOf) -> list[Entry]:
    """Made, changed, looked at, forgotten by the log, removed; another table has the same id."""
    hours, by = ("weekly_hours", key), practice.staff["maya"].account_id
    changed = "hours.changed"
    return [
        Entry("made", 1, "write", changed, hours, None, "owner", by,
              body={"op": "INSERT", "new": {"opens": "nine"}}),
        Entry("changed", 2, "write", changed, hours, None, "owner", by,
              body={"op": "UPDATE", "old": {"opens": "nine"}, "new": {"opens": "ten"}}),
        Entry("record-looked", 3, "look", "record.viewed_as_it_was", hours),
        Entry("elsewhere", 4, "write", changed, ("account", key),
              body={"op": "UPDATE", "new": {"opens": "elsewhere"}}),
        Entry("forgotten", 5, "write", changed, hours, body=None),
        Entry("removed", 6, "write", changed, hours, body={"op": "DELETE", "old": {}}),
    ]  # fmt: skip


def _of_a_story(patient_id: UUID, practice: PracticeOf) -> list[Entry]:
    """What a colleague did for a patient, a step of the machinery, words that were erased."""
    about = (("patient", patient_id), patient_id)
    by = practice.staff["maya"].account_id
    return [
        Entry("booked", 1, "act", "appointment.booked", *about, "physician", by,
              body={"visit": "First visit", "when": "Monday"}),
        Entry("asked", 2, "act", "dispatch.queued", *about, body={"mail": "a letter"},
              act_of="booked", reason="nightly"),
        Entry("erased", 3, "act", "appointment.booked", *about, body=None),
        Entry("unknown", 3, "act", "practice.dreamt_of", ("practice", practice.id), body=None),
    ]  # fmt: skip


def _of_looks(patient_id: UUID, practice: PracticeOf, mail_id: UUID) -> list[Entry]:
    """By a practitioner whom the directory names, by somebody whom it does not, at a message."""
    about = (("patient", patient_id), patient_id)
    maya, desk = (practice.staff[name].account_id for name in ("maya", max(practice.staff)))
    return [
        Entry("doctor", 1, "look", "patient.viewed", *about, "physician", maya),
        Entry("desk", 2, "look", "dispatch.viewed", ("dispatch", mail_id), patient_id,
              "receptionist", desk, reason="a call"),
        Entry("own", 3, "look", "patient.viewed", *about, "patient"),
        Entry("stranger", 3, "look", "patient.viewed", *about, "anonymous"),
    ]  # fmt: skip


def _of_summaries(world: "World", name: str, patient_id: UUID) -> list[Entry]:
    """The patient opened a summary; before that whatever is not the patient's opening of it."""
    summary = ("visit_summary", world.ids[f"{name}.done.summary-2"])
    first = ("visit_summary", world.ids[f"{name}.done.summary-1"])
    viewed = "summary.viewed"
    return [
        Entry("an-act", -8, "act", viewed, summary, patient_id, "patient"),
        Entry("listed", -7, "look", "summaries.listed", summary, patient_id, "patient"),
        Entry("other-one", -6, "look", viewed, first, patient_id, "patient"),
        Entry("nobodys", -5, "look", viewed, summary, None, "patient"),
        Entry("by-staff", -4, "look", viewed, summary, patient_id, "physician"),
        Entry("opened", -3, "look", viewed, summary, patient_id, "proxy"),
        Entry("again", -2, "look", viewed, summary, patient_id, "patient"),
    ]


def _proofs(world: "World", session: Session, practice: PracticeOf) -> None:
    slug, own = practice.view.slug, {"practice_id": practice.id}
    for first, last, day in CHECKPOINTS[slug]:
        values = own | {"first": first, "last": last, "at": LATER + day * DAY}
        session.execute(_CHECKPOINT, values)
    for kind, day, outcome in VERIFIED[slug]:
        at = LATER + day * DAY
        found = [{"sentence": f"entry {number} of {slug}"} for number in range(6)]
        run = LogVerification(
            **own, kind=kind, started_at=at, finished_at=at + timedelta(hours=1), outcome=outcome,
            details={"found": [*found, "no words"][::-1]} if outcome == "failed" else {},
        )  # fmt: skip
        session.add(run)
    session.flush()
    restored = {"restored_to": str(LATER), "by": "somebody", "second": "another", "lost": 2}
    for fork, action in ((1, "log.restored"), (2, "log.exported")):
        entry = Entry(f"fork-{fork}", 7, "act", action, ("log", None), reason="a disk",
                      body=restored)  # fmt: skip
        noted = write(world, session, practice, entry, fork)
        values = own | {"fork": fork, "event_id": noted, "at": LATER + 7 * DAY}
        session.execute(_FORK, values)
