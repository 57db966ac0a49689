-- What the log holds. Nothing here is ever changed; payloads alone may be erased, past retention.

create table audit.setting (
    singleton boolean primary key default true check (singleton),
    schema_revision text not null default '0001',
    -- True only where the vendors are played by the sandbox: its clock is then believed.
    sandbox boolean not null default false
);
insert into audit.setting default values;

create table audit.event (
    id uuid primary key,
    practice_id uuid not null,
    act_id uuid not null,
    kind text not null check (kind in ('act', 'write', 'look')),
    at timestamptz not null,
    actor_kind text not null,
    actor_id uuid,
    on_behalf_of uuid,
    session_id uuid,
    request_id text,
    db_role text not null,
    reason text,
    action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
    target_type text not null,
    target_id uuid,
    patient_id uuid,
    schema_revision text not null,
    payload_hash bytea not null
);
create index ix_event_practice_at on audit.event (practice_id, at);
create index ix_event_patient_at on audit.event (practice_id, patient_id, at)
    where patient_id is not null;
create index ix_event_target on audit.event (practice_id, target_type, target_id);
create index ix_event_act on audit.event (practice_id, act_id);

create table audit.payload (
    event_id uuid primary key,
    practice_id uuid not null,
    patient_id uuid,
    kind text not null,
    retention text not null,
    -- Random, so that an erased body cannot be guessed back from its hash.
    salt bytea not null check (length(salt) = 32),
    body jsonb not null
);

create table audit.link (
    practice_id uuid not null,
    seq bigint not null check (seq > 0),
    event_id uuid not null unique,
    event_hash bytea not null,
    hash bytea not null,
    primary key (practice_id, seq)
);

-- Signed Merkle roots over ranges of links, as they lie in the Object-Lock bucket.
create table audit.checkpoint (
    practice_id uuid not null,
    first_seq bigint not null,
    last_seq bigint not null check (last_seq >= first_seq),
    merkle_root bytea not null,
    chain_hash bytea not null,
    key_id text not null,
    signature bytea not null,
    stored_as text not null,
    made_at timestamptz not null,
    primary key (practice_id, last_seq)
);
