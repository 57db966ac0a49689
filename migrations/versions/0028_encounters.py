"""Encounters, their notes with versions and addenda, and the summaries patients get.

A note is a physician's: the acting account holds that role at this moment, or has broken the glass
for exactly that patient (see docs/adr). Then it may also see when and with whom the visits were.
"""

from alembic import op

from migrations.tables import ACTOR, PATIENT, PRACTICE, Access, table

revision = "0028"
down_revision = "0027"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
MINE = f"patient_id = {PATIENT}"
AUTHOR = f"written_by = {ACTOR}"
# What a visit's own steps may make of an encounter, whoever takes them.
STEPS = "status in ('planned', 'arrived', 'in_progress', 'cancelled')"
STEPPING = (
    "select, insert, update (status, planned_for, arrived_at, began_at, ended_at, closed_because)"
)
NOTE = "reason_ct, history_ct, observations_ct, assessment_ct, plan_ct"
SUMMARY = "talked_ct, to_do_ct, medicines_ct, seek_help_ct, follow_up_ct"


# Which roles of people a desk transaction's role stands for.
HELD = {
    "front_desk": ("receptionist",),
    "clinician": ("physician", "nurse"),
    "biller": ("biller",),
    "manager": ("owner",),
}
OPENED = f"""patient_id in (
    select glass.patient_id from public.break_glass glass
    where glass.practice_id = {PRACTICE} and glass.account_id = {ACTOR}
        and glass.ended_at is null and glass.expires_at > now())"""


def upgrade() -> None:
    encounters()
    notes()
    versions()
    addenda()
    summaries()
    held_roles()
    locks()


def own(name: str) -> str:
    """The columns every table begins with."""
    return HEAD.replace("{name}", name)


def sealed(columns: str) -> str:
    """Encrypted columns that may be empty."""
    return "".join(f"{name} bytea,\n" for name in columns.split(", "))


def encounters() -> None:
    table(
        "encounter",
        own("encounter")
        + """
        appointment_id uuid not null,
        patient_id uuid not null,
        practitioner_id uuid not null
            constraint fk_encounter_practitioner_id references practitioner (id),
        status text not null constraint ck_encounter_status check (status in
            ('planned', 'arrived', 'in_progress', 'documented', 'signed', 'summary_sent',
             'cancelled')),
        planned_for timestamptz not null,
        arrived_at timestamptz,
        began_at timestamptz,
        ended_at timestamptz,
        written_at timestamptz,
        signed_at timestamptz,
        summary_sent_at timestamptz,
        closed_because text constraint ck_encounter_closed_because
            check (closed_because in ('no_show', 'cancelled')),
        created_at timestamptz not null,
        constraint uq_encounter_appointment unique (practice_id, appointment_id),
        constraint ck_encounter_signed
            check ((signed_at is not null) = (status in ('signed', 'summary_sent'))),
        constraint ck_encounter_sent
            check ((summary_sent_at is not null) = (status = 'summary_sent')),
        constraint fk_encounter_appointment foreign key (practice_id, appointment_id)
            references appointment (practice_id, id),
        constraint fk_encounter_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={
            "patient": Access(STEPPING, MINE, f"{MINE} and {STEPS}"),
            "front_desk": Access(STEPPING, new_rows=STEPS),
            "clinician": Access("select, insert, update"),
            "biller": Access("select"),
            "manager": Access("select"),
            # A visit that nobody ended is ended by a job, and may have its note by then.
            "job": Access(STEPPING, new_rows=f"({STEPS} or status = 'documented')"),
        },
    )
    op.execute(
        "create index ix_encounter_patient on encounter (practice_id, patient_id, planned_for)"
    )
    op.execute(
        "create index ix_encounter_unfinished on encounter (practice_id, planned_for)"
        " where status in ('arrived', 'in_progress', 'documented', 'signed')"
    )


def notes() -> None:
    table(
        "note",
        own("note")
        + """
        encounter_id uuid not null,
        patient_id uuid not null,
        version integer not null constraint ck_note_version check (version >= 1),
        """
        + sealed(NOTE)
        + """
        written_by uuid not null,
        saved_at timestamptz not null,
        saved_from text not null,
        kept_at timestamptz not null,
        signed_at timestamptz,
        created_at timestamptz not null,
        constraint uq_note_encounter unique (practice_id, encounter_id),
        constraint fk_note_encounter foreign key (practice_id, encounter_id)
            references encounter (practice_id, id)
        """,
        retention="medical",
        access={
            # The desk, billing, owners and auditors have no way to it at all.
            "clinician": Access(
                f"select, insert, update (version, {NOTE}, saved_at, saved_from, kept_at,"
                " signed_at)",
                new_rows=AUTHOR,
            ),
            # Sealing anew after the data key was changed.
            "job": Access(f"select, update ({NOTE})"),
        },
    )


def versions() -> None:
    table(
        "note_version",
        own("note_version")
        + """
        note_id uuid not null,
        patient_id uuid not null,
        kind text not null
            constraint ck_note_version_kind check (kind in ('saved', 'aside', 'signed')),
        number integer not null,
        """
        + sealed(NOTE)
        + """
        saved_by uuid not null,
        saved_from text not null,
        saved_at timestamptz not null,
        constraint fk_note_version_note foreign key (practice_id, note_id)
            references note (practice_id, id)
        """,
        retention="medical",
        access={
            "clinician": Access("select, insert", new_rows=f"saved_by = {ACTOR}"),
            "job": Access(f"select, update ({NOTE})"),
        },
    )
    op.execute("create index ix_note_version_note on note_version (practice_id, note_id, saved_at)")


def addenda() -> None:
    table(
        "note_addendum",
        own("note_addendum")
        + """
        note_id uuid not null,
        patient_id uuid not null,
        why_ct bytea not null,
        words_ct bytea not null,
        written_by uuid not null,
        created_at timestamptz not null,
        constraint fk_note_addendum_note foreign key (practice_id, note_id)
            references note (practice_id, id)
        """,
        retention="medical",
        access={
            "clinician": Access("select, insert", new_rows=AUTHOR),
            "job": Access("select, update (why_ct, words_ct)"),
        },
    )
    op.execute(
        "create index ix_note_addendum_note on note_addendum (practice_id, note_id, created_at)"
    )


def summaries() -> None:
    table(
        "visit_summary",
        own("visit_summary")
        + """
        encounter_id uuid not null,
        patient_id uuid not null,
        number integer not null,
        version integer not null,
        """
        + sealed(SUMMARY)
        + """
        written_by uuid not null,
        saved_at timestamptz not null,
        saved_from text not null,
        approved_at timestamptz,
        created_at timestamptz not null,
        constraint ck_visit_summary_numbers check (number >= 1 and version >= 1),
        constraint uq_visit_summary_number unique (practice_id, encounter_id, number),
        constraint fk_visit_summary_encounter foreign key (practice_id, encounter_id)
            references encounter (practice_id, id),
        constraint fk_visit_summary_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={
            # A patient reads what was approved; a draft is not theirs yet.
            "patient": Access("select", f"{MINE} and approved_at is not null"),
            "clinician": Access(
                f"select, insert, update (version, {SUMMARY}, saved_at, saved_from, approved_at)",
                new_rows=AUTHOR,
            ),
            "job": Access(f"select, update ({SUMMARY})"),
        },
    )
    op.execute(
        "create unique index uq_visit_summary_draft on visit_summary (practice_id, encounter_id)"
        " where approved_at is null"
    )
    op.execute(
        "create index ix_visit_summary_patient on visit_summary"
        " (practice_id, patient_id, approved_at)"
    )


def holds(*roles: str) -> str:
    """The acting account holds one of these roles now."""
    names = ", ".join(f"'{role}'" for role in roles)
    return f"""exists (
        select from public.role_grant held
        where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
            and held.role in ({names}) and held.ended_at is null)"""


def held_roles() -> None:
    """A desk role without the person's role behind it reads and writes nothing."""
    for role, people in HELD.items():
        held = holds(*people)
        seen = f"{held} or {OPENED}" if role == "clinician" else held
        op.execute(
            f"create policy encounter_{role}_held on encounter as restrictive"
            f" to bedside_{role} using ({seen}) with check ({held})"
        )
    for name in ("note", "note_version", "note_addendum", "visit_summary"):
        op.execute(
            f"create policy {name}_clinician_held on {name} as restrictive to bedside_clinician"
            f" using ({holds('physician')} or {OPENED}) with check ({holds('physician')})"
        )
    op.execute(
        "alter policy appointment_clinician_held on appointment"
        f" using ({holds('physician', 'nurse')} or {OPENED})"
    )


def locks() -> None:
    """What was signed or approved stays as it is, whoever asks; sealing anew changes no word."""
    op.execute("""
        create function text_stays() returns trigger
        language plpgsql set search_path = pg_catalog as $$
        declare
            sealed text[];
        begin
            if current_user = 'bedside_job'
                and current_setting('app.action', true) = 'data_key.used' then
                select array_agg(key) into sealed from jsonb_object_keys(to_jsonb(old)) as key
                where key like '%\\_ct';
                if to_jsonb(old) - sealed = to_jsonb(new) - sealed then
                    return new;
                end if;
            end if;
            raise exception 'a % that was signed stays as it is', tg_table_name
                using errcode = 'BD011';
        end
        $$
    """)
    op.execute("""
        create function encounter_stays_signed() returns trigger
        language plpgsql set search_path = pg_catalog as $$
        begin
            if new.signed_at is distinct from old.signed_at
                or new.status not in ('signed', 'summary_sent') then
                raise exception 'an encounter that was signed stays signed'
                    using errcode = 'BD011';
            end if;
            return new;
        end
        $$
    """)
    op.execute("""
        create function addendum_follows_signature() returns trigger
        language plpgsql set search_path = pg_catalog as $$
        begin
            if not exists (
                select from public.note
                where practice_id = new.practice_id and id = new.note_id
                    and signed_at is not null
            ) then
                raise exception 'only a signed note has addenda' using errcode = 'BD011';
            end if;
            return new;
        end
        $$
    """)
    for name, when in (
        ("note", "old.signed_at is not null"),
        ("note_version", "true"),
        ("note_addendum", "true"),
        ("visit_summary", "old.approved_at is not null"),
    ):
        op.execute(
            f"create trigger text_stays before update on {name} for each row"
            f" when ({when}) execute function text_stays()"
        )
        op.execute(f"alter table {name} enable always trigger text_stays")
    op.execute(
        "create trigger stays_signed before update on encounter for each row"
        " when (old.signed_at is not null) execute function encounter_stays_signed()"
    )
    op.execute("alter table encounter enable always trigger stays_signed")
    op.execute(
        "create trigger follows_signature before insert on note_addendum for each row"
        " execute function addendum_follows_signature()"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
