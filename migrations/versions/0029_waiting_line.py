"""A patient's place in line: two numbers about others, and nothing else."""

from alembic import op

from migrations.tables import PATIENT, PRACTICE

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute(
        f"""
        create function public.visit_line(p_visit uuid)
        returns table (ahead integer, busy boolean)
        language sql stable security definer set search_path = pg_catalog, public as $$
            select
                (count(*) filter (
                    where other.starts_at < mine.starts_at and other.checked_in_at is not null
                ))::integer,
                coalesce(bool_or(other.status in ('in_progress', 'dropped')
                    or other.status = 'converted_to_phone'
                        and other.practitioner_joined_at is not null
                ), false)
            from visit mine
            left join visit other on other.practice_id = mine.practice_id
                and other.practitioner_id = mine.practitioner_id
                and other.id <> mine.id
                and other.starts_at > mine.starts_at - interval '12 hours'
                and other.status in ('patient_checked_in', 'practitioner_joined', 'in_progress',
                    'dropped', 'converted_to_phone')
            where mine.practice_id = {PRACTICE} and mine.id = p_visit
                and mine.patient_id = {PATIENT}
            group by mine.id
        $$
        """
    )
    op.execute("revoke all on function public.visit_line(uuid) from public")
    op.execute("grant execute on function public.visit_line(uuid) to bedside_patient")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
