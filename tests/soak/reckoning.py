"""The books after the storm: each question is a query whose right answer is nothing."""

import time
from collections.abc import Iterable

import psycopg

from tests.soak.visitors import Acknowledged
from tools.run import Practice

LIVE = "('pending', 'booked', 'checked-in', 'arrived', 'fulfilled')"

WRONG = {
    "two appointments at one time": f"""
        select a.id from appointment a join appointment b
          on a.practitioner_id = b.practitioner_id and a.id < b.id and a.occupied && b.occupied
        where a.status in {LIVE} and b.status in {LIVE}""",
    "busy times that are nobody's, or missing": f"""
        select a.id from appointment a full join busy_time b on b.appointment_id = a.id
        where (a.status in {LIVE}) is distinct from (b.appointment_id is not null)""",
    "money captured twice for one page": """
        select checkout_session_id from ledger_entry where kind = 'capture'
        group by checkout_session_id having count(*) > 1""",
    "a page paid without an entry in the books": """
        select c.id from checkout_session c where c.status = 'complete' and c.captured_minor > 0
        and not exists (select from ledger_entry l
            where l.checkout_session_id = c.id and l.kind = 'capture')""",
    "a refund that is not in the books, or twice": """
        select r.id from refund r left join ledger_entry l
          on l.refund_id = r.id and l.kind = 'refund'
        where r.status = 'succeeded' group by r.id having count(l.id) <> 1""",
    "more given back than taken": """
        select payment_id from ledger_entry group by payment_id
        having sum(case kind when 'capture' then amount_minor when 'refund' then -amount_minor
            else amount_minor end) < 0""",
    "money kept for a visit that is not there": """
        select p.id from payment p join appointment a
          on (a.practice_id, a.id) = (p.practice_id, p.appointment_id)
        where a.status = 'cancelled' and p.status = 'succeeded'
        and not exists (select from refund r where r.payment_id = p.id)
        and not exists (select from appointment_cancellation c
            where c.appointment_id = a.id and c.refund_due_minor = 0
            and c.reason = 'patient_request')
        """,
    "a booked visit that nobody paid": """
        select a.id from appointment a where a.status = 'booked' and a.price_minor > 0
        and a.booked_at > (select min(created_at) from payment) and not exists (
            select from payment p where p.appointment_id = a.id and p.status = 'succeeded')
        and exists (select from payment p where p.appointment_id = a.id)""",
    "two confirmations of one booking": """
        select about_id from dispatch where template = 'booking_confirmed'
        group by about_id having count(*) > 1""",
    "a mail whose fate is unknown, and nobody was told": """
        select id from dispatch d where status in ('queued', 'sending') or (status = 'unknown'
        and not exists (select from attention_item i where i.kind = 'mail_unknown'
            and i.subject_id = d.id))""",
    "a page or refund whose fate is unknown": """
        select id from checkout_session where status in ('creating', 'unknown')
        union all select id from refund where status in ('creating', 'unknown', 'submitting')""",
    "a notice that was not applied": """
        select id from inbox where status in ('received', 'dead')""",
    "a gap in the log": """
        select practice_id from audit.link group by practice_id having count(*) <> max(seq)""",
    "an event outside the chain": """
        select id from audit.event e where not exists (
            select from audit.link l where l.event_id = e.id)""",
}

BUSY = """
    select count(*) from jobs.procrastinate_jobs where status = 'doing'
    or (status = 'todo' and (scheduled_at is null or scheduled_at < now() + interval '30 seconds'))
"""


def ask(practice: Practice, query: str, *values: object) -> list[str]:
    """The first column of an administrator's query."""
    server = practice.environ["DATABASE_URL"].replace("/postgres?", "/bedside?", 1)
    with psycopg.connect(server) as admin:
        return [str(row[0]) for row in admin.execute(query.encode(), values or None)]


def wait_for_quiet(practice: Practice, within: float) -> None:
    """Until no job is left that could still change something."""
    end, calm = time.monotonic() + within, 0
    while calm < 6:
        calm = calm + 1 if ask(practice, BUSY) == ["0"] else 0
        assert time.monotonic() < end, "the queue never came to rest"
        time.sleep(0.5)


def make_every_schedule_due(practice: Practice) -> None:
    """The schedules go by the machine's clock; only the sandbox's was moved."""
    ask(practice, "delete from schedule_tick returning name")
    time.sleep(8)  # the worker looks every five seconds


def find_wrong(practice: Practice) -> dict[str, list[str]]:
    """What does not add up, by name."""
    found = {name: ask(practice, query) for name, query in WRONG.items()}
    return {name: rows[:5] for name, rows in found.items() if rows}


def find_lost(practice: Practice, said: Acknowledged) -> dict[str, set[str]]:
    """What was acknowledged and is not there."""
    there = set(ask(practice, "select id from appointment"))
    kept = set(ask(practice, "select id from appointment where status = 'booked'"))
    gone = set(ask(practice, "select id from appointment where status = 'cancelled'"))
    paid = set(
        ask(
            practice,
            "select vendor_id from checkout_session where id in"
            " (select checkout_session_id from ledger_entry where kind = 'capture')",
        )
    )
    lost = {
        "holds": said.holds - there,
        "bookings": said.booked - said.cancelled - kept - _changing_their_mind(said, gone),
        "cancellations": said.cancelled - gone,
        "payments": said.paid - paid,
    }
    return {name: ids for name, ids in lost.items() if ids}


def _changing_their_mind(said: Acknowledged, gone: Iterable[str]) -> set[str]:
    """Cancelled by somebody who went home before the answer came."""
    return set(gone) & said.cancelling
