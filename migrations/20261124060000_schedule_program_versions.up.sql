-- Versions may begin later than they are published, be taken back before they
-- begin, and bring an earlier one back. Which is in force follows from the
-- versions and the time alone, so that all replicas find the same.

alter table program_versions
    add column starts_at    timestamptz,
    -- Taken back before it began; never afterwards.
    add column withdrawn_at timestamptz,
    -- What its author said about it.
    add column note         text,
    -- The earlier version whose source it brings back.
    add column restores     integer;
update program_versions set starts_at = published_at;
alter table program_versions
    alter column starts_at set not null,
    add constraint program_versions_not_before_publication check (starts_at >= published_at),
    add constraint program_versions_withdrawn_before_start check (withdrawn_at < starts_at);

alter table programs drop column current_version;
