"""Values can be sealed anew under a new data key, and data keys wrapped under a new KMS key."""

from alembic import op

revision = "0019"
down_revision = "0018"

# Tables whose sealed columns a job could not change until now.
SEALED = {
    "sign_in_attempt": "email_ct, details_ct",
    "break_glass": "words_ct",
    "email_change": "old_email_ct, new_email_ct",
}


def upgrade() -> None:
    op.execute("grant update (kms_key_id) on data_key to bedside_job")
    for name, columns in SEALED.items():
        op.execute(f"grant update ({columns}) on {name} to bedside_job")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
