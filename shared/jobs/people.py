"""Work for patients: the reminder of tomorrow's visit, and a warning that reached the practice."""

from uuid import UUID

from shared.attention import raise_item
from shared.booking.reminding import list_reminders_due, remind_of_visit
from shared.jobs.registry import Job, every, task
from shared.profile.taking_back import patient_of_change


@every(300)
def remind_of_visits(job: Job) -> None:
    """Ask for the mails of everybody whose visit is a day away; late runs catch up."""
    with job.session() as session:
        for appointment_id in list_reminders_due(session, by=job.principal):
            remind_of_visit(session, appointment_id=appointment_id, by=job.principal)


@task("report_taken_back")
def report_taken_back(job: Job, *, email_change_id: UUID) -> None:
    """Somebody's address was changed by somebody else: the practice has to call."""
    with job.session() as session:
        patient_id = patient_of_change(
            session, practice_id=job.practice_id, email_change_id=email_change_id
        )
        raise_item(
            session,
            "address_taken_back",
            subject=("patient", patient_id),
            patient_id=patient_id,
            once=True,
        )
