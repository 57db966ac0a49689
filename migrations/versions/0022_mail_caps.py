"""How many mails left in an hour, for each practice and for the server: what the caps count."""

from migrations.tables import Access, table

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    table(
        "mail_count",
        """
        scope text not null,
        hour timestamptz not null,
        sent integer not null constraint ck_mail_count_sent check (sent >= 0),
        constraint pk_mail_count primary key (scope, hour)
        """,
        retention="transient",
        practice_column=None,
        logged=False,
        access={"job": Access("select, insert, update, delete")},
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
