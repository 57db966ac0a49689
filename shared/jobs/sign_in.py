"""Work of the doorkeeper: nothing that opened a door once lies about for ever."""

from uuid import UUID

from shared import clock
from shared.attention import raise_item
from shared.auth.sweeping import sweep_sign_ins as sweep
from shared.jobs.registry import Job, every, task
from shared.messaging.email import send_email
from shared.models.account import Account


@task("tell_of_guesses")
def tell_of_guesses(job: Job, *, account_id: UUID) -> None:
    """Somebody tries recovery codes of a colleague that are not theirs."""
    with job.session() as session:
        raise_item(session, "codes_guessed", subject=("account", account_id))


@every(3600)
def sweep_sign_ins(job: Job) -> None:
    """Delete expired attempts, challenges, counters and sessions."""
    with job.session() as session:
        sweep(session, practice_id=job.practice_id, at=clock.now())


@task("tell_of_new_way_in")
def tell_of_new_way_in(job: Job, *, account_id: UUID, face: str) -> None:
    """Whoever a passkey or a sheet of codes was made for hears of it where mail reaches them."""
    with job.session() as session:
        account = session.get_one(Account, (job.practice_id, account_id))
        if account.closed_at is not None:
            return
        send_email(
            session,
            to=account.email,
            template="new_way_in",
            context={"link": f"/{face}/security", "face": face},
            account_id=account.id,
            about=("account", account.id),
            dedupe_key=f"new_way_in:{job.id}",
        )
