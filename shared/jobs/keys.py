"""Data keys: what is sealed under an older version is sealed anew, and the version then retired."""

from datetime import timedelta

from shared import clock, keyring
from shared.jobs.registry import Job, every
from shared.practices.rotation import begin_rotation, finish_rotation, reseal, standing

# A run ends before the next is asked for, and lets other work through.
MOST_ROWS = 5000
# A data key seals for so long.
TURNED_EVERY = timedelta(days=90)


@every(300)
def reseal_values(job: Job) -> None:
    """Go on with a rotation, if one is going on; begin one when the key is old."""
    with job.session() as session:
        now = standing(session)
    if len(now.open_versions) == 1:
        if clock.now() - now.made_at < TURNED_EVERY:
            return
        begin_rotation(job, keyring.current().wrapper)
    if reseal(job, most=MOST_ROWS) == 0:
        finish_rotation(job, keyring.current().wrapper)
