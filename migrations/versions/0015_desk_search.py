"""Finding a person by any part of a name, by birthday, by the end of a phone number; figures.

`turn_n` is the folded name read from its nth word on, the words before it behind: one comparison
by range, which row-level security lets an index answer, finds a given name, a middle name or a
second family name. Records made before have no `phone_tail_bidx` until their phone is set again:
only the program has the key it is made with.
"""

from alembic import op

from migrations.tables import ACTOR, EVERY_ROLE, PRACTICE

revision = "0015"
down_revision = "0014"

TURNS = ("turn_1", "turn_2", "turn_3", "turn_4")


def upgrade() -> None:
    functions()
    columns()
    indexes()
    for role in ("manager", "auditor"):
        op.execute(f"grant select ({', '.join(TURNS)}, preferred_key) on patient to bedside_{role}")
    op.execute("grant update (phone_tail_bidx) on patient to bedside_patient")
    money()
    # One key alone does something at the desk; whoever that disturbs turns it off.
    op.execute("alter table account add column single_keys_off_at timestamptz")


def money() -> None:
    """An owner who is the doctor or the reception as well sees what came in, and only they."""
    held = f"""exists (
        select from public.role_grant held
        where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
            and held.role in ('owner', 'biller') and held.ended_at is null)"""
    for role in ("clinician", "front_desk"):
        op.execute(
            "grant select (practice_id, kind, amount_minor, currency, recorded_at)"
            f" on ledger_entry to bedside_{role}"
        )
        op.execute(
            f"create policy ledger_entry_{role} on ledger_entry for select to bedside_{role}"
            f" using (practice_id = {PRACTICE} and {held})"
        )


def functions() -> None:
    """Immutable, as what a column is generated from has to be: they look at nothing else."""
    op.execute(
        """
        create function public.name_turned(name text, words integer) returns text
        language sql immutable strict parallel safe set search_path = pg_catalog as $$
            select array_to_string(parts[words + 1 :] || parts[1 : words], ' ')
            from string_to_array(translate(name, '-', ' '), ' ') as parts
            where cardinality(parts) > words
        $$
        """
    )
    op.execute(
        r"""
        create function public.name_plain(name text) returns text
        language sql immutable strict parallel safe set search_path = pg_catalog as $$
            select lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f'']', '', 'g'))
        $$
        """
    )
    roles = ", ".join(f"bedside_{role}" for role in EVERY_ROLE)
    for name in ("name_turned(text, integer)", "name_plain(text)"):
        op.execute(f"revoke execute on function public.{name} from public")
        op.execute(f"grant execute on function public.{name} to {roles}")


def columns() -> None:
    turned = ", ".join(
        f'add column {turn} text collate "C"'
        f" generated always as (public.name_turned(name_key, {number})) stored"
        for number, turn in enumerate(TURNS, 1)
    )
    # The table is rewritten once, 10 s for a million rows; a trigger would cost at every write.
    op.execute(
        "-- squawk-ignore adding-field-with-default\n"
        f"alter table patient {turned}, add column phone_tail_bidx bytea,"
        ' add column preferred_key text collate "C"'
        " generated always as (public.name_plain(preferred_name)) stored"
    )


def indexes() -> None:
    for name in (*TURNS, "preferred_key"):
        op.execute(
            f"create index ix_patient_{name} on patient (practice_id, {name})"
            f" where {name} is not null"
        )
    op.execute("create index ix_patient_birth_date on patient (practice_id, birth_date)")
    op.execute("create index ix_patient_phone_tail_bidx on patient (practice_id, phone_tail_bidx)")
    op.execute(
        "create index ix_appointment_booked_at on appointment (practice_id, booked_at)"
        " where booked_at is not null"
    )
    op.execute(
        "create index ix_ledger_entry_recorded_at on ledger_entry (practice_id, recorded_at)"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
