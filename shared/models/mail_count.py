"""How many mails left in an hour: what the caps compare with."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class MailCount(Base):
    """One row an hour for the whole server, and one for each practice that sent something."""

    __tablename__ = "mail_count"

    # "server", or the practice's id.
    scope: Mapped[str] = mapped_column(primary_key=True)
    # The beginning of the hour, UTC.
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    sent: Mapped[int]
