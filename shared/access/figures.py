"""The door to figures: how many and how much, of the whole practice, about nobody in particular."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.policy import holds
from shared.access.principal import Principal

# One statement for what is counted by week and by day; days are those of the practice's own clock.
_VISITS = text("""
    select 'booked' as what, date_trunc('week', booked_at at time zone :zone)::date as since,
        count(*) as number
    from appointment
    where practice_id = :practice_id and booked_at is not null and booked_at >= :weeks_from
        and status <> 'entered-in-error'
    group by 2
    union all
    select 'seen', (starts_at at time zone :zone)::date, count(distinct patient_id)
    from appointment
    where practice_id = :practice_id and starts_at >= :month_from and ends_at <= :now
        and status in ('booked', 'checked-in', 'arrived', 'fulfilled')
    group by 2
""")
_MONEY = text("""
    select date_trunc('week', recorded_at at time zone :zone)::date as since, currency,
        sum(case when kind = 'refund' then -amount_minor else amount_minor end)::bigint as number
    from ledger_entry
    where practice_id = :practice_id and recorded_at >= :weeks_from
    group by 1, 2
""")


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """Bookings made by week (its Monday), and patients seen by day of this month."""

    booked: Mapping[date, int]
    seen: Mapping[date, int]


def count_visits(
    session: Session,
    *,
    viewer: Principal,
    zone: str,
    weeks_from: datetime,
    month_from: datetime,
    now: datetime,
) -> VisitFigures:
    """What was booked since `weeks_from` and who was seen since `month_from`. NotFound else."""
    if not holds(viewer, "figures.read"):
        raise NotFound
    rows = session.execute(
        _VISITS,
        {
            "practice_id": viewer.practice_id,
            "zone": zone,
            "weeks_from": weeks_from,
            "month_from": month_from,
            "now": now,
        },
        execution_options={"door": True},
    ).all()
    return VisitFigures(
        booked={row.since: row.number for row in rows if row.what == "booked"},
        seen={row.since: row.number for row in rows if row.what == "seen"},
    )


def sum_money(
    session: Session, *, viewer: Principal, zone: str, weeks_from: datetime
) -> dict[str, dict[date, int]]:
    """What came in less what went back, in minor units, by currency and week. NotFound else."""
    if not holds(viewer, "money.read"):
        raise NotFound
    rows = session.execute(
        _MONEY,
        {"practice_id": viewer.practice_id, "zone": zone, "weeks_from": weeks_from},
        execution_options={"door": True},
    ).all()
    found: dict[str, dict[date, int]] = {}
    for row in rows:
        found.setdefault(row.currency, {})[row.since] = row.number
    return found
