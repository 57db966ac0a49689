-- Who may write and read the log. Writing goes through audit.note and the row triggers alone.

alter table audit.event enable row level security;
alter table audit.event force row level security;
alter table audit.payload enable row level security;
alter table audit.payload force row level security;
alter table audit.link enable row level security;
alter table audit.link force row level security;
alter table audit.checkpoint enable row level security;
alter table audit.checkpoint force row level security;

create policy event_writer on audit.event to bedside_audit using (true) with check (true);
create policy payload_writer on audit.payload to bedside_audit using (true) with check (true);
create policy link_writer on audit.link to bedside_audit using (true) with check (true);
create policy checkpoint_writer on audit.checkpoint to bedside_audit using (true) with check (true);

do $$
declare
    practice constant text := 'practice_id = nullif(current_setting(''app.practice_id'', true), '''')::uuid';
    patient constant text := 'patient_id = nullif(current_setting(''app.patient_id'', true), '''')::uuid';
    reader text;
begin
    foreach reader in array array['auditor', 'manager', 'job'] loop
        execute format('create policy event_%s on audit.event for select to bedside_%s using (%s)',
            reader, reader, practice);
        execute format('create policy payload_%s on audit.payload for select to bedside_%s using (%s)',
            reader, reader, practice);
        execute format('create policy link_%s on audit.link for select to bedside_%s using (%s)',
            reader, reader, practice);
        execute format('create policy checkpoint_%s on audit.checkpoint for select to bedside_%s using (%s)',
            reader, reader, practice);
        execute format(
            'grant select on audit.event, audit.payload, audit.link, audit.checkpoint to bedside_%s', reader);
    end loop;
    -- A clinician reads what concerns patients; a patient what concerns them, as acts and looks only.
    execute format(
        'create policy event_clinician on audit.event for select to bedside_clinician using (%s and patient_id is not null)',
        practice);
    execute format(
        'create policy payload_clinician on audit.payload for select to bedside_clinician using (%s and patient_id is not null and kind <> ''write'')',
        practice);
    execute format(
        'create policy event_patient on audit.event for select to bedside_patient using (%s and %s and kind <> ''write'')',
        practice, patient);
    execute format(
        'create policy payload_patient on audit.payload for select to bedside_patient using (%s and %s and kind = ''act'')',
        practice, patient);
    grant select on audit.event, audit.payload to bedside_clinician, bedside_patient;
end
$$;

revoke all on all functions in schema audit from public;
grant usage on schema audit to bedside_owner, bedside_public, bedside_gate, bedside_patient,
    bedside_front_desk, bedside_clinician, bedside_biller, bedside_manager, bedside_job, bedside_auditor;
grant execute on function audit.note(text, text, text, uuid, uuid, jsonb) to bedside_public,
    bedside_gate, bedside_patient, bedside_front_desk, bedside_clinician, bedside_biller,
    bedside_manager, bedside_job, bedside_auditor;
grant execute on function audit.record_write() to bedside_owner;
grant execute on function audit.note_revision() to bedside_owner;
grant execute on function audit.believe_sandbox_clock(boolean) to bedside_owner;
grant select on audit.setting to bedside_owner;
