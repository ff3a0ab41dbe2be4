alter table programs add column current_version integer;
update programs p set current_version =
    (select max(version) from program_versions v where v.program_id = p.program_id);
alter table program_versions
    drop constraint program_versions_not_before_publication,
    drop constraint program_versions_withdrawn_before_start,
    drop column starts_at,
    drop column withdrawn_at,
    drop column note,
    drop column restores;
