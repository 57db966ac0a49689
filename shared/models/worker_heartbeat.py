"""A sign of life of a worker process; a reader decides how old is too old."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class WorkerHeartbeat(Base):
    """One row a worker process. `task` is "idle" or the names of the tasks it is at."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str]
    # By the database's clock, which no sandbox moves.
    seen_at: Mapped[datetime]


class ScheduleTick(Base):
    """When each schedule last asked for its work; claimed by one worker at a time."""

    __tablename__ = "schedule_tick"

    name: Mapped[str] = mapped_column(primary_key=True)
    ticked_at: Mapped[datetime]
