"""After a restore that lost sealed entries, what docs/runbooks/database-lost.md says works."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from shared import clock
from shared.jobs.registry import Job
from shared.proof.sealing import seal_log
from shared.proof.verifying import verify_log
from shared.proof.work import LogBroken
from tests.integration.proof.conftest import BUCKET, Superuser, meddle, objects, something_happens
from tests.integration.proof.test_sealing import head
from tests.people import Cast

NEW_BUCKET = "bedside-archive-after-restore"


def copy_into_new_bucket(keys: list[str]) -> None:
    store = boto3.client("s3")
    store.create_bucket(Bucket=NEW_BUCKET, ObjectLockEnabledForBucket=True)
    for key in keys:
        store.put_object(
            Bucket=NEW_BUCKET,
            Key=key,
            Body=store.get_object(Bucket=BUCKET, Key=key)["Body"].read(),
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=clock.now() + timedelta(days=6 * 366),
        )


def test_a_new_bucket_carries_the_log_on(job: Job, cast: Cast, superuser: Superuser) -> None:
    seal_log(job, at_once=True)
    until, before = head(job), objects()
    something_happens(cast, 2)
    seal_log(job, at_once=True)
    meddle(
        superuser,
        f"delete from audit.checkpoint where last_seq > {until}",
        f"delete from audit.event where id in"
        f" (select event_id from audit.link where seq > {until})",
        f"delete from audit.payload where event_id in"
        f" (select event_id from audit.link where seq > {until})",
        f"delete from audit.link where seq > {until}",
    )
    with pytest.raises(LogBroken) as broken:
        verify_log(job)
    assert {found.kind for found in broken.value.findings} <= {"truncated", "checkpoint"}
    something_happens(cast)
    with pytest.raises(LogBroken):
        seal_log(job, at_once=True)

    copy_into_new_bucket(before)
    carried_on = Job("test", job.practice_id, replace(job.settings, archive_bucket=NEW_BUCKET))
    verify_log(carried_on)
    assert seal_log(carried_on, at_once=True) == 1
    verify_log(carried_on)
